"""The bank's contracts under the reference tool of the field, `datacontract lint`, and under ours."""

import subprocess
import sys
from pathlib import Path

import pytest

from mesh import ROOT, fince

REFERENCE = Path(sys.executable).parent / "datacontract"

CONTRACTS = sorted(
    path.relative_to(ROOT).as_posix() for folder in ("contracts", "domains") for path in (ROOT / folder).rglob("*.odcs.yaml")
)


def reference(*arguments: str) -> subprocess.CompletedProcess:
    return subprocess.run([REFERENCE, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=120)


def test_there_are_contracts():
    assert len(CONTRACTS) >= 5


@pytest.mark.parametrize("contract", CONTRACTS)
def test_the_reference_finds_a_contract_clean(contract):
    ran = reference("lint", contract)
    assert ran.returncode == 0, ran.stdout + ran.stderr


def test_ours_finds_them_clean_together():
    ran = fince("contract", "lint", "contracts", "domains", cwd=ROOT)
    assert ran.returncode == 0 and "no faults" in ran.stdout, ran.stdout + ran.stderr


def test_the_reference_takes_columns_that_differ_in_case_for_clean_and_ours_does_not(tmp_path):
    text = (ROOT / "contracts/lending/loans.v1.odcs.yaml").read_text()
    assert "- name: emp_length" in text
    doubled = tmp_path / "doubled.odcs.yaml"
    doubled.write_text(text.replace("- name: emp_length", "- name: Emp_Title"))
    assert reference("lint", str(doubled)).returncode == 0, "the reference has learned it: say so in the guide"
    ran = fince("contract", "lint", str(doubled), cwd=ROOT)
    assert ran.returncode == 1 and "FC-0013" in ran.stdout, ran.stdout + ran.stderr
