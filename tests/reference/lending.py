"""Annuities, their schedules and lifetime losses, by numpy-financial."""

from decimal import ROUND_HALF_UP, Decimal, getcontext

import numpy_financial as npf

from calls import call, number, table, write

SOURCE = "numpy-financial 1.0.0"
PRINCIPALS = ["10000", "23750.55", "250000", "0.01", "999999999.99", "0", "-5000"]
RATES = ["0", "0.000001", "0.5", "5.5", "16.02", "30.94", "-0.5"]
TERMS = [1, 2, 12, 36, 60, 360]


getcontext().prec = 60


def payments():
    """In decimals, which numpy-financial takes too: doubles lose cents at small rates."""
    calls = {}
    for principal in PRINCIPALS:
        for rate in RATES:
            for months in TERMS:
                paid = npf.pmt(Decimal(rate) / 1200, Decimal(months), Decimal(principal), Decimal(0))
                payment = -Decimal(str(paid))
                rounded = payment.quantize(Decimal("0.01"), ROUND_HALF_UP)
                calls[call("annuity_payment", principal, rate, months)] = str(rounded)
    for months in ["0", "-12", "NULL"]:
        calls[call("annuity_payment", "10000", "5.5", months)] = None
    return table(SOURCE, "0", calls)


def schedules():
    """One period's interest and principal; rounded cents add up to at most one a month."""
    calls = {}
    for principal, rate, months in [("10000", "5.5", 36), ("250000", "3.25", 120), ("5000", "-0.5", 24)]:
        for period in sorted({1, 2, months // 2, months - 1}):
            i = float(rate) / 1200
            for field, value in [
                ("interest", -npf.ipmt(i, period, months, float(principal))),
                ("principal", -npf.ppmt(i, period, months, float(principal))),
            ]:
                schedule = call("amortization_schedule", principal, rate, months)
                calls[f"{schedule}[{period}]['{field}']"] = number(float(value), 6)
    return table(SOURCE, "0.03", calls)


def lifetime_losses():
    """Month by month in doubles, from the balances that numpy-financial's `fv` gives."""
    calls = {}
    for pd, lgd, ead, rate, months in [
        ("2.5", "45", "10000", "6", 48),
        ("0.03", "10", "250000", "3.25", 360),
        ("35", "75", "8000.50", "14.5", 24),
        ("100", "45", "10000", "6", 12),
        ("0", "45", "10000", "6", 12),
        ("2.5", "45", "10000", "0", 12),
    ]:
        for kind in ["annuity", "linear", "bullet"]:
            i, n, balance = float(rate) / 1200, months, float(ead)
            payment = -npf.pmt(i, n, balance)
            survival = (1 - float(pd) / 100) ** (1 / 12)
            loss = 0.0
            for month in range(1, n + 1):
                owed = {
                    "annuity": -npf.fv(i, month - 1, -payment, balance) if i else balance * (n - month + 1) / n,
                    "linear": balance * (n - month + 1) / n,
                    "bullet": balance,
                }[kind]
                loss += survival ** (month - 1) * (1 - survival) * owed * (1 + i) ** -month
            expected = loss * float(lgd) / 100
            calls[call("lifetime_expected_loss", pd, lgd, ead, rate, months, f"'{kind}'")] = number(expected, 6)
    calls[call("lifetime_expected_loss", "2.5", "45", "10000", "6", "0")] = None
    calls[call("lifetime_expected_loss", "2.5", "45", "10000", "6", "12", "'balloon'")] = None
    return table(SOURCE, "0.0051", calls)


def arithmetic():
    """Formulas of one line, in Python's decimals."""
    d = Decimal
    calls = {}
    for pd, lgd, ead in [
        ("2.5", "45", "10000"),
        ("0.123456", "12.5", "987654.32"),
        ("100", "100", "1"),
        ("0", "45", "7"),
    ]:
        calls[call("expected_loss", pd, lgd, ead)] = f"{d(pd) * d(lgd) * d(ead) / 10000:f}"
    calls[call("expected_loss", "100.000001", "45", "10000")] = None
    calls[call("expected_loss", "-0.000001", "45", "10000")] = None
    for part, whole in [("180000", "225000"), ("1", "3"), ("2", "3"), ("-2", "3"), ("5000", "0.01")]:
        for name in ["loan_to_value", "debt_to_income"]:
            calls[call(name, part, whole)] = f"{d(part) * 100 / d(whole):f}"
            calls[call(name, part, "0")] = None
            calls[call(name, part, "-1")] = None
    for pd, months in [("2.5", 12), ("2.5", 48), ("0", 12), ("100", 1), ("10", 0)]:
        calls[call("cumulative_default_probability", pd, months)] = number(
            100 * (1 - (1 - float(pd) / 100) ** (months / 12)), 9
        )
    return table("Python 3.11 decimal", "0.0051", calls)


write(
    "lending",
    {
        "annuity payments": payments(),
        "amortization schedules": schedules(),
        "lifetime losses": lifetime_losses(),
        "arithmetic": arithmetic(),
    },
)
