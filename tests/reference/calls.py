"""Calls in SQL with their expected values, written as a table that the Rust tests read."""

import json
from pathlib import Path

HERE = Path(__file__).parent


def number(value, digits=12):
    """A double as text without an exponent; what rounds to nothing has no minus."""
    text = f"{value:.{digits}f}"
    return text.lstrip("-") if float(text) == 0 else text


def date(value):
    """A day as an SQL literal; QuantLib's days, Python's, and texts."""
    text = value.ISO() if hasattr(value, "ISO") else str(value)
    return f"DATE '{text}'"


def call(name, *arguments):
    return f"{name}({', '.join(str(argument) for argument in arguments)})"


def rows(values):
    """Rows of literals as a table with columns a, b, c."""
    listed = ", ".join(f"({', '.join(str(value) for value in row)})" for row in values)
    return f"(SELECT * FROM (VALUES {listed}) AS t({', '.join('abc'[: len(values[0])])}))"


def aggregate(name, given, *arguments):
    """An aggregate over a table, as a value."""
    return f"(SELECT {call(name, *arguments)} FROM {given})"


def table(source, tolerance, calls, given=None):
    """`given` are tables of literals that the calls read, by name."""
    assert calls, "a table without calls"
    return {"source": source, "tolerance": tolerance, "calls": calls, "given": given or {}}


def write(domain, tables):
    text = json.dumps(tables, indent=1, sort_keys=True) + "\n"
    (HERE / f"{domain}.json").write_text(text)
    for name, content in sorted(tables.items()):
        print(f"{domain}: {name}: {len(content['calls'])} calls")
