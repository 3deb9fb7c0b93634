"""What a person gets wrong, and what a stranger sends: a clear coded error, and nothing lost."""

import os
import random
import shutil
import socket
import subprocess

import adbc_driver_flightsql.dbapi
import pytest

from mesh import PORTS, Ended, Mesh, codes, fince, free_port_base


def refused_start(mesh: Mesh) -> str:
    """Starts a mesh that must not start, and gives what it said."""
    mesh.start()
    try:
        with pytest.raises(Ended):
            mesh.wait()
    finally:
        mesh.kill()
    assert mesh.process.returncode not in (0, 101, None), mesh.printed()
    said = mesh.printed()
    assert codes(said), said
    assert "panicked" not in said
    return said


@pytest.mark.parametrize("offset", [0, 1])
def test_a_port_in_use_is_named(tmp_path, offset):
    base = free_port_base()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", base + offset))
        taken.listen()
        said = refused_start(Mesh(tmp_path / "data", port_base=base))
    assert str(base + offset) in said


def test_a_file_where_the_data_should_be(tmp_path):
    data = tmp_path / "data"
    data.write_text("not a folder")
    said = refused_start(Mesh(data))
    assert str(data) in said
    assert data.read_text() == "not a folder"


def test_a_read_only_data_directory(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    with read_only(data):
        said = refused_start(Mesh(data))
        assert str(data) in said
        assert list(data.iterdir()) == []


def test_data_of_a_newer_version_is_left_alone(tmp_path):
    data = tmp_path / "data"
    data.mkdir()
    (data / "VERSION").write_text("999\n")
    said = refused_start(Mesh(data))
    assert "999" in said
    assert [path.name for path in data.iterdir()] == ["VERSION"]
    assert (data / "VERSION").read_text() == "999\n"


class read_only:
    """The superuser may write anywhere, but not to a file system that is mounted read-only."""

    def __init__(self, folder):
        self.folder = folder
        self.mounted = False

    def __enter__(self):
        self.folder.chmod(0o555)
        if os.geteuid() != 0:
            return
        mount = ["mount", "-t", "tmpfs", "-o", "ro", "none", str(self.folder)]
        if shutil.which("mount") is None or subprocess.run(mount, capture_output=True).returncode != 0:
            pytest.skip("the superuser writes anywhere here, and may not mount")
        self.mounted = True

    def __exit__(self, *_):
        if self.mounted:
            subprocess.run(["umount", str(self.folder)], check=True)
        self.folder.chmod(0o755)


def test_garbage_on_the_flight_port_harms_nobody(mesh, omar):
    noise = random.Random(7)
    handshake = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
    for start in [b"", handshake, b"GET / HTTP/1.1\r\nHost: x\r\n\r\n", b"\x16\x03\x01", b"\x00" * 64]:
        for size in [1, 100, 100_000]:
            with socket.create_connection(("127.0.0.1", mesh.base + 1), timeout=5) as stranger:
                try:
                    stranger.sendall(start + noise.randbytes(size))
                    stranger.shutdown(socket.SHUT_WR)
                    while stranger.recv(65_536):
                        pass
                except OSError:
                    pass  # The server may hang up on garbage at any moment.
    assert mesh.is_running()
    with omar.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM lending.loans")
        assert cursor.fetchone() == (10_000,)


def test_a_hostile_query_harms_nobody(mesh, omar):
    for sql in [
        "SELECT " + "1+" * 10_000 + "1",
        "SELECT 1 WHERE " + "1=2 OR " * 20_000 + "1=1",
        "SELECT " + "(" * 5_000 + "1" + ")" * 5_000,
        "SELECT '" + "x" * 5_000_000 + "'",
    ]:
        with omar.cursor() as cursor:
            try:
                cursor.execute(sql)
                cursor.fetchall()
            except adbc_driver_flightsql.dbapi.Error as error:
                assert codes(error), error
        assert mesh.is_running(), sql[:40]
    with omar.cursor() as cursor:
        cursor.execute("SELECT 1")
        assert cursor.fetchone() == (1,)


def test_a_stranger_at_the_command_line(mesh):
    done = mesh.fince("sql", "--as", "nobody", "SELECT 1")
    assert done.returncode != 0
    assert codes(done.stderr), done.stderr


def test_a_command_without_a_mesh_says_what_to_start(tmp_path):
    base = free_port_base()
    done = fince("sql", "--as", "omar", "--port-base", str(base), "--data", str(tmp_path), "SELECT 1")
    assert done.returncode != 0
    assert codes(done.stderr) and "fince up" in done.stderr, done.stderr


def test_a_contract_with_many_faults_tells_all(tmp_path):
    contract = tmp_path / "faulty.v1.odcs.yaml"
    contract.write_text(
        "apiVersion: v9.9.9\nkind: DataContrakt\nid: ''\nversion: one\nstatus: maybe\nschema:\n"
        "  - name: 'no name'\n    properties:\n      - name: a\n        logicalType: strnig\n"
        "      - name: a\n        logicalType: string\n        required: perhaps\n"
    )
    done = fince("contract", "lint", str(contract))
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert len(codes(said)) >= 6, said
    assert "string" in said and "faulty.v1.odcs.yaml" in said


def test_a_second_mesh_on_the_same_data_is_refused(mesh, tmp_path):
    second = Mesh(mesh.data)
    second.log = tmp_path / "second.log"
    assert set(range(second.base, second.base + PORTS)).isdisjoint(range(mesh.base, mesh.base + PORTS))
    refused_start(second)
    assert mesh.is_running()
