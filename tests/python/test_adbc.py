"""Flight SQL through ADBC, as an analyst uses it."""

import adbc_driver_flightsql.dbapi
import adbc_driver_manager
import pyarrow as pa
import pytest
from adbc_driver_flightsql import DatabaseOptions

from mesh import codes

LOANS = 10_000


def one(connection, sql, parameters=None):
    with connection.cursor() as cursor:
        cursor.execute(sql, parameters)
        return cursor.fetchone()[0]


def test_every_loan_is_there(omar):
    assert one(omar, "SELECT count(*) FROM lending.loans") == LOANS


def test_the_tables_have_three_names(omar):
    for name in ["lending.loans", "lending.loans_v1", "mesh.lending.loans"]:
        assert one(omar, f"SELECT count(*) FROM {name}") == LOANS


def test_a_bearer_token_is_a_login(mesh):
    header = {DatabaseOptions.AUTHORIZATION_HEADER.value: f"Bearer {mesh.token('omar')}"}
    with adbc_driver_flightsql.dbapi.connect(mesh.lending, db_kwargs=header, autocommit=True) as connection:
        assert one(connection, "SELECT count(*) FROM lending.loans") == LOANS


def test_installments_are_annuities_but_for_three(omar):
    annuity = "abs(installment - annuity_payment(loan_amount, interest_rate, term)) < 0.011"
    assert one(omar, f"SELECT count(*) FROM lending.loans WHERE {annuity}") == 9_997


def test_paid_principal_and_balance_make_the_amount(omar):
    unequal = "loan_status <> 'Charged Off' AND paid_principal + balance <> loan_amount"
    assert one(omar, f"SELECT count(*) FROM lending.loans WHERE {unequal}") == 0


def test_all_three_ports_are_served(omar):
    for table in ["mortgages", "repayment_schedules"]:
        assert one(omar, f"SELECT count(*) FROM lending.{table}") > 0
    assert one(omar, "SELECT count(*) FROM lending.mortgages") == 2_380


def test_objects(omar):
    catalogs = omar.adbc_get_objects(depth="all").read_all().to_pylist()
    mesh = next(catalog for catalog in catalogs if catalog["catalog_name"] == "mesh")
    lending = next(schema for schema in mesh["catalog_db_schemas"] if schema["db_schema_name"] == "lending")
    tables = {table["table_name"]: table for table in lending["db_schema_tables"]}
    assert {"loans", "loans_v1", "mortgages", "repayment_schedules"} <= set(tables)
    columns = {column["column_name"] for column in tables["loans"]["table_columns"]}
    assert {"loan_amount", "interest_rate", "installment", "term", "balance", "paid_principal"} <= columns


def test_objects_by_pattern(omar):
    found = omar.adbc_get_objects(depth="tables", db_schema_filter="lending", table_name_filter="loan%")
    tables = [
        table["table_name"]
        for catalog in found.read_all().to_pylist()
        for schema in catalog["catalog_db_schemas"]
        for table in schema["db_schema_tables"]
    ]
    assert sorted(tables) == ["loans", "loans_v1"]


def test_wide_rows_come_in_messages_that_a_client_takes(omar):
    copies = ", ".join(f"({number})" for number in range(7))
    with omar.cursor() as cursor:
        cursor.execute(f"SELECT l.* FROM lending.loans l CROSS JOIN (VALUES {copies}) v (x)")
        assert cursor.fetch_arrow_table().num_rows == 7 * LOANS


def test_a_table_schema_explains_itself(omar):
    schema = omar.adbc_get_table_schema("loans", db_schema_filter="lending")
    amount = schema.field("loan_amount")
    assert pa.types.is_decimal(amount.type)
    metadata = {key.decode(): value.decode() for key, value in (amount.metadata or {}).items()}
    assert any("description" in key for key in metadata), metadata
    assert any("classification" in key for key in metadata), metadata


def test_the_schema_of_a_missing_table_is_an_error(omar):
    with pytest.raises(adbc_driver_manager.Error):
        omar.adbc_get_table_schema("nothing", db_schema_filter="lending")


def test_table_types(omar):
    assert "TABLE" in [name.upper() for name in omar.adbc_get_table_types()]


def test_server_information(omar):
    info = omar.adbc_get_info()
    assert "fince" in info["vendor_name"].lower()
    assert info["vendor_version"]


