"""A mesh folder with one product: the table of `table.py` as port `lending.rows`, from Parquet files."""

from pathlib import Path

import table

PORT = "rows"

LOGICAL = {"bigint": "integer", "double": "number", "string": "string"}

PRODUCT = """\
apiVersion: v1.0.0
kind: DataProduct
id: urn:bank:lending:bench
name: Rows to measure
version: 1.0.0
status: active
domain: lending
inputPorts:
  - {name: rows, version: 1.0.0, contractId: "urn:bank:lending:bench:input"}
outputPorts:
  - {name: rows, version: 1.0.0, contractId: "urn:bank:lending:bench:rows"}
"""

CONTRACT = """\
apiVersion: v3.1.0
kind: DataContract
id: urn:bank:lending:bench:{what}
version: 1.0.0
status: active
domain: lending
description: {{purpose: Measure, limitations: The rows mean nothing}}
team: {{members: [{{username: lena@bank.example, role: owner}}]}}
support: [{{channel: lending, url: "mailto:lending-data@bank.example"}}]
slaProperties:
  - {{property: latency, value: 1, unit: d}}
  - {{property: retention, value: 1, unit: d}}
schema:
  - name: rows
    description: Rows that mean nothing, to be counted and timed.
    dataGranularityDescription: one row a row
    properties:
{columns}{servers}"""

COLUMN = """\
      - name: {name}
        logicalType: {logical}
        physicalType: {physical}
        description: {description}
        classification: internal
        customProperties: [{{property: unit, value: none}}]
"""

SERVERS = """\
servers:
  - {server: files, type: local, path: "sample/*.parquet", format: parquet}
"""


def write(root: Path, rows: int) -> Path:
    """Writes the folder at `root` and gives it back."""
    columns = "".join(
        COLUMN.format(name=name, logical=LOGICAL[physical], physical=physical, description=description)
        for name, physical, description in table.COLUMNS
    )
    domain = root / "domains" / "lending"
    texts = {
        root / "contracts" / "lending" / "rows.v1.odcs.yaml": CONTRACT.format(what="rows", columns=columns, servers=""),
        domain / "inputs" / "rows.odcs.yaml": CONTRACT.format(what="input", columns=columns, servers=SERVERS),
        domain / "models" / "rows.sql": "SELECT * FROM input.rows\n",
        domain / "product.odps.yaml": PRODUCT,
    }
    for path, text in texts.items():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    table.write(files(root), rows)
    return root


def files(root: Path) -> Path:
    """Where the Parquet files are."""
    return root / "domains" / "lending" / "sample"
