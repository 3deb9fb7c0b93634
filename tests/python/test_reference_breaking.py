"""What changed between two contracts, as `datacontract breaking` sees it and as `fince contract diff` does.

Every mutation of the bank's contracts that the reference calls an error must be breaking or risky to us, for the same side.
"""

import copy
import json
import logging
import random
import re
import shutil
from pathlib import Path

import yaml
from datacontract.breaking.detector import BreakingChangeDetector
from datacontract.changelog.normalize import normalize_pair
from datacontract.data_contract import DataContract
from datacontract.model.breaking import BreakingChangeLevel, Perspective
from open_data_contract_standard.model import OpenDataContractStandard

from mesh import ROOT, fince

SEED = 8460
MUTATIONS = 360
# The smallest come first: of the widest contract only what the others do not have is taken.
CONTRACTS = sorted((ROOT / "contracts").rglob("*.odcs.yaml"), key=lambda path: path.stat().st_size, reverse=True)
SIDES = {"consumers": Perspective.CONSUMER, "producers": Perspective.PRODUCER}
# Where we say otherwise, by decision 0016: every value of the one type is a value of the other.
DECIDED = {
    ("decimal widened", "producers"),
    ("integer widened", "producers"),
    ("longer", "producers"),
    ("shorter", "consumers"),
}
HARM = {"documentation": 0, "compatible": 1, "risky": 2, "breaking": 3}


class NoTimestamps(yaml.SafeLoader):
    """Dates stay text, as they were written."""


