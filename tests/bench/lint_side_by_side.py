"""`fince contract lint` and `datacontract lint` on the same files, side by side. See docs/performance.md.

    lint_side_by_side.py [--rounds 9] [PATH…]
"""

import argparse
import statistics
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "python"))

from mesh import FINCE, ROOT

REFERENCE = Path(sys.executable).parent / "datacontract"


def files(paths: list[str]) -> list[str]:
    """Contracts named, and those below folders named."""
    found = set()
    for path in map(Path, paths):
        found.update(path.rglob("*.odcs.yaml") if path.is_dir() else [path])
    return sorted(map(str, found))


def timed(commands: list[list[str]]) -> float:
    """Seconds that the commands take one after the other; each must find its contracts clean."""
    start = time.perf_counter()
    for command in commands:
        ran = subprocess.run(command, cwd=ROOT, capture_output=True, text=True)
        if ran.returncode != 0:
            sys.exit(f"{' '.join(command)} ended with {ran.returncode}:\n{ran.stdout}{ran.stderr}")
    return time.perf_counter() - start


def in_process(contracts: list[str], rounds: int) -> list[float]:
    """The reference as a library, without the start of Python: its most favourable case."""
    script = f"""
import time
from datacontract.data_contract import DataContract
files = {contracts!r}
for _ in range({rounds} + 1):
    start = time.perf_counter()
    for file in files:
        run = DataContract(data_contract_file=file).lint()
        assert run.result == "passed", (file, run)
    print("TIME", time.perf_counter() - start)
"""
    ran = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True)
    times = [float(line.split()[1]) for line in ran.stdout.splitlines() if line.startswith("TIME")]
    if ran.returncode != 0 or len(times) != rounds + 1:
        sys.exit(f"the reference as a library failed:\n{ran.stdout}{ran.stderr}")
    return times[1:]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("paths", nargs="*", default=["contracts"])
    arguments = parser.parse_args()
    contracts = files([str(ROOT / path) for path in arguments.paths])
    if not contracts:
        sys.exit("there is no contract to lint")

    ours, theirs = [], []
    for _ in range(arguments.rounds):
        ours.append(timed([[str(FINCE), "contract", "lint", *contracts]]))
        # It lints one file a call.
        theirs.append(timed([[str(REFERENCE), "lint", file] for file in contracts]))
    warm = in_process(contracts, arguments.rounds)

    own = statistics.median(ours)
    print(f"{len(contracts)} contracts, medians of {arguments.rounds} rounds")
    for name, times in [
        ("fince contract lint", ours),
        ("datacontract lint", theirs),
        ("datacontract, a warm process", warm),
    ]:
        median = statistics.median(times)
        print(f"{name:30} {median * 1000:10.1f} ms   {median / own:8.1f} x")


if __name__ == "__main__":
    main()
