"""The port's table is a Delta table that any reader opens, and it says the same as Flight."""

import duckdb
import polars
import pyarrow as pa
import pytest
from deltalake import DeltaTable

PORTS = ["loans", "mortgages"]


def folder(mesh, port):
    found = [log.parent for log in (mesh.data / "lake" / "lending").glob("*/_delta_log")]
    named = [path for path in found if path.name in (port, f"{port}_v1")]
    assert len(named) == 1, found
    return named[0]


def rows(table: pa.Table) -> list[str]:
    """Rows in an order of their own, as text in which every reader writes the same value alike."""
    columns = sorted(table.column_names)
    return sorted(str([row[column] for column in columns]) for row in table.select(columns).to_pylist())


@pytest.fixture(params=PORTS)
def port(request):
    return request.param


@pytest.fixture
def served(omar, port):
    with omar.cursor() as cursor:
        cursor.execute(f"SELECT * FROM lending.{port}")
        return rows(cursor.fetch_arrow_table())


def test_deltalake_agrees(mesh, port, served):
    table = pa.table(DeltaTable(folder(mesh, port)).to_pyarrow_table())
    assert rows(table) == served


def test_polars_agrees(mesh, port, served):
    assert rows(polars.read_delta(str(folder(mesh, port))).to_arrow()) == served


def test_duckdb_agrees(mesh, port, served):
    # DuckDB's own Delta reader is an extension that it downloads; the data set that the log names needs none.
    loans = DeltaTable(folder(mesh, port)).to_pyarrow_dataset()
    with duckdb.connect() as connection:
        connection.register("port", loans)
        assert rows(connection.sql("SELECT * FROM port").to_arrow_table()) == served


def test_one_first_publish_is_one_snapshot(mesh, port):
    assert len([entry for entry in DeltaTable(folder(mesh, port)).history() if entry.get("operation") == "WRITE"]) <= 1
