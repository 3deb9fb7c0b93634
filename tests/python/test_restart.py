"""What is published stays: after Ctrl-C, and after an end without warning."""

import random
import time

import adbc_driver_flightsql.dbapi
import adbc_driver_manager
import pytest

from mesh import Mesh

TABLES = {"loans": 10_000, "mortgages": 2_380}
ENDS = 50
SEED = 8460


def count(mesh: Mesh, table: str) -> int | None:
    """How many rows the table serves; None when it is not served."""
    login = {"username": "omar", "password": "omar"}
    with adbc_driver_flightsql.dbapi.connect(mesh.lending, db_kwargs=login, autocommit=True) as connection:
        with connection.cursor() as cursor:
            try:
                cursor.execute(f"SELECT count(*) FROM lending.{table}")
                return cursor.fetchone()[0]
            except adbc_driver_manager.ProgrammingError:
                return None


def snapshots(mesh: Mesh) -> list[str]:
    """Those of the mesh folder's products: governance's own follow what happens."""
    logs = (mesh.data / "lake").glob("*/*/_delta_log/*.json")
    names = (str(path.relative_to(mesh.data)) for path in logs)
    return sorted(name for name in names if not name.startswith("lake/governance/"))


def test_a_second_start_serves_what_is_there(tmp_path):
    mesh = Mesh(tmp_path / "data").start()
    try:
        mesh.wait()
        before = snapshots(mesh)
        assert before and mesh.end() == 0, mesh.printed()
        mesh.start().wait()
        assert {table: count(mesh, table) for table in TABLES} == TABLES
        assert snapshots(mesh) == before
        assert mesh.end() == 0, mesh.printed()
    finally:
        mesh.kill()


@pytest.mark.nightly
def test_a_first_publish_ended_at_any_moment_is_whole_or_nothing(tmp_path):
    moments = random.Random(SEED)
    longest_s = first_publish_s(tmp_path / "measure")
    for number in range(ENDS):
        mesh = Mesh(tmp_path / f"end-{number}").start()
        try:
            time.sleep(moments.uniform(0, longest_s))
            mesh.kill()
            mesh.start().wait()
            for table, rows in TABLES.items():
                assert count(mesh, table) in (None, rows), f"end {number}: {table}"
            assert mesh.end() == 0, mesh.printed()
        finally:
            mesh.kill()


def first_publish_s(data) -> float:
    start = time.monotonic()
    mesh = Mesh(data).start()
    try:
        mesh.wait()
        return time.monotonic() - start
    finally:
        mesh.kill()
