"""Day counts, bonds, returns and value at risk, by QuantLib, numpy-financial and numpy."""

import itertools
import random

import numpy as np
import numpy_financial as npf
import QuantLib as ql

from calls import aggregate, call, date, number, rows, table, write

SOURCE = "QuantLib 1.44"
CONVENTIONS = {
    "ACT/360": ql.Actual360(),
    "ACT/365F": ql.Actual365Fixed(),
    "ACT/ACT ISDA": ql.ActualActual(ql.ActualActual.ISDA),
    "ACT/ACT ICMA": ql.ActualActual(ql.ActualActual.ISMA),
    "30/360 US": ql.Thirty360(ql.Thirty360.USA),
    "30E/360": ql.Thirty360(ql.Thirty360.European),
}
# Ends of February in leap years and others, thirty-firsts, new year, a century that is no leap year.
DAYS = [
    "1999-12-31",
    "2000-02-29",
    "2003-11-01",
    "2004-05-01",
    "2007-01-31",
    "2023-02-28",
    "2023-12-31",
    "2024-01-01",
    "2024-01-30",
    "2024-01-31",
    "2024-02-28",
    "2024-02-29",
    "2024-03-01",
    "2024-03-31",
    "2024-08-31",
    "2025-02-28",
    "2028-02-29",
    "2100-02-28",
    "2100-03-01",
]
FREQUENCIES = {1: ql.Annual, 2: ql.Semiannual, 4: ql.Quarterly, 12: ql.Monthly}


def day(text):
    return ql.DateParser.parseISO(text)


def day_counts():
    calls = {}
    for (name, counter), start, end in itertools.product(CONVENTIONS.items(), DAYS, DAYS):
        fraction = counter.yearFraction(day(start), day(end))
        calls[call("day_count_fraction", date(start), date(end), f"'{name}'")] = number(fraction, 15)
    return table(SOURCE, "0.00000001", calls)


def coupon_periods():
    """ACT/ACT ICMA against a coupon period that holds the dates, begins after them, or ends before them."""
    counter, calls = CONVENTIONS["ACT/ACT ICMA"], {}
    for start, end, first, last in [
        ("1999-02-01", "1999-07-01", "1998-07-01", "1999-07-01"),
        ("1999-07-01", "2000-07-01", "1999-07-01", "2000-07-01"),
        ("2002-08-15", "2003-07-15", "2003-01-15", "2003-07-15"),
        ("2003-07-15", "2004-01-15", "2003-07-15", "2004-01-15"),
        ("1999-07-30", "2000-01-30", "1999-07-30", "2000-01-30"),
        ("2000-01-30", "2000-06-30", "2000-01-30", "2000-07-30"),
        ("1999-11-30", "2000-04-30", "1999-11-30", "2000-02-29"),
        ("2024-01-31", "2024-02-29", "2023-08-31", "2024-02-29"),
        ("2022-03-05", "2024-02-29", "2023-08-31", "2024-02-29"),
        ("2024-02-29", "2026-12-01", "2024-02-29", "2024-08-31"),
        ("2024-02-29", "2024-02-29", "2024-02-29", "2024-08-31"),
    ]:
        fraction = counter.yearFraction(day(start), day(end), day(first), day(last))
        arguments = [date(start), date(end), "'ACT/ACT ICMA'", date(first), date(last)]
        calls[call("day_count_fraction", *arguments)] = number(fraction, 15)
    calls[call("day_count_fraction", date("2024-01-01"), date("2024-07-01"), "'ACT/ACT'")] = None
    calls[call("day_count_fraction", date("2024-01-01"), date("2024-07-01"), "'ACT/ACT ICMA'", date("2024-01-01"))] = (
        None
    )
    return table(SOURCE, "0.00000001", calls)


class Bond:
    """A bond in QuantLib and in the arguments of our functions."""

    def __init__(self, settlement, maturity, coupon, frequency, convention, issue=None, first=None):
        ql.Settings.instance().evaluationDate = day(settlement)
        self.counter, self.frequency = CONVENTIONS[convention], FREQUENCIES[frequency]
        self.settlement, self.coupon = day(settlement), coupon
        end_of_month = ql.Date.isEndOfMonth(day(maturity))
        schedule = ql.Schedule(
            day(issue) if issue else day(maturity) - ql.Period(60, ql.Years),
            day(maturity),
            ql.Period(self.frequency),
            ql.NullCalendar(),
            ql.Unadjusted,
            ql.Unadjusted,
            ql.DateGeneration.Backward,
            end_of_month,
            *([day(first)] if first else []),
        )
        # The issue is known, so that QuantLib does not take settlement for one.
        self.bond = ql.FixedRateBond(0, 100.0, schedule, [float(coupon) / 100], self.counter)
        self.head = [date(settlement), date(maturity), coupon]
        self.tail = [frequency, f"'{convention}'"]
        self.dates = [date(text) for text in (issue, first) if text]

    def call(self, name, *middle, option=None):
        option = [f"'{option}'"] if option else []
        return call(name, *self.head, *middle, *self.tail, *option, *self.dates)

    def price(self, rate):
        return self.bond.cleanPrice(float(rate) / 100, self.counter, ql.Compounded, self.frequency, self.settlement)

    def rate(self, rate):
        return ql.InterestRate(float(rate) / 100, self.counter, ql.Compounded, self.frequency)


