"""What governance knows, read by a standard client like any other port."""

import time

import adbc_driver_flightsql.dbapi
import adbc_driver_manager
import pytest

TRIES_MAX = 240
TRY_PAUSE_S = 0.25


def connected(mesh, name: str):
    login = {"username": name, "password": name}
    url = f"grpc://127.0.0.1:{mesh.base + 5}"
    return adbc_driver_flightsql.dbapi.connect(url, db_kwargs=login, autocommit=True)


def rows(connection, sql: str) -> list[tuple]:
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def soon(connection, sql: str) -> list[tuple]:
    """The first snapshot is published behind open doors."""
    for _ in range(TRIES_MAX):
        try:
            return rows(connection, sql)
        except adbc_driver_manager.Error:
            time.sleep(TRY_PAUSE_S)
    return rows(connection, sql)


def test_an_officer_asks_the_mesh_about_itself(mesh):
    with connected(mesh, "officer") as officer:
        soon(officer, "SELECT 1 FROM governance.audit LIMIT 1")
        sql = "SELECT port, owners, classification FROM governance.ports WHERE domain = 'lending' ORDER BY port"
        ports = {port: (owners, classification) for port, owners, classification in rows(officer, sql)}
        assert ports["lending.loans"] == (["Lena"], "confidential")
        assert ports["lending.mortgages"][1] == "restricted"
        broken = "SELECT port, rule FROM governance.quality_results WHERE NOT held AND severity = 'error'"
        assert rows(officer, broken) == []
        read = "SELECT DISTINCT port FROM governance.agreements WHERE principal = 'omar' AND status = 'active'"
        assert ("lending.loans",) in rows(officer, read)
        upstream = (
            "SELECT DISTINCT source_name FROM governance.lineage_edges "
            "WHERE target_name = 'lending.credit_exposure_v1' AND kind = 'observed'"
        )
        assert {"lending.loans_v1", "deposits.accounts_v1"} <= {name for (name,) in rows(officer, upstream)}
        field = officer.adbc_get_table_schema("audit", db_schema_filter="governance").field("detail")
        assert field.metadata[b"fince.classification"] == b"restricted"


@pytest.mark.parametrize("name", ["omar", "ana", "lena"])
def test_to_others_the_tables_do_not_exist(mesh, name):
    with connected(mesh, name) as other:
        with pytest.raises(adbc_driver_manager.Error, match="there is no table"):
            rows(other, "SELECT * FROM governance.ports")
