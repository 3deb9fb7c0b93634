"""Chain ladders by chainladder, on its own sample triangles and on one made of workers' compensation claims."""

import sys
from datetime import date as day
from decimal import Decimal
from pathlib import Path

import chainladder as cl
import pandas as pd

from calls import aggregate, call, date, number, rows, table, write

SOURCE = "chainladder 0.10.1"
ROOT = Path(__file__).parents[2]
CLAIMS = ROOT / "domains/insurance/sample/workers_compensation_claims.csv"


def cells(triangle):
    """Origin year, development in months and cumulative loss of each known cell."""
    frame = triangle.to_frame(origin_as_datetime=False)
    for origin, row in frame.iterrows():
        for development, loss in row.items():
            if pd.notna(loss):
                yield int(str(origin)[:4]), int(development), Decimal(f"{loss:.2f}")


def chain_ladder(name, triangle):
    """Calls over the triangle's cells, which are a table of this name."""
    factors, ultimates = {}, {}
    development = cl.Development(average="volume").fit(triangle)
    age_to_age = development.ldf_.to_frame(origin_as_datetime=False).iloc[0]
    to_ultimate = development.cdf_.to_frame(origin_as_datetime=False).iloc[0]
    ours = aggregate("chain_ladder_factors", name, "a", "b", "c")
    for place, (link, cumulative) in enumerate(zip(age_to_age, to_ultimate), 1):
        factors[f"{ours}[{place}]['age_to_age']"] = number(float(link))
        factors[f"{ours}[{place}]['to_ultimate']"] = number(float(cumulative))
        age, following = triangle.development[place - 1 : place + 1]
        pairs = f"{name} AS t JOIN {name} AS n ON t.a = n.a AND t.b = {age} AND n.b = {following}"
        factors[aggregate("age_to_age_factor", pairs, "t.c", "n.c")] = number(float(link))
    model = cl.Chainladder().fit(triangle)
    ours = aggregate("chain_ladder", name, "a", "b", "c")
    ultimate = model.ultimate_.to_frame(origin_as_datetime=False).iloc[:, 0]
    ibnr = model.ibnr_.to_frame(origin_as_datetime=False).iloc[:, 0]
    for place, (origin, value) in enumerate(ultimate.items(), 1):
        unreported = ibnr.get(origin, 0.0)
        ultimates[f"{ours}[{place}]['origin']"] = str(origin)[:4]
        ultimates[f"{ours}[{place}]['ultimate']"] = number(float(value), 6)
        ultimates[f"{ours}[{place}]['ibnr']"] = number(0.0 if pd.isna(unreported) else float(unreported), 6)
    return factors, ultimates


def claims(path):
    """The claims carry no years, so they are given some in turn; a claim is paid evenly over its duration."""
    frame = pd.read_csv(path)
    paid = []
    for claim in frame.itertuples():
        year = 2014 + claim.claim_id % 10
        benefit = 0.0 if pd.isna(claim.benefit) else claim.benefit
        total = (0.0 if pd.isna(claim.totmed) else claim.totmed) + benefit * claim.durat
        years = min(10, 1 + int(claim.durat // 26))
        for age in range(years):
            paid.append((f"{year}", f"{year + age}", total / years))
    frame = pd.DataFrame(paid, columns=["origin", "valuation", "paid"])
    frame = frame[frame["valuation"].astype(int) <= 2023].groupby(["origin", "valuation"], as_index=False).sum()
    # A cell is an amount of money, here and there.
    frame["paid"] = frame["paid"].round(2)
    triangle = cl.Triangle(frame, origin="origin", development="valuation", columns="paid", cumulative=False)
    return triangle.incr_to_cum()


def premiums():
    calls = {}
    for written, start, end, as_of in [
        ("1200", "2024-01-01", "2025-01-01", "2024-07-01"),
        ("1200", "2024-02-29", "2025-02-28", "2024-03-01"),
        ("1200", "2023-01-01", "2024-01-01", "2022-12-31"),
        ("1200", "2023-01-01", "2024-01-01", "2024-06-30"),
        ("999999999999.99", "2020-02-29", "2024-02-29", "2022-02-28"),
        ("-350.75", "2023-12-31", "2024-12-31", "2024-01-31"),
    ]:
        first, last, now = (day.fromisoformat(text) for text in (start, end, as_of))
        passed = (min(max(now, first), last) - first).days
        expected = Decimal(written) * passed / (last - first).days
        calls[call("earned_premium", written, date(start), date(end), date(as_of))] = f"{expected:f}"
    calls[call("earned_premium", "1", date("2024-01-01"), date("2024-01-01"), date("2024-01-01"))] = None
    for incurred, expenses, earned in [
        ("650000", "280000", "1000000"),
        ("1", "1", "3"),
        ("0", "0", "5"),
        ("-5", "1", "3"),
    ]:
        incurred_, expenses_, earned_ = Decimal(incurred), Decimal(expenses), Decimal(earned)
        calls[call("loss_ratio", incurred, earned)] = f"{incurred_ * 100 / earned_:f}"
        calls[call("combined_ratio", incurred, expenses, earned)] = f"{(incurred_ + expenses_) * 100 / earned_:f}"
    calls[call("loss_ratio", "1", "0")] = None
    calls[call("combined_ratio", "1", "1", "0")] = None
    return table("Python 3.11 decimal", "0.0050000001", calls)


def chain_ladders():
    triangles = {
        "raa": cl.load_sample("raa"),
        "genins": cl.load_sample("genins"),
        "claims": claims(Path(sys.argv[1]) if sys.argv[1:] else CLAIMS),
    }
    given = {name: rows(list(cells(triangle))) for name, triangle in triangles.items()}
    factors, ultimates = {}, {}
    for name, triangle in triangles.items():
        some, more = chain_ladder(name, triangle)
        factors |= some
        ultimates |= more
    return table(SOURCE, "0.00000001", factors, given), table(SOURCE, "0.0050001", ultimates, given)


factors, ultimates = chain_ladders()
write("insurance", {"factors": factors, "ultimates": ultimates, "premiums": premiums()})
