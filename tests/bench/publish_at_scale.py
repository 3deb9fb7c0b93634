"""Publishing bookings of the generated bank at two scales: time a row, peak memory, and what the checks cost.

    publish_at_scale.py [--scales 1 10] [--rounds 2] [--samples FOLDER]

Each round publishes `deposits.transactions` anew at each scale, with all of its contract's rules and with none, in turn. At the
end one row stands twice among those of the first scale: that publish must fail and name its key. The bookings are kept in
`--samples` and found there again. Give `FINCE` a release build. See docs/performance.md.
"""

import argparse
import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path

import pyarrow.parquet as pq

REPOSITORY = Path(__file__).resolve().parents[2]
FINCE = os.environ.get("FINCE", "fince")
# Keys of a contract that make a rule of it.
RULES = ("required", "unique", "quality", "logicalTypeOptions", "primaryKey", "primaryKeyPosition")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--scales", type=float, nargs="+", default=[1, 10])
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--samples", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(dir=os.environ.get("TMPDIR")) as folder:
        samples = arguments.samples or Path(folder) / "samples"
        meshes = {scale: mesh(Path(folder), scale, generated(samples, scale)) for scale in arguments.scales}
        taken: dict[tuple[float, str], list[tuple[float, int]]] = {}
        for _ in range(arguments.rounds):
            for scale, (checked, bare) in meshes.items():
                for kind, root in (("checked", checked), ("bare", bare)):
                    taken.setdefault((scale, kind), []).append(publish(root))
        report(taken, {scale: rows(checked) for scale, (checked, _) in meshes.items()})
        with_duplicate(meshes[arguments.scales[0]][0])


def generated(samples: Path, scale: float) -> Path:
    """The bookings of the generated bank at this scale, as Parquet."""
    folder = samples / f"scale-{scale:g}"
    if not folder.exists():
        command = [FINCE, "generate", "--scale", f"{scale:g}", "--only", "transactions", "--out", f"{folder}.part"]
        subprocess.run(command, check=True)
        Path(f"{folder}.part").rename(folder)
    return folder.resolve() / "transactions.parquet"


def mesh(folder: Path, scale: float, bookings: Path) -> tuple[Path, Path]:
    """A mesh folder with deposits alone over these bookings, and one whose output has no rules."""
    root = folder / f"scale-{scale:g}"
    domain = root / "domains/deposits"
    shutil.copytree(REPOSITORY / "domains/deposits", domain, ignore=shutil.ignore_patterns("target", "src"))
    shutil.copytree(REPOSITORY / "contracts/deposits", root / "contracts/deposits")
    (domain / "sample/transactions.parquet").unlink()
    os.link(bookings, domain / "sample/transactions.parquet")
    bare = folder / f"scale-{scale:g}-bare"
    shutil.copytree(root, bare, copy_function=os.link)
    contract = bare / "contracts/deposits/transactions.v1.odcs.yaml"
    text = without_rules(contract.read_text())
    contract.unlink()
    contract.write_text(text)
    return root, bare


def without_rules(text: str) -> str:
    """The contract without the keys that make rules, and without their nested lines."""
    kept, skipped = [], None
    for line in text.splitlines():
        indent = len(line) - len(line.lstrip())
        if skipped is not None and (indent > skipped or not line.strip()):
            continue
        skipped = None
        if re.match(rf"\s*({'|'.join(RULES)}):", line):
            skipped = indent
            continue
        kept.append(line)
    return "\n".join(kept) + "\n"


def with_duplicate(root: Path) -> None:
    """Publishes once more with the first row also at the end, over the snapshot in service."""
    path = root / "domains/deposits/sample/transactions.parquet"
    table = pq.ParquetFile(path)
    double = path.with_suffix(".double")
    with pq.ParquetWriter(double, table.schema_arrow) as writer:
        for group in range(table.num_row_groups):
            writer.write_table(table.read_row_group(group))
        first = table.read_row_group(0).slice(0, 1)
        writer.write_table(first)
    double.replace(path)  # The samples keep their own.
    seconds, peak, told = ran(root, "--full")
    key = str(first.column("transaction_id")[0].as_py())
    if key not in told:
        raise SystemExit(f"the row that stands twice was not found:\n{told}")
    print(f"{table.metadata.num_rows + 1:,} rows with one key twice: refused in {seconds:.1f} s, peak {peak / 2**20:.0f} MiB")
    print(told)


def publish(root: Path) -> tuple[float, int]:
    """Seconds, and bytes of memory at the peak, of one publish into an empty data directory."""
    shutil.rmtree(root / "data", ignore_errors=True)
    seconds, peak, told = ran(root)
    if told:
        raise SystemExit(told)
    return seconds, peak


def ran(root: Path, *more: str) -> tuple[float, int, str]:
    """Seconds, bytes of memory at the peak, and what a publish that failed said."""
    data = root / "data"
    command = [FINCE, "--mesh", str(root), "--data", str(data), "publish", "deposits", "--port", "transactions", *more]
    began = time.monotonic()
    process = subprocess.Popen(command, stderr=subprocess.PIPE, stdout=subprocess.DEVNULL)
    told = process.stderr.read().decode()
    _, status, usage = os.wait4(process.pid, 0)
    seconds = time.monotonic() - began
    return seconds, usage.ru_maxrss * 1024, told if os.waitstatus_to_exitcode(status) else ""


def rows(root: Path) -> int:
    """Rows of the port as its last run counted them."""
    command = [FINCE, "--mesh", str(root), "--data", str(root / "data"), "runs", "deposits", "--format", "json"]
    runs = json.loads(subprocess.run(command, check=True, capture_output=True).stdout)
    return next(port["rows"] for port in runs[0]["ports"] if port["port"] == "transactions")


def report(taken: dict[tuple[float, str], list[tuple[float, int]]], counts: dict[float, int]) -> None:
    seconds = {key: statistics.median(run[0] for run in runs) for key, runs in taken.items()}
    for (scale, kind), runs in taken.items():
        peak, count = max(run[1] for run in runs), counts[scale]
        times = ", ".join(f"{run[0]:.1f}" for run in runs)
        print(
            f"scale {scale:g} {kind}: {count:,} rows, {times} s, "
            f"{seconds[scale, kind] / count * 1e6:.3f} s a million rows, peak {peak / 2**20:.0f} MiB"
        )
    first, *rest = counts
    for scale in rest:
        a_row = (seconds[scale, "checked"] / counts[scale]) / (seconds[first, "checked"] / counts[first])
        print(f"time a row at scale {scale:g} against scale {first:g}: {a_row:.2f}")
    for scale in counts:
        print(f"scale {scale:g}, with checks against without: {seconds[scale, 'checked'] / seconds[scale, 'bare']:.2f}")


if __name__ == "__main__":
    main()
