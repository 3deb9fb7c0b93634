"""The table that is measured: 10 million rows of three 64-bit integers, three doubles and two short strings."""

from pathlib import Path

import pyarrow as pa
import pyarrow.compute as compute
import pyarrow.parquet as parquet

ROWS = 10_000_000
CHUNK = 1_000_000
SEED = 8460

# Name, SQL type of the contract, and what it is.
COLUMNS = [
    ("id", "bigint", "Number of the row, from zero."),
    ("account", "bigint", "Number of an account; each has about a hundred rows."),
    ("amount_cents", "bigint", "An amount of money in cents."),
    ("rate", "double", "A number between zero and one."),
    ("weight", "double", "A number between zero and one."),
    ("score", "double", "A number between zero and one."),
    ("region", "string", "One of eight regions."),
    ("reference", "string", "A short text of its own for each row."),
]

REGIONS = ["north", "south", "east", "west", "centre", "islands", "coast", "abroad"]


def write(folder: Path, rows: int = ROWS) -> None:
    """Writes the table as Parquet files of a million rows, the same ones every time."""
    folder.mkdir(parents=True, exist_ok=True)
    for number, start in enumerate(range(0, rows, CHUNK)):
        parquet.write_table(chunk(start, min(CHUNK, rows - start)), folder / f"part-{number:03}.parquet")


def chunk(start: int, rows: int) -> pa.Table:
    ids = pa.array(range(start, start + rows), pa.int64())
    # `random` draws doubles from a seed; everything else is made of them.
    drawn = [compute.random(rows, initializer=SEED + start * 10 + column) for column in range(5)]
    scaled = lambda values, size: compute.cast(compute.floor(compute.multiply(values, float(size))), pa.int64())
    regions = pa.array(REGIONS).take(scaled(drawn[4], len(REGIONS)))
    reference = compute.binary_join_element_wise("R", compute.cast(ids, pa.string()), "-")
    columns = [ids, scaled(drawn[0], 100_000), scaled(drawn[1], 10_000_000), *drawn[1:4], regions, reference]
    return pa.table(columns, names=[name for name, _, _ in COLUMNS])
