"""Governance answers as its OpenAPI description says, whoever sends what: schemathesis makes the calls.

It is a mesh of its own, because the calls decide on access, move contract versions and stage rules.
"""

import base64
import json
import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from datetime import datetime, timedelta, timezone
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import load_der_private_key

from mesh import ROOT, Mesh

HERE = Path(__file__).resolve().parent
SERVICE = "product:lending"
NOBODY = "nobody"
PRINCIPALS = ["officer", "lena", SERVICE, "ana", NOBODY]
NIGHTLY_CALLS_MIN = 10_000

# Values that the calls take most of the time, so that they reach what is behind «there is no such port».
PORTS = ["lending.loans", "lending.mortgages", "deposits.accounts", "insurance.claims", "lending.none"]
VALUES = {
    "path.domain": ["lending", "deposits", "insurance", "nowhere"],
    "path.port": ["loans", "mortgages", "accounts", "claims", "none"],
    "path.version": ["1.0.0", "1.0.1", "9.9.9", "1"],
    "path.id": ["agr-1", "agr-2", "agr-17", "agr-18", "sub-1", "agr-99999"],
    "query.domain": ["lending", "deposits", "nowhere"],
    "query.port": PORTS,
    "query.product": ["lending", "investing"],
    "query.dataset": ["lending.loans_v1", "risk.daily"],
    "query.column": ["loan_id", "grade", "none"],
    "query.q": ["loan", "grade", "customer account", "x"],
    "query.rule": ["loan_id.required", "none"],
    "query.wait": [0, 1],
    "body.port": PORTS,
    "body.major": [1, 2],
    "body.columns[*]": ["loan_id", "grade"],
    "body.reads[*].port": PORTS[:2],
    "body.reads[*].major": [1],
    "body.reads[*].principal": ["omar", "ana"],
}

# What is not checked, and why.
SETTINGS = """
seed = 11
request-timeout = 60
continue-on-failure = true
hooks = {hooks}

[generation]
database = "none"
no-shrink = true

[reports.json]
path = {report}

# A schema cannot say which text is a cursor, an entity tag, a contract, or a time that is ahead.
[checks.positive_data_acceptance]
enabled = false

# A step is held against its precondition (`if-match`) before its body: 412 and 428 tell nothing of the body.
[checks.negative_data_rejection]
expected-statuses = [400, 401, 403, 404, 405, 406, 409, 412, 415, 422, 428]

# A step without the tag under which it was read has a status of its own (RFC 6585).
[checks.missing_required_header]
expected-statuses = [400, 401, 403, 404, 406, 415, 422, 428]

# The stream of events never ends.
[[operations]]
include-path = "/api/v1/events"
enabled = false
"""


@pytest.fixture(scope="module")
def bank(tmp_path_factory):
    running = Mesh(tmp_path_factory.mktemp("fuzz") / "data").start()
    try:
        running.wait()
        seed(running)
        yield running
        assert running.is_running(), f"it ended by itself:\n{running.printed()}"
        assert running.end() == 0, running.printed()
        assert "panicked" not in running.printed()
    finally:
        running.kill()


def test_a_few_hundred_calls_find_no_fault(bank, tmp_path):
    assert fuzz(bank, tmp_path, "--phases", "examples,fuzzing", "-n", "2") >= 500


@pytest.mark.nightly
def test_ten_thousand_calls_find_no_fault(bank, tmp_path):
    assert fuzz(bank, tmp_path, "-n", "30") >= NIGHTLY_CALLS_MIN


def fuzz(bank: Mesh, folder: Path, *options: str) -> int:
    """Calls as each principal, and gives how many calls there were. Fails with all that was found."""
    calls, found = {}, []
    for name in PRINCIPALS:
        report = folder / f"{name.replace(':', '-')}.json"
        done = schemathesis(bank, folder, name, written(report, name), *options)
        assert bank.is_running(), bank.printed()
        if done.returncode != 0:
            found.append(f"as {name}:\n{done.stdout}\n{done.stderr}")
            continue
        told = json.loads(report.read_text())
        assert told["complete"] and told["operations"]["tested"] == told["operations"]["selected"], told["operations"]
        calls[name] = told["test_cases"]["generated"]
    assert not found, "\n".join(found)
    print(calls)
    return sum(calls.values())


