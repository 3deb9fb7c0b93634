"""Our server and pyarrow's C++ Flight server, side by side: one table, one client, rounds in turn. See docs/performance.md.

    side_by_side.py [--rows 10000000] [--rounds 9] [--queries 1000]
"""

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "python"))

import adbc_driver_flightsql.dbapi
import pyarrow.flight as flight

import product
import table
from mesh import FINCE, Mesh, fince, free_port_base

TRIES_MAX = 600


class Ours:
    """`fince up`, through its own login, by path."""

    name = "fince"

    def __init__(self, mesh: Mesh):
        self.client = flight.FlightClient(mesh.lending)
        self.options = flight.FlightCallOptions(headers=[self.client.authenticate_basic_token("lena", "lena")])
        self.path = flight.FlightDescriptor.for_path("lending", product.PORT, "v1")

    def fetch(self) -> tuple[int, int]:
        info = self.client.get_flight_info(self.path, self.options)
        streams = [self.client.do_get(endpoint.ticket, self.options) for endpoint in info.endpoints]
        return drained(streams)


class Cpp:
    """pyarrow's server, without login or telemetry."""

    def __init__(self, port: int, ticket: str):
        self.name = f"C++ ({ticket})"
        self.client = flight.FlightClient(f"grpc://127.0.0.1:{port}")
        self.ticket = flight.Ticket(ticket.encode())

    def fetch(self) -> tuple[int, int]:
        return drained([self.client.do_get(self.ticket)])


def drained(streams) -> tuple[int, int]:
    """Reads all batches and lets each go: rows and bytes."""
    rows = size = 0
    for stream in streams:
        for chunk in stream:
            rows += chunk.data.num_rows
            size += chunk.data.get_total_buffer_size()
    return rows, size


def waited(peer: Cpp) -> Cpp:
    for _ in range(TRIES_MAX):
        try:
            peer.client.wait_for_available(timeout=1)
            return peer
        except flight.FlightError:
            time.sleep(0.1)
    raise RuntimeError("the C++ server does not start")


def throughput(peers, rows: int, rounds: int) -> None:
    seconds = {peer.name: [] for peer in peers}
    sizes = {}
    for number in range(rounds + 1):
        # Each round starts with another server, so that none always follows the same one.
        for peer in peers[number % len(peers) :] + peers[: number % len(peers)]:
            start = time.perf_counter()
            found, size = peer.fetch()
            elapsed = time.perf_counter() - start
            assert found == rows, f"{peer.name}: {found} rows"
            if number > 0:  # The first round warms up.
                seconds[peer.name].append(elapsed)
                sizes[peer.name] = size
    bytes_of_table = min(sizes.values())
    print(f"DoGet of {rows:,} rows, {bytes_of_table / 1e6:,.0f} MB, one stream, medians of {rounds} rounds:")
    ours = statistics.median(seconds[peers[0].name])
    for peer in peers:
        median = statistics.median(seconds[peer.name])
        spread = f"{min(seconds[peer.name]):.3f} to {max(seconds[peer.name]):.3f}"
        speed = bytes_of_table / 1e6 / median
        print(f"  {peer.name:14} {median:7.3f} s ({spread}) {speed:8,.0f} MB/s; fince is {median / ours:.2f} times as fast")


def point_queries(mesh: Mesh, rows: int, queries: int) -> None:
    numbers = random.Random(table.SEED)
    login = {"username": "lena", "password": "lena"}
    took = []
    with adbc_driver_flightsql.dbapi.connect(mesh.lending, db_kwargs=login, autocommit=True) as connection:
        with connection.cursor() as cursor:
            for number in range(queries + 20):
                wanted = numbers.randrange(rows)
                start = time.perf_counter()
                cursor.execute(f"SELECT * FROM lending.{product.PORT} WHERE id = {wanted}")
                (row,) = cursor.fetchall()
                if number >= 20:
                    took.append((time.perf_counter() - start) * 1_000)
                assert row[0] == wanted
    cuts = statistics.quantiles(took, n=100)
    print(f"one row by its key, {queries} queries over Flight SQL with ADBC: p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=table.ROWS)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--queries", type=int, default=1_000)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="fince-bench-") as temporary:
        folder = Path(temporary)
        root = product.write(folder / "mesh", asked.rows)
        mesh = Mesh(folder / "data", root=root).start()
        port = free_port_base() + 50
        command = [sys.executable, str(HERE / "cpp_server.py"), str(port), str(product.files(root))]
        cpp = subprocess.Popen(command)
        try:
            mesh.wait()
            print(f"server: {FINCE}, {fince('--version').stdout.strip()}")
            peers = [Ours(mesh), waited(Cpp(port, "memory")), waited(Cpp(port, "parquet"))]
            throughput(peers, asked.rows, asked.rounds)
            point_queries(mesh, asked.rows, asked.queries)
        finally:
            cpp.terminate()
            cpp.wait()
            mesh.end()


if __name__ == "__main__":
    main()