BONDS = [
    Bond("2026-03-16", "2034-08-15", "2.6", 1, "ACT/ACT ICMA"),
    Bond("2024-02-29", "2029-02-28", "4.25", 2, "ACT/ACT ICMA"),
    Bond("2024-02-29", "2044-02-29", "1.75", 2, "30/360 US"),
    Bond("2024-01-31", "2026-08-31", "5", 2, "30/360 US"),
    Bond("2024-08-30", "2031-03-31", "3.125", 2, "30E/360"),
    Bond("2025-06-17", "2025-06-18", "3", 4, "ACT/360"),
    Bond("2025-06-17", "2027-12-17", "0", 1, "ACT/365F"),
    Bond("2025-06-17", "2035-12-17", "6.5", 12, "30E/360"),
    Bond("2025-06-17", "2055-06-30", "2.375", 4, "ACT/360"),
    Bond("2023-12-31", "2028-12-31", "7", 2, "ACT/ACT ISDA"),
    # Settled on a coupon day, which the seller keeps.
    Bond("2025-08-15", "2030-08-15", "3", 2, "ACT/ACT ICMA"),
    # First coupons that are short, long, and very long; within and after them.
    Bond("2024-02-10", "2029-07-15", "4", 2, "ACT/ACT ICMA", "2024-01-20"),
    Bond("2024-02-10", "2029-07-15", "4", 2, "ACT/ACT ICMA", "2024-01-20", "2025-01-15"),
    Bond("2024-08-10", "2029-07-15", "4", 2, "ACT/ACT ICMA", "2024-01-20", "2025-01-15"),
    Bond("2025-08-10", "2029-07-15", "4", 2, "ACT/ACT ICMA", "2024-01-20", "2025-01-15"),
    Bond("2024-02-10", "2029-07-15", "4", 1, "ACT/ACT ICMA", "2023-02-28", "2024-07-15"),
    Bond("2024-02-10", "2029-08-31", "4.5", 2, "30/360 US", "2024-01-31", "2024-08-31"),
    Bond("2024-02-10", "2029-08-31", "4.5", 4, "30E/360", "2024-01-31", "2024-08-31"),
    # Settled on the day of issue.
    Bond("2024-01-20", "2029-07-15", "4", 2, "30E/360", "2024-01-20"),
]
YIELDS = ["-1.25", "-0.000001", "0", "0.5", "2.75", "4.25", "18", "150"]


def bonds():
    calls = {}
    for bond, rate in itertools.product(BONDS, YIELDS):
        clean = bond.price(rate)
        accrued = bond.bond.accruedAmount(bond.settlement)
        calls[bond.call("bond_price", rate, option="clean" if bond.dates else None)] = number(clean)
        calls[bond.call("bond_price", rate, option="dirty")] = number(clean + accrued)
        calls[bond.call("bond_accrued_interest")] = number(accrued)
        for kind, name in [(ql.Duration.Modified, "modified"), (ql.Duration.Macaulay, "macaulay")]:
            duration = ql.BondFunctions.duration(bond.bond, bond.rate(rate), kind, bond.settlement)
            calls[bond.call("bond_duration", rate, option=name)] = number(duration)
        convexity = ql.BondFunctions.convexity(bond.bond, bond.rate(rate), bond.settlement)
        calls[bond.call("bond_convexity", rate)] = number(convexity)
    return table(SOURCE, "0.00000001", calls)


def yields():
    calls = {}
    for bond, price in itertools.product(BONDS, ["45.5", "99.999", "100", "104.125", "131"]):
        if bond.settlement + 7 > bond.bond.maturityDate():
            continue
        quote = ql.BondPrice(float(price), ql.BondPrice.Clean)
        rate = 100 * bond.bond.bondYield(
            quote, bond.counter, ql.Compounded, bond.frequency, bond.settlement, 1e-15, 1000, 0.05
        )
        calls[bond.call("bond_yield", price, option="clean" if bond.dates else None)] = number(rate)
    return table(SOURCE, "0.00000001", calls)