def test_one_bound_row(omar):
    large = one(omar, "SELECT count(*) FROM lending.loans WHERE loan_amount > ?", [30_000])
    assert large == one(omar, "SELECT count(*) FROM lending.loans WHERE loan_amount > 30000")
    assert 0 < large < LOANS


def test_several_bound_rows(omar):
    with omar.cursor() as cursor:
        cursor.adbc_prepare("SELECT $1 AS bound, count(*) AS loans FROM lending.loans WHERE grade = $1")
        rows = pa.record_batch([pa.array(["A", "B", "no such grade"])], names=["1"])
        cursor.execute("SELECT $1 AS bound, count(*) AS loans FROM lending.loans WHERE grade = $1", rows)
        found = cursor.fetchall()
    counts = {grade: one(omar, f"SELECT count(*) FROM lending.loans WHERE grade = '{grade}'") for grade in "AB"}
    assert sorted(found) == [("A", counts["A"]), ("B", counts["B"]), ("no such grade", 0)]


def test_a_prepared_statement_runs_many_times(omar):
    sql = "SELECT count(*) FROM lending.loans WHERE term = ?"
    with omar.cursor() as cursor:
        cursor.adbc_prepare(sql)
        found = []
        for months in [36, 60, 7]:
            cursor.execute(sql, [months])
            found.append(cursor.fetchone()[0])
    assert sum(found) == LOANS and found[2] == 0


def test_a_prepared_statement_knows_its_parameters(omar):
    with omar.cursor() as cursor:
        schema = cursor.adbc_prepare("SELECT loan_amount FROM lending.loans WHERE term = $1")
    assert len(schema) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "INSERT INTO lending.loans SELECT * FROM lending.loans",
        "DELETE FROM lending.loans",
        "UPDATE lending.loans SET balance = 0",
        "DROP TABLE lending.loans",
        "CREATE TABLE mine AS SELECT 1",
        "CREATE EXTERNAL TABLE mine STORED AS CSV LOCATION '/etc/passwd'",
        "COPY lending.loans TO 'loans.csv'",
        "SET datafusion.execution.batch_size = 1",
    ],
)
def test_whatever_is_not_a_query_is_refused(omar, sql):
    with omar.cursor() as cursor:
        with pytest.raises(adbc_driver_manager.Error) as refused:
            cursor.execute(sql)
            cursor.fetchall()
        assert codes(refused.value), refused.value
        with pytest.raises(adbc_driver_manager.Error) as refused:
            cursor.executescript(sql)
        assert codes(refused.value), refused.value
    assert one(omar, "SELECT count(*) FROM lending.loans") == LOANS


def test_a_fault_in_sql_has_a_code(omar):
    for sql in ["SELEC 1", "SELECT no_such_column FROM lending.loans", "SELECT no_such_function(1)"]:
        with omar.cursor() as cursor, pytest.raises(adbc_driver_manager.Error) as fault:
            cursor.execute(sql)
        assert codes(fault.value), fault.value


def test_ana_sees_no_tables(connect):
    tables = [
        table
        for catalog in connect("ana").adbc_get_objects(depth="tables").read_all().to_pylist()
        for schema in catalog["catalog_db_schemas"] or []
        for table in schema["db_schema_tables"] or []
    ]
    assert tables == []


def test_for_ana_a_forbidden_table_is_one_that_does_not_exist(connect):
    ana = connect("ana")

    def message(table: str) -> str:
        with ana.cursor() as cursor, pytest.raises(adbc_driver_manager.Error) as fault:
            cursor.execute(f"SELECT * FROM lending.{table}")
        assert codes(fault.value), fault.value
        return str(fault.value).replace(table, "TABLE")

    assert message("loans") == message("roans")
    assert message("loans_v1") == message("roans_v1")


def test_a_wrong_password_is_refused(connect):
    with pytest.raises(adbc_driver_manager.Error) as refused:
        one(connect("omar", "wrong"), "SELECT 1")
    assert codes(refused.value), refused.value
    with pytest.raises(adbc_driver_manager.Error) as stranger:
        one(connect("nobody", "wrong"), "SELECT 1")
    assert str(stranger.value).replace("nobody", "omar") == str(refused.value)


def test_without_a_login_nothing_is_served(mesh):
    with pytest.raises(adbc_driver_manager.Error) as refused:
        with adbc_driver_flightsql.dbapi.connect(mesh.lending, autocommit=True) as connection:
            one(connection, "SELECT 1")
    assert codes(refused.value), refused.value
