"""Interest by QuantLib's day counts in exact arithmetic, compounding by numpy-financial."""

from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from itertools import product

import numpy_financial as npf
import QuantLib as ql

from calls import call, date, number, table, write

CONVENTIONS = {
    "ACT/360": ql.Actual360(),
    "ACT/365F": ql.Actual365Fixed(),
    "ACT/ACT ISDA": ql.ActualActual(ql.ActualActual.ISDA),
    "ACT/ACT ICMA": ql.ActualActual(ql.ActualActual.ISMA),
    "30/360 US": ql.Thirty360(ql.Thirty360.USA),
    "30E/360": ql.Thirty360(ql.Thirty360.European),
}
DAYS = ["2023-02-28", "2023-12-31", "2024-01-31", "2024-02-29", "2024-03-31", "2025-02-28"]


def day(text):
    return ql.DateParser.parseISO(text)


def years(convention, start, end):
    """QuantLib's double, as the fraction of days that it stands for: exact to far below a cent."""
    return Fraction(CONVENTIONS[convention].yearFraction(start, end)).limit_denominator(366 * 365 * 12)


def rounded(amount, unit):
    return (Decimal(amount.numerator) / Decimal(amount.denominator)).quantize(Decimal(unit), ROUND_HALF_UP)


def cents(amount):
    return rounded(amount, "0.01")


def simple(principal, rate, convention, start, end):
    return Fraction(principal) * Fraction(rate) / 100 * years(convention, start, end)


def accruals():
    calls = {}
    for (principal, rate), convention, start, end in product(
        [("10000", "2.5"), ("987654321.99", "0.123456"), ("10000", "-0.5")], CONVENTIONS, DAYS, DAYS
    ):
        expected = rounded(simple(principal, rate, convention, day(start), day(end)), "0.000001")
        calls[call("accrued_interest", principal, rate, date(start), date(end), f"'{convention}'")] = str(expected)
    calls[call("accrued_interest", "1", "1", date(DAYS[0]), date(DAYS[1]), "'ACT/ACT'")] = None
    return table("QuantLib 1.44 yearFraction, Python 3.11 fractions", "0", calls)


def maturities():
    """Interest is rounded and added at the end of each period, as a bank books it."""
    calls = {}
    deposits = product(
        [("10000", "3"), ("2500.75", "4.875"), ("10000", "-0.5")],
        [
            ("2024-01-31", "2025-01-31"),
            ("2023-08-31", "2026-02-28"),
            ("2024-02-29", "2024-02-29"),
            ("2024-11-15", "2027-05-20"),
        ],
        ["ACT/365F", "ACT/360", "30E/360", "ACT/ACT ISDA"],
        [None, 0, 1, 2, 4, 12],
    )
    for (principal, rate), (start, end), convention, times in deposits:
        amount, begin, last, period = Decimal(principal), day(start), day(end), 1
        while times:
            following = day(start) + ql.Period(period * 12 // times, ql.Months)
            if following >= last:
                break
            amount += cents(simple(amount, rate, convention, begin, following))
            begin, period = following, period + 1
        amount += cents(simple(amount, rate, convention, begin, last))
        option = [] if times is None else [times]
        calls[call("maturity_value", principal, rate, date(start), date(end), f"'{convention}'", *option)] = str(amount)
    for option in [[], [0], [1]]:
        calls[call("maturity_value", "1", "1", date("2024-01-02"), date("2024-01-01"), "'ACT/360'", *option)] = None
    calls[call("maturity_value", "1", "1", date("2024-01-01"), date("2025-01-01"), "'ACT/360'", 5)] = None
    return table("QuantLib 1.44 yearFraction, Python 3.11 fractions", "0", calls)


def whole_periods():
    """With whole periods the closed form is the same, but for at most half a cent a period."""
    calls = {}
    for rate, times, length in [("3", 4, 5), ("7.25", 12, 3), ("0", 1, 10)]:
        expected = npf.fv(float(rate) / 100 / times, times * length, 0, -10000.0)
        arguments = ["10000", rate, date("2024-01-15"), date(f"{2024 + length}-01-15"), "'30E/360'", times]
        calls[call("maturity_value", *arguments)] = number(float(expected), 6)
    return table("numpy-financial 1.0.0 fv", "0.2", calls)


def effective_rates():
    calls = {}
    for rate, times in product(["0", "0.5", "3", "12", "24.99", "-0.5"], [1, 2, 4, 12, 365]):
        expected = 100 * ((1 + Fraction(rate) / 100 / times) ** times - 1)
        calls[call("effective_annual_rate", rate, times)] = number(float(expected), 12)
    for rate, times in [("5", 0), ("5", -1), ("-100", 1)]:
        calls[call("effective_annual_rate", rate, times)] = None
    return table("Python 3.11 fractions", "0.000000501", calls)


write(
    "deposits",
    {
        "accruals": accruals(),
        "effective rates": effective_rates(),
        "maturities": maturities(),
        "whole periods": whole_periods(),
    },
)