def no_bonds():
    good = [date("2025-06-17"), date("2027-12-17"), "3", "2.5", 2, "'30E/360'"]
    changes = [
        (1, date("2025-06-17")),
        (1, date("2020-01-01")),
        (3, "-200"),
        (4, 5),
        (4, 0),
        (4, -2),
        (5, "'30/365'"),
        (0, "NULL"),
    ]
    calls = {}
    for name in ["bond_price", "bond_duration", "bond_convexity"]:
        for place, value in changes:
            calls[call(name, *good[:place], value, *good[place + 1 :])] = None
    calls[call("bond_yield", *good[:3], "-5", *good[4:])] = None
    calls[call("bond_price", *good, "'gross'")] = None
    return table("terms that are no bond", "0", calls)


def cash_flows():
    calls = {}
    for bond in BONDS[1:5] + BONDS[11:18]:
        flows = [flow for flow in bond.bond.cashflows() if flow.date() > bond.settlement]
        ours = bond.call("bond_cash_flows")
        for place, flow in enumerate(flows[:-1][:3], 1):
            calls[f"{ours}[{place}]['coupon']"] = number(flow.amount())
            calls[f"CAST({ours}[{place}]['date'] AS VARCHAR)"] = flow.date().ISO()
        calls[f"cardinality({ours})"] = str(len(flows) - 1)
        calls[f"{ours}[{len(flows) - 1}]['redemption']"] = "100"
    return table(SOURCE, "0.00000001", calls)


def xirr(flows):
    return aggregate("xirr", rows(list(flows)), "a", "b")


def returns():
    calls = {}
    irregular = [
        [
            ("2008-01-01", -10000),
            ("2008-03-01", 2750),
            ("2008-10-30", 4250),
            ("2009-02-15", 3250),
            ("2009-04-01", 2750),
        ],
        [("2020-01-31", -1000.5), ("2020-02-29", 10), ("2024-02-29", 1700.25)],
        [("2020-01-31", -1000), ("2021-01-31", 400), ("2022-12-31", 150)],
        [("2024-01-01", -100), ("2024-01-31", 101)],
        [("2020-01-01", 1000), ("2030-01-01", -900)],
    ]
    for flows in irregular:
        start = day(flows[0][0])
        ql.Settings.instance().evaluationDate = start
        leg = ql.Leg([ql.SimpleCashFlow(float(amount), day(text)) for text, amount in flows[1:]])
        rate = ql.CashFlows.yieldRate(
            leg, -flows[0][1], ql.Actual365Fixed(), ql.Compounded, ql.Annual, True, start, start, 1e-15, 1000, 0.05
        )
        calls[xirr((date(text), amount) for text, amount in flows)] = number(100 * rate)
    for amounts in [[-100, 39, 59, 55, 20], [-100, 0, 0, 74], [-100, 100, 0, -7], [-5, 10.5, 1, -8, 1]]:
        days = [(ql.Date(1, 1, 2021) + 365 * year).ISO() for year in range(len(amounts))]
        rate = npf.irr(amounts)
        calls[xirr((date(text), amount) for text, amount in zip(days, amounts))] = number(100 * rate)
    calls[xirr([(date("2024-01-01"), -100), (date("2025-01-01"), -1)])] = None
    calls[xirr([(date("2024-01-01"), 100), (date("2024-12-31"), -200), (date("2025-12-31"), 150)])] = None
    return table(f"{SOURCE} yieldRate, numpy-financial 1.0.0 irr", "0.00000001", calls)


def value_at_risk():
    calls = {}
    generator = random.Random(2024)
    for size, level in [
        (1, "99"),
        (2, "95"),
        (10, "90"),
        (250, "95"),
        (250, "99"),
        (250, "97.5"),
        (101, "99"),
        (7, "0"),
        (7, "100"),
    ]:
        profits = [f"{generator.gauss(10, 1000):.2f}" for _ in range(size)]
        loss = -np.percentile([float(profit) for profit in profits], 100 - float(level))
        observed = rows([(profit,) for profit in profits])
        calls[aggregate("value_at_risk", observed, "a", level)] = number(loss, 6)
    calls[aggregate("value_at_risk", rows([("-1",), ("2",)]), "a", "100.5")] = None
    calls[aggregate("value_at_risk", rows([("-1",), ("2",)]), "a", "a + 95")] = None
    return table("numpy 2.4.6 percentile", "0.005000001", calls)


write(
    "investing",
    {
        "bonds": bonds(),
        "cash flows": cash_flows(),
        "coupon periods": coupon_periods(),
        "day counts": day_counts(),
        "no bonds": no_bonds(),
        "returns": returns(),
        "value at risk": value_at_risk(),
        "yields": yields(),
    },
)
