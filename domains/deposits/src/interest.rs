//! Simple interest between two days, and the yearly rate that compounding makes of a nominal one.

use mesh_sdk::NaiveDate;
use mesh_sdk::day_count::{DayCount, MEANING};
use mesh_sdk::function::{
    About, DATE, Decimal, Functions, INTEGER, MONEY, MathematicalOps, Number, PERCENT, RATE, TEXT, decimal,
};

const ACCRUED_INTEREST: About = About {
    name: "accrued_interest",
    text: "simple interest on a principal between two days",
    returns: "the interest, in the principal's currency to the millionth, so that days add up to their month; negative \
              when the second day is earlier; null for an unknown convention",
    source: "principal × rate × day count fraction; ISDA 2006 Definitions 4.16, ICMA rule 251.1",
    example: "accrued_interest(10000, 2.5, '2026-01-31', '2026-02-28', 'ACT/365F')",
};

const EFFECTIVE_ANNUAL_RATE: About = About {
    name: "effective_annual_rate",
    text: "the yearly rate that a nominal rate comes to when interest is added several times a year",
    returns: "percent a year; null without a positive number of times, or for a rate that takes more than the whole",
    source: "(1 + r/m)^m − 1; UK Consumer Credit sourcebook BCOBS 1.1 (AER), Regulation DD appendix A (APY)",
    example: "effective_annual_rate(3, 12)",
};

/// A day's interest is a fraction of a cent, and cents come about when it is booked.
const ACCRUED: Number = decimal(18, 6);

pub(crate) fn add(functions: Functions) -> Functions {
    let accrual = (
        ("principal", MONEY, "amount that bears interest"),
        ("annual_rate_percent", RATE, "percent a year"),
        ("from", DATE, "first day"),
        ("to", DATE, "day after the last"),
        ("convention", TEXT, MEANING),
    );
    let compounding = (
        ("annual_rate_percent", RATE, "nominal rate, percent a year"),
        ("compounding_per_year", INTEGER, "times a year that interest is added"),
    );
    functions
        .scalar(ACCRUED_INTEREST, accrual, ACCRUED, |(principal, rate, from, to, convention)| {
            simple(principal, rate, from, to, DayCount::named(convention)?)
        })
        .scalar(EFFECTIVE_ANNUAL_RATE, compounding, PERCENT, |(rate, times)| effective(rate, times))
}

/// Simple interest, not rounded.
pub(crate) fn simple(
    principal: Decimal,
    annual_rate_percent: Decimal,
    from: NaiveDate,
    to: NaiveDate,
    convention: DayCount,
) -> Option<Decimal> {
    let of_a_year = principal.checked_mul(annual_rate_percent)?.checked_div(Decimal::ONE_HUNDRED)?;
    of_a_year.checked_mul(convention.fraction(from, to)?)
}

fn effective(annual_rate_percent: Decimal, times: i32) -> Option<Decimal> {
    let times = u32::try_from(times).ok().filter(|times| *times > 0)?;
    let period =
        Decimal::ONE + annual_rate_percent.checked_div(Decimal::from(times).checked_mul(Decimal::ONE_HUNDRED)?)?;
    if period <= Decimal::ZERO {
        return None;
    }
    period.checked_powu(u64::from(times))?.checked_sub(Decimal::ONE)?.checked_mul(Decimal::ONE_HUNDRED)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_rate_without_periods_or_beyond_the_whole_has_none() {
        for times in [0, -1, i32::MIN] {
            assert_eq!(effective(Decimal::TEN, times), None, "{times}");
        }
        assert_eq!(effective(Decimal::from(-100), 1), None);
    }
}
