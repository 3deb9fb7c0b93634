//! The premium for the part of a cover that has passed.

use mesh_sdk::NaiveDate;
use mesh_sdk::function::{About, DATE, Decimal, Functions, MONEY};

const EARNED_PREMIUM: About = About {
    name: "earned_premium",
    text: "the part of a written premium that is earned as of a day, in proportion to the days of cover",
    returns: "the premium earned, in the written premium's currency; null for a cover that ends before it begins",
    source: "pro rata temporis (365ths method), Council Directive 91/674/EEC article 57; days are counted from midnight \
             to midnight",
    example: "earned_premium(1200, '2026-01-01', '2027-01-01', '2026-03-31')",
};

pub(crate) fn add(functions: Functions) -> Functions {
    let arguments = (
        ("written", MONEY, "premium for the whole cover"),
        ("start", DATE, "first day of cover"),
        ("end", DATE, "first day without cover"),
        ("as_of", DATE, "first day that is not counted"),
    );
    functions
        .scalar(EARNED_PREMIUM, arguments, MONEY, |(written, start, end, as_of)| earned(written, start, end, as_of))
}

fn earned(written: Decimal, start: NaiveDate, end: NaiveDate, as_of: NaiveDate) -> Option<Decimal> {
    if end <= start {
        return None;
    }
    let passed = as_of.clamp(start, end).signed_duration_since(start).num_days();
    let whole = end.signed_duration_since(start).num_days();
    written.checked_mul(Decimal::from(passed))?.checked_div(Decimal::from(whole))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_earned_before_and_no_more_than_all_after() {
        let day = |text: &str| text.parse::<NaiveDate>().expect(text);
        let (start, end) = (day("2024-01-01"), day("2025-01-01"));
        let premium = Decimal::from(366);
        let cases =
            [("2023-06-01", 0), ("2024-01-01", 0), ("2024-02-29", 59), ("2025-01-01", 366), ("2030-01-01", 366)];
        for (as_of, expected) in cases {
            assert_eq!(earned(premium, start, end, day(as_of)), Some(Decimal::from(expected)), "{as_of}");
        }
        assert_eq!(earned(premium, end, start, start), None);
        assert_eq!(earned(premium, start, start, start), None);
        assert_eq!(earned(-premium, start, end, end), Some(-premium), "a return of premium is earned as well");
    }
}
