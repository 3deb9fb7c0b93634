"""A `fince up` of its own: temporary data, free ports, ended the way a person ends it."""

import os
import re
import signal
import socket
import subprocess
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FINCE = os.environ.get("FINCE", str(ROOT / "target" / "debug" / "fince"))

# A base port and the ten above it: governance, the four domains, governance's own product, and the gateway as the last.
PORTS = 11
READY_TRIES_MAX = 1200
TRY_PAUSE_S = 0.25
END_S_MAX = 60


class Ended(Exception):
    """The program ended where it should have served."""


def free_port_base() -> int:
    """A base below the range from which the system hands out ports, so that nobody takes one in between."""
    start = 20_000 + (os.getpid() * 37) % 10_000
    for base in range(start, start + 2_000, PORTS):
        if all(is_free(base + offset) for offset in range(PORTS)):
            return base
    raise RuntimeError("no free ports")


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def fince(*arguments: str, cwd: Path = ROOT, **options) -> subprocess.CompletedProcess:
    """Runs one command to its end and gives what it printed."""
    return subprocess.run([FINCE, *arguments], cwd=cwd, capture_output=True, text=True, timeout=600, **options)


def codes(text: object) -> list[str]:
    """The error codes in a message."""
    return re.findall(r"FC-\d{4}", str(text))


class Mesh:
    """A running mesh."""

    def __init__(self, data: Path, root: Path = ROOT, port_base: int | None = None):
        self.data = data
        self.root = root
        self.base = port_base or free_port_base()
        self.log = data.parent / f"{data.name}.log"
        self.process: subprocess.Popen | None = None
        self.said_before = 0

    @property
    def governance(self) -> str:
        return f"http://127.0.0.1:{self.base}"

    @property
    def lending(self) -> str:
        return f"grpc://127.0.0.1:{self.base + 1}"

    @property
    def gateway(self) -> str:
        return f"grpc://127.0.0.1:{self.base + 10}"

    def start(self) -> "Mesh":
        arguments = [FINCE, "up", "--no-ui", "--data", str(self.data), "--port-base", str(self.base)]
        with open(self.log, "ab") as log:
            self.said_before = log.tell()
            self.process = subprocess.Popen(arguments, cwd=self.root, stdout=log, stderr=subprocess.STDOUT)
        return self

    def wait(self) -> "Mesh":
        """Waits until it says that it is up, governance is ready, and lending's door is open."""
        for _ in range(READY_TRIES_MAX):
            if self.process.poll() is not None:
                raise Ended(f"exit code {self.process.returncode}:\n{self.printed()}")
            if self.is_ready():
                return self
            time.sleep(TRY_PAUSE_S)
        self.kill()
        raise Ended(f"not ready in time:\n{self.printed()}")

    def is_ready(self) -> bool:
        # Governance and the doors are open before a first publish ends; what is printed last is that all is served.
        if "The mesh is up" not in self.printed():
            return False
        try:
            with urllib.request.urlopen(f"{self.governance}/readyz", timeout=5) as answer:
                if answer.status != 200:
                    return False
        except (urllib.error.URLError, OSError):
            return False
        with socket.socket() as probe:
            probe.settimeout(5)
            return probe.connect_ex(("127.0.0.1", self.base + 1)) == 0

    def printed(self) -> str:
        """What it printed since its latest start."""
        return self.log.read_bytes()[self.said_before :].decode(errors="replace")

    def is_running(self) -> bool:
        return self.process is not None and self.process.poll() is None

    def end(self) -> int:
        """Ctrl-C, and the exit code."""
        self.process.send_signal(signal.SIGINT)
        try:
            return self.process.wait(timeout=END_S_MAX)
        except subprocess.TimeoutExpired:
            self.kill()
            raise

    def kill(self) -> None:
        if self.is_running():
            self.process.kill()
            self.process.wait()

    def fince(self, *arguments: str) -> subprocess.CompletedProcess:
        """A client command against this mesh."""
        return fince(*arguments, "--data", str(self.data), "--port-base", str(self.base), cwd=self.root)

    def token(self, name: str) -> str:
        done = self.fince("token", name)
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()
