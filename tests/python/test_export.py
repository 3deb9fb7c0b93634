"""Each form of a contract, read back by the tool it is for."""

import csv
import html.parser
import json
import os
import subprocess
from datetime import datetime
from pathlib import Path

import duckdb
import jsonschema
import pyarrow as pa
import pyarrow.flight
import pytest
from deltalake import Schema

from mesh import fince

PORTS = ["loans", "mortgages", "repayment_schedules"]
POSTGRES = os.environ.get("FINCE_TEST_POSTGRES_URL")


@pytest.fixture(params=PORTS)
def port(request):
    return request.param


def export(port: str, form: str, *options: str) -> str:
    ran = fince("contract", "export", f"contracts/lending/{port}.v1.odcs.yaml", "--to", form, *options)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout


def arrow_schema(port: str, folder: Path) -> pa.Schema:
    file = folder / f"{port}.arrow"
    export(port, "arrow-ipc", "--output", str(file))
    with pa.ipc.open_file(file) as reader:
        assert reader.num_record_batches == 0
        return reader.schema


def rows(mesh, port: str, limit: int) -> list[dict]:
    """Rows of the port as JSON has them."""
    client = pa.flight.FlightClient(mesh.lending)
    token = client.authenticate_basic_token("omar", "omar")
    options = pa.flight.FlightCallOptions(headers=[token])
    info = client.get_flight_info(pa.flight.FlightDescriptor.for_path("lending", port, "v1"), options)
    table = pa.concat_tables(client.do_get(end.ticket, options).read_all() for end in info.endpoints)
    return [{name: as_json(value) for name, value in row.items()} for row in table.slice(0, limit).to_pylist()]


def as_json(value):
    if value is None or isinstance(value, (bool, int, str)):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    return value.isoformat() if hasattr(value, "isoformat") else float(value)


def test_arrow_opens_the_schema_that_flight_serves(mesh, port, tmp_path):
    schema = arrow_schema(port, tmp_path)
    client = pa.flight.FlightClient(mesh.lending)
    options = pa.flight.FlightCallOptions(headers=[client.authenticate_basic_token("omar", "omar")])
    served = client.get_schema(pa.flight.FlightDescriptor.for_path("lending", port, "v1"), options).schema
    assert schema.names == served.names
    assert schema.types == served.types
    assert [field.nullable for field in schema] == [field.nullable for field in served]
    assert schema.field("loan_id" if port != "mortgages" else 0).metadata[b"fince.contract.version"] == b"1.0.0"


def test_arrow_json_names_the_same_fields(port, tmp_path):
    schema = arrow_schema(port, tmp_path)
    fields = json.loads(export(port, "arrow-json"))["fields"]
    assert [(field["name"], field["nullable"]) for field in fields] == [(f.name, f.nullable) for f in schema]


def test_deltalake_reads_the_delta_schema(port, tmp_path):
    delta = Schema.from_json(export(port, "delta"))
    schema = arrow_schema(port, tmp_path)
    assert [field.name for field in delta.fields] == schema.names
    assert [field.nullable for field in delta.fields] == [field.nullable for field in schema]
    assert pa.schema(delta.to_arrow()).types == schema.types
    assert all(field.metadata["comment"] for field in delta.fields)


def test_jsonschema_takes_the_rows_and_refuses_bad_ones(mesh, port):
    schema = json.loads(export(port, "json-schema"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    served = rows(mesh, port, 300)
    assert len(served) == 300
    for row in served:
        validator.validate(row)
    required = schema["required"][0]
    bounded = {name: column["minimum"] - 1 for name, column in schema["properties"].items() if "minimum" in column}
    assert bounded
    for bad in [{required: None}, {required: "text"}, *({name: low} for name, low in bounded.items())]:
        assert not validator.is_valid({**served[0], **bad}), bad
    without = {name: value for name, value in served[0].items() if name != required}
    assert not validator.is_valid(without)


def test_duckdb_runs_its_ddl_and_holds_rows_to_it(mesh, port):
    connection = duckdb.connect()
    connection.execute(export(port, "ddl-duckdb"))
    served = rows(mesh, port, 50)
    places = ", ".join("?" for _ in served[0])
    insert = f'INSERT INTO "lending"."{port}" VALUES ({places})'
    connection.executemany(insert, [list(row.values()) for row in served])
    assert connection.execute(f'SELECT count(*) FROM "lending"."{port}"').fetchone() == (50,)
    with pytest.raises(duckdb.ConstraintException):
        connection.execute(insert, list(served[0].values()))
    comments = connection.execute("SELECT count(comment) FROM duckdb_columns() WHERE schema_name = 'lending'").fetchone()
    assert comments == (len(served[0]),)


@pytest.mark.skipif(POSTGRES is None, reason="no PostgreSQL: FINCE_TEST_POSTGRES_URL")
def test_postgres_runs_its_ddl_and_holds_rows_to_it(mesh, port, tmp_path):
    database = f"export_{port}"
    psql(POSTGRES, "-c", f"DROP DATABASE IF EXISTS {database}", "-c", f"CREATE DATABASE {database}")
    url = f"{POSTGRES.rsplit('/', 1)[0]}/{database}"
    ddl = tmp_path / "ddl.sql"
    ddl.write_text(export(port, "ddl-postgres"))
    psql(url, "-f", str(ddl))
    served = rows(mesh, port, 50)
    file = tmp_path / "rows.csv"
    with open(file, "w", newline="") as out:
        csv.writer(out).writerows([list(row.values()) for row in served])
    copy = f"\\copy \"lending\".\"{port}\" FROM '{file}' WITH (FORMAT csv)"
    psql(url, "-c", copy)
    assert psql(url, "-tAc", f'SELECT count(*) FROM "lending"."{port}"').stdout.strip() == "50"
    again = subprocess.run(["psql", "-Xq", url, "-v", "ON_ERROR_STOP=1", "-c", copy], capture_output=True, text=True)
    assert again.returncode != 0 and "duplicate key" in again.stderr, again.stderr


def psql(url: str, *arguments: str) -> subprocess.CompletedProcess:
    ran = subprocess.run(["psql", "-Xq", url, "-v", "ON_ERROR_STOP=1", *arguments], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return ran


class Page(html.parser.HTMLParser):
    """Which elements a page has, and whether each is closed by its own end."""

    VOID = {"meta", "br"}

    def __init__(self):
        super().__init__()
        self.open, self.seen = [], set()

    def handle_starttag(self, tag, attributes):
        self.seen.add(tag)
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def test_the_page_needs_nothing_else(port):
    text = export(port, "html")
    page = Page()
    page.feed(text)
    assert page.open == [] and {"html", "table", "style", "h1"} <= page.seen
    assert not {"script", "link", "img", "iframe"} & page.seen
    assert "https://fonts" not in text and "url(" not in text


def test_markdown_has_a_row_for_each_column(port):
    names = [field["name"] for field in json.loads(export(port, "arrow-json"))["fields"]]
    text = export(port, "markdown")
    assert all(f"\n| `{name}` |" in text for name in names)


def test_exports_of_one_contract_are_the_same(port):
    for form in ["arrow-json", "json-schema", "ddl-postgres", "ddl-duckdb", "delta", "markdown", "html"]:
        assert export(port, form) == export(port, form)