def schemathesis(bank: Mesh, folder: Path, name: str, settings: str, *options: str) -> subprocess.CompletedProcess:
    file = folder / "schemathesis.toml"
    file.write_text(settings)
    command = [Path(sys.executable).parent / "schemathesis", "--config-file", file, "run", *options]
    environment = {"FINCE_TOKEN": token(bank, name), "FINCE_GOVERNANCE": bank.governance, "PYTHONPATH": str(HERE)}
    return subprocess.run(
        [*command, f"{bank.governance}/api/openapi.json"],
        cwd=folder,
        env=os.environ | environment,
        capture_output=True,
        text=True,
    )


def written(report: Path, name: str) -> str:
    """The settings. Strings of JSON are strings of TOML."""
    soon = [(datetime.now(timezone.utc) + timedelta(days=days)).isoformat() for days in (7, 90)]
    documents = [document(name) for name in ("contracts/lending/loans.v1.odcs.yaml", "domains/lending/product.odps.yaml")]
    documents.append(documents[0].replace("version: 1.0.0", "version: 1.0.2", 1))
    often = VALUES | {"body.until": soon, "body.sunset": soon, "body.document": documents}
    # Nobody's address is called.
    always = {"body.url": ["https://127.0.0.1:9/hook", "https://10.0.0.1/hook", "https://hooks.bank.example/hook"]}
    text = SETTINGS.format(hooks=json.dumps("openapi_fuzz_hooks"), report=json.dumps(str(report)))
    if name != NOBODY:
        text += '[auth.openapi.bearer]\nbearer = "${FINCE_TOKEN}"\n'
    for place, (key, values) in enumerate((often | always).items()):
        share = 1.0 if key in always else 0.8
        text += f"[dictionaries.d{place}]\nvalues = {json.dumps(values)}\n"
        text += f'[parameters."{key}"]\ndictionary = "d{place}"\nprobability = {share}\n'
    return text


def seed(bank: Mesh) -> None:
    """Something of each kind, beside what `up` publishes."""
    loans = document("contracts/lending/loans.v1.odcs.yaml").replace("version: 1.0.0", "version: 1.0.1", 1)
    mortgages = document("contracts/lending/mortgages.v1.odcs.yaml").replace("version: 1.0.0", "version: 1.0.1", 1)
    now = datetime.now(timezone.utc)
    read = {"id": "1", "at": now.isoformat(), "principal": "omar", "port": "lending.loans", "major": 1, "columns": [], "rows": 1}
    wish = {"port": "lending.loans", "major": 1, "purposes": ["marketing"], "until": (now + timedelta(days=7)).isoformat(), "reason": "a campaign"}
    event = {
        "eventType": "COMPLETE",
        "eventTime": now.isoformat(),
        "run": {"runId": "0197a0a0-0000-7000-8000-000000000001"},
        "job": {"namespace": "airflow", "name": "risk.daily"},
        "inputs": [{"namespace": "mesh", "name": "lending.loans_v1"}],
        "outputs": [{"namespace": "mesh-outside", "name": "risk.daily"}],
        "producer": "https://bank.example/risk",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    }
    for name, path, body in [
        ("lena", "contracts", {"document": loans}),
        ("lena", "contracts", {"document": mortgages}),
        (SERVICE, "consumption", {"reads": [read]}),
        ("ana", "agreements", wish),
        ("ana", "lineage", event),
        ("ana", "subscriptions", {"url": "https://hooks.bank.example/hook", "domain": "lending"}),
    ]:
        ask(bank, name, path, body)


def ask(bank: Mesh, name: str, path: str, body: object) -> None:
    headers = {"authorization": f"Bearer {token(bank, name)}", "content-type": "application/json"}
    request = urllib.request.Request(f"{bank.governance}/api/v1/{path}", json.dumps(body).encode(), headers)
    try:
        urllib.request.urlopen(request).close()
    except urllib.error.HTTPError as error:
        raise AssertionError(f"{path}: {error.read().decode()}") from error


def document(path: str) -> str:
    return (ROOT / path).read_text()


def token(bank: Mesh, name: str) -> str:
    return service_token(bank) if name == SERVICE else "" if name == NOBODY else bank.token(name)


def service_token(bank: Mesh) -> str:
    """A token of lending's product, which `fince token` does not give: sealed with the key of the mesh."""
    key = load_der_private_key((bank.data / "keys" / "dev-issuer.pk8").read_bytes(), password=None)
    now = int(time.time())
    claims = {"iss": "fince-dev", "aud": "fince", "iat": now, "exp": now + 7200, "sub": SERVICE, "roles": ["service:lending"]}
    parts = [encoded(json.dumps(part).encode()) for part in ({"typ": "JWT", "alg": "EdDSA"}, claims)]
    return ".".join([*parts, encoded(key.sign(".".join(parts).encode()))])


def encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")
