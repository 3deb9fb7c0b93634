//! Coupon days, counted back from maturity.

use mesh_sdk::day_count::Period;
use mesh_sdk::{Datelike, Months, NaiveDate};

/// Coupons of a bond: a hundred years of months. Longer is a mistake, and would fill the memory.
const COUPONS_MAX: u32 = 1_200;

/// One interest period.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Coupon {
    /// Day from which interest accrues.
    pub(super) start: NaiveDate,
    /// Day on which it is paid.
    pub(super) end: NaiveDate,
    /// The regular period that ends with it, which is longer or shorter than a first period of its own.
    pub(super) regular: Period,
}

/// The interest periods that end after `settlement`, the earliest first.
///
/// `issue` and `first` make the first period a short or a long one; without an issue all are regular. `None` when the days
/// do not follow each other, or `first` is no coupon day.
pub(super) fn coupons(
    settlement: NaiveDate,
    maturity: NaiveDate,
    months: u32,
    issue: Option<NaiveDate>,
    first: Option<NaiveDate>,
) -> Option<Vec<Coupon>> {
    if settlement >= maturity || issue.is_some_and(|issue| settlement < issue) || (first.is_some() && issue.is_none()) {
        return None;
    }
    let mut coupons = Vec::new();
    for number in 0..COUPONS_MAX {
        let end = coupon_day(maturity, months, number)?;
        let start = coupon_day(maturity, months, number + 1)?;
        let regular = (start, end);
        let is_first = match (issue, first) {
            (None, _) => false,
            (Some(issue), None) => start <= issue,
            (Some(_), Some(first)) => end <= first,
        };
        let accrues_from = if is_first { issue.unwrap_or(start) } else { start };
        // A first coupon day between two others is none.
        if accrues_from >= end || (is_first && first.is_some_and(|first| first != end)) {
            return None;
        }
        coupons.push(Coupon { start: accrues_from, end, regular });
        if is_first || accrues_from <= settlement {
            // A long first period reaches back beyond the settlement's regular one.
            if is_first || first.is_none_or(|first| first <= accrues_from) {
                coupons.reverse();
                return Some(coupons);
            }
        }
    }
    None
}

/// The coupon day `number` periods before maturity: the same day, or the month's last; month ends stay month ends.
fn coupon_day(maturity: NaiveDate, months: u32, number: u32) -> Option<NaiveDate> {
    let day = maturity.checked_sub_months(Months::new(months.checked_mul(number)?))?;
    if is_month_end(maturity) { month_end(day) } else { Some(day) }
}

fn is_month_end(date: NaiveDate) -> bool {
    date.succ_opt().is_none_or(|next| next.day() == 1)
}

fn month_end(date: NaiveDate) -> Option<NaiveDate> {
    date.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect(text)
    }

    fn days(settlement: &str, maturity: &str, months: u32, issue: Option<&str>, first: Option<&str>) -> Vec<String> {
        let coupons = coupons(date(settlement), date(maturity), months, issue.map(date), first.map(date));
        let mut days: Vec<String> = Vec::new();
        for coupon in coupons.unwrap_or_default() {
            if days.is_empty() {
                days.push(coupon.start.to_string());
            }
            days.push(coupon.end.to_string());
        }
        days
    }

    #[test]
    fn coupon_days_follow_maturity_and_month_ends_stay_month_ends() {
        assert_eq!(days("2024-01-15", "2024-12-30", 6, None, None), ["2023-12-30", "2024-06-30", "2024-12-30"]);
        assert_eq!(days("2024-01-15", "2024-08-30", 6, None, None), ["2023-08-30", "2024-02-29", "2024-08-30"]);
        assert_eq!(days("2023-12-31", "2024-06-30", 6, None, None), ["2023-12-31", "2024-06-30"]);
    }

    #[test]
    fn a_first_period_is_short_long_or_regular() {
        let issue = Some("2024-01-15");
        assert_eq!(days("2024-01-20", "2024-12-30", 6, issue, None), ["2024-01-15", "2024-06-30", "2024-12-30"]);
        assert_eq!(days("2024-01-20", "2024-12-30", 6, issue, Some("2024-12-30")), ["2024-01-15", "2024-12-30"]);
        assert_eq!(days("2024-07-20", "2024-12-30", 6, issue, Some("2024-12-30")), ["2024-01-15", "2024-12-30"]);
        assert_eq!(days("2024-07-20", "2024-12-30", 6, issue, None), ["2024-06-30", "2024-12-30"]);
    }

    #[test]
    fn days_that_do_not_follow_each_other_are_no_bond() {
        let none: [&str; 0] = [];
        assert_eq!(days("2024-12-30", "2024-12-30", 6, None, None), none, "settled at maturity");
        assert_eq!(days("2024-01-01", "2024-12-30", 6, Some("2024-02-01"), None), none, "before the issue");
        assert_eq!(days("2024-02-01", "2024-12-30", 6, Some("2024-02-01"), Some("2024-07-01")), none, "no coupon day");
        assert_eq!(days("2024-02-01", "2024-12-30", 6, None, Some("2024-06-30")), none, "a first coupon and no issue");
        assert_eq!(days("1700-01-01", "2024-12-30", 1, None, None), none, "centuries of months");
    }
}
