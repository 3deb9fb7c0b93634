"""One mesh for all tests that only read; tests that break things start their own."""

import adbc_driver_flightsql.dbapi
import pytest

from mesh import Mesh


def pytest_addoption(parser):
    parser.addoption("--nightly", action="store_true", help="also run the slow tests")


def pytest_collection_modifyitems(config, items):
    if config.getoption("--nightly"):
        return
    skip = pytest.mark.skip(reason="nightly")
    for item in items:
        if "nightly" in item.keywords:
            item.add_marker(skip)


@pytest.fixture(scope="session")
def mesh(tmp_path_factory):
    running = Mesh(tmp_path_factory.mktemp("mesh") / "data").start()
    try:
        running.wait()
        yield running
        assert running.is_running(), f"it ended by itself:\n{running.printed()}"
        assert running.end() == 0, running.printed()
    finally:
        running.kill()


@pytest.fixture
def connect(mesh):
    """Logs in with user and password over ADBC."""
    opened = []

    def open_as(name: str, password: str | None = None):
        login = {"username": name, "password": password or name}
        connection = adbc_driver_flightsql.dbapi.connect(mesh.lending, db_kwargs=login, autocommit=True)
        opened.append(connection)
        return connection

    yield open_as
    for connection in opened:
        connection.close()


@pytest.fixture
def omar(connect):
    return connect("omar")