NoTimestamps.yaml_implicit_resolvers = {
    letter: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for letter, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def options(column: dict) -> dict:
    return column.setdefault("logicalTypeOptions", {})


def is_text(column: dict) -> bool:
    return column.get("logicalType") == "string"


def is_number(column: dict) -> bool:
    return column.get("logicalType") in ("integer", "number")


def column_edits(draw: random.Random, table: dict, at: int):
    """Edits of one column, each with a name; those that make no sense for it are left out."""
    column = table["properties"][at]
    key = column.get("primaryKey")
    yield "column removed", lambda: table["properties"].pop(at)
    yield "column renamed", lambda: column.update(name=column["name"] + "_new")
    yield "physical name", lambda: column.update(physicalName="stored_" + column["name"])
    if not key:
        yield "required", lambda: column.update(required=not column.get("required", False))
        yield "unique", lambda: column.update(unique=not column.get("unique", False))
    yield "business name", lambda: column.update(businessName="Another name")
    yield "description", lambda: column.update(description="Something else")
    yield "classification", lambda: column.update(
        classification=draw.choice([word for word in ("public", "restricted") if word != column.get("classification")])
    )
    yield "critical", lambda: column.update(criticalDataElement=not column.get("criticalDataElement", False))
    yield "transform", lambda: column.update(transformLogic="something else")
    if is_text(column):
        if "physicalType" in column:
            yield "longer", lambda: column.update(physicalType="varchar(255)")
            yield "shorter", lambda: column.update(physicalType="varchar(1)")
        yield "pattern", lambda: options(column).update(pattern="^[A-Z]+$")
        yield "minimum length", lambda: options(column).update(minLength=1)
    if is_number(column):
        # Within what other rules of the column allow.
        yield "multiple", lambda: options(column).update(multipleOf=0.5 if column["logicalType"] == "number" else 2)
        low = options(column).get("minimum", 0)
        yield "lower bound raised", lambda: options(column).update(minimum=low + 1)
        yield "lower bound lowered", lambda: options(column).update(minimum=low - 1)
        yield "upper bound", lambda: options(column).update(maximum=(10**6 if "maximum" not in options(column) else options(column)["maximum"] + 1))
    if str(column.get("physicalType", "")).startswith("decimal"):
        yield "decimal widened", lambda: column.update(physicalType="decimal(20,2)")
        precision, scale = map(int, re.findall(r"[0-9]+", column["physicalType"]))
        yield "decimal narrowed", lambda: column.update(physicalType=f"decimal({min(10, precision - 1)},{scale})")
    if column.get("physicalType") == "int":
        yield "integer widened", lambda: column.update(physicalType="bigint")
    for extension in column.get("customProperties", []):
        yield f"extension {extension['property']}", lambda extension=extension: extension.update(value="changed")
        yield f"extension {extension['property']} gone", lambda extension=extension: column["customProperties"].remove(extension)
    for rule in column.get("quality", []):
        yield "rule gone", lambda rule=rule: column["quality"].remove(rule)
        if "arguments" in rule and "validValues" in rule["arguments"]:
            yield "value added", lambda rule=rule: rule["arguments"]["validValues"].append("Other")
            yield "value removed", lambda rule=rule: rule["arguments"]["validValues"].pop()


def contract_edits(contract: dict):
    table = contract["schema"][0]
    yield "identity", lambda: contract.update(id=contract["id"] + ":other")
    yield "product", lambda: contract.update(dataProduct="urn:bank:other")
    yield "name", lambda: contract.update(name="Another name")
    for status in ("draft", "deprecated", "retired"):
        yield f"status {status}", lambda status=status: contract.update(status=status)
    for word in ("purpose", "usage", "limitations"):
        yield word, lambda word=word: contract["description"].update({word: "Something else"})
    yield "granularity", lambda: table.update(dataGranularityDescription="one row a day")
    yield "table renamed in storage", lambda: table.update(physicalName="other")
    yield "owner", lambda: contract["team"]["members"][0].update(username="omar@bank.example")
    for at in range(len(contract.get("slaProperties", []))):
        level = contract["slaProperties"][at]
        yield f"service level {level['property']} more", lambda level=level: level.update(value=level["value"] + 1)
        yield f"service level {level['property']} less", lambda level=level: level.update(value=level["value"] - 0.5)
        yield f"service level {level['property']} gone", lambda level=level: contract["slaProperties"].remove(level)
    for at in range(len(contract.get("roles", []))):
        yield "role gone", lambda at=at: contract["roles"].pop(at)
    yield "support gone", lambda: contract.pop("support")
    for rule in table.get("quality", []):
        yield "table rule gone", lambda rule=rule: table["quality"].remove(rule)
    yield "column added", lambda: table["properties"].append(
        {"name": "added", "logicalType": "string", "description": "New", "classification": "internal"}
    )
    yield "required column added", lambda: table["properties"].append(
        {"name": "added", "logicalType": "string", "required": True, "description": "New", "classification": "internal"}
    )


def mutations(base: dict):
    """Every edit of every column and of the contract: its name, and the contract after it."""
    counts = len(base["schema"][0]["properties"])

    def edits(contract: dict):
        yield from contract_edits(contract)
        for at in range(counts):
            yield from column_edits(random.Random(f"{SEED}{at}"), contract["schema"][0], at)

    for number, (name, _) in enumerate(edits(copy.deepcopy(base))):
        contract = copy.deepcopy(base)
        edit = list(edits(contract))[number][1]
        edit()
        yield name, contract


def corpus() -> list[tuple[str, Path, dict]]:
    """Mutations of all kinds: of each kind by turns, so that no kind crowds out the others."""
    by_kind: dict[str, list] = {}
    for path in CONTRACTS:
        for name, contract in mutations(yaml.load(path.read_text(), NoTimestamps)):
            by_kind.setdefault(name, []).append((name, path, contract))
    draw = random.Random(SEED)
    for kind in by_kind.values():
        widest = sum(path == CONTRACTS[0] for _, path, _ in kind)
        kind[widest:] = draw.sample(kind[widest:], len(kind) - widest)
    chosen = []
    while len(chosen) < MUTATIONS and any(by_kind.values()):
        chosen.extend(kind.pop() for kind in by_kind.values() if kind)
    return chosen


def reference(old: dict, new: dict) -> dict[str, list]:
    """What the reference warns of, by side. Its own steps, with the comparison itself made once for both sides."""
    before, after = (DataContract(data_contract=OpenDataContractStandard.model_validate(one)) for one in (old, new))
    changelog = before.changelog(after)
    trees = normalize_pair(*(one.get_data_contract().model_dump(exclude_none=True, by_alias=True) for one in (before, after)))
    found = {}
    for side, perspective in SIDES.items():
        entries = BreakingChangeDetector().detect(changelog, perspective, *trees).entries
        found[side] = [entry for entry in entries if entry.level != BreakingChangeLevel.INFO]
    return found


def test_what_the_reference_calls_an_error_is_breaking_or_risky(tmp_path: Path, capsys) -> None:
    logging.disable(logging.INFO)
    chosen = corpus()
    assert len(chosen) >= 300
    pairs = []
    for number, (_, path, contract) in enumerate(chosen):
        text = yaml.safe_dump(contract, sort_keys=False, allow_unicode=True)
        for folder, content in (("old", path.read_text()), ("new", text)):
            file = tmp_path / folder / f"{number:03}.odcs.yaml"
            file.parent.mkdir(exist_ok=True)
            file.write_text(content)
        pairs.append((yaml.load(path.read_text(), NoTimestamps), contract))
    ran = fince("contract", "diff", "new", "--base", "old", "--format", "json", cwd=tmp_path)
    assert ran.returncode in (0, 1), ran.stderr
    ours = {Path(entry["file"]).name: entry for entry in json.loads(ran.stdout)}

    missed, only_ours, both, unreadable = [], 0, 0, []
    for number, ((name, _, _), (old, new)) in enumerate(zip(chosen, pairs)):
        entry = ours[f"{number:03}.odcs.yaml"]
        if entry["outcome"] == "unreadable":
            unreadable.append(name)  # Not a contract any more: refused before it could be compared.
            continue
        found = reference(old, new)
        alarms = sum(map(len, found.values()))
        for side in SIDES:
            harm = max((HARM[change[side]] for change in entry["changes"]), default=0)
            errors = [entry for entry in found[side] if entry.level == BreakingChangeLevel.ERROR]
            if errors and harm < HARM["risky"] and (name, side) not in DECIDED:
                missed.append(f"{name} ({side}): {errors[0].message}; ours: {[change['class'] for change in entry['changes']]}")
        caught = any(max(HARM[change["consumers"]], HARM[change["producers"]]) >= 2 for change in entry["changes"])
        assert entry["changes"], f"{name}: no change was found"
        both += bool(alarms and caught)
        only_ours += bool(caught and not alarms)
    with capsys.disabled():
        print(f"\n{len(chosen)} mutations: {both} caught by both, {only_ours} by fince alone, {len(unreadable)} refused as contracts")
    assert not missed, "\n".join(missed)
    assert len(unreadable) < len(chosen) / 10, unreadable
    shutil.rmtree(tmp_path)
