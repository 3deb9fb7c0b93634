//! `ACT/ACT ICMA`: days over those of the coupon period, times the period's part of a year.
//!
//! Dates outside the period lie in notional periods of the same length before and after it, as ICMA rule 251.1 has it for
//! short and long first coupons.

use chrono::{Months, NaiveDate};
use mesh_engine::function::Decimal;

use super::{Period, days};

/// Notional periods to either side: a thousand years of months.
const PERIODS_MAX: u32 = 12_000;

/// Years from `from` to a later `to`. Without a period the two dates are one.
pub(super) fn fraction(from: NaiveDate, to: NaiveDate, period: Option<Period>) -> Option<Decimal> {
    let (mut start, mut end) = period.unwrap_or((from, to));
    if end <= start || end <= from {
        return None;
    }
    let mut months = months_of(start, end)?;
    if months == 0 {
        (start, end, months) = (from, from.checked_add_months(Months::new(12))?, 12);
    }
    let years = Decimal::from(months).checked_div(Decimal::from(12))?;
    let part = |first: NaiveDate, last: NaiveDate| {
        let (first_day, last_day) = (from.max(first), to.min(last));
        if first_day >= last_day {
            return Some(Decimal::ZERO);
        }
        years.checked_mul(days(first_day, last_day))?.checked_div(days(first, last))
    };
    let mut sum = part(start, end)?;
    let mut first = start;
    for step in 0..=PERIODS_MAX {
        if from >= first {
            break;
        }
        let earlier = first.checked_sub_months(Months::new(months))?;
        sum = sum.checked_add(part(earlier, first)?)?;
        first = earlier;
        if step == PERIODS_MAX {
            return None;
        }
    }
    // Counted from the period's end, not one from the other: the thirty-first comes back after a shorter month.
    let after = |number: u32| end.checked_add_months(Months::new(months.checked_mul(number)?));
    for number in 0..=PERIODS_MAX {
        let (first, last) = (after(number)?, after(number.checked_add(1)?)?);
        if to <= first {
            return Some(sum);
        }
        sum = sum.checked_add(part(first, last)?)?;
    }
    None
}

/// Whole months that a period of this many days is nearest to.
fn months_of(start: NaiveDate, end: NaiveDate) -> Option<u32> {
    let days = u32::try_from(end.signed_duration_since(start).num_days()).ok()?;
    let months = days.checked_mul(24)?.checked_add(365)? / 730;
    Some(months)
}
