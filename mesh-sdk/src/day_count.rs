//! Day counts: how much of a year lies between two dates, by the conventions of the money and bond markets.
//!
//! Pure and exact: days are counted, and divided as decimals.

mod icma;

use chrono::{Datelike, NaiveDate};
use mesh_engine::function::Decimal;

/// A day count convention.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum DayCount {
    /// `ACT/360`: calendar days over 360 (ISDA 2006 4.16(e)).
    Actual360,
    /// `ACT/365F`: calendar days over 365 (ISDA 2006 4.16(d)).
    Actual365Fixed,
    /// `ACT/ACT ISDA`: days in leap years over 366, others over 365 (ISDA 2006 4.16(b)).
    ActualActualIsda,
    /// `ACT/ACT ICMA`: days over those of the coupon period, times its part of a year (ICMA rule 251.1).
    ActualActualIcma,
    /// `30/360 US`: months of 30 days, the end of February being the thirtieth (ISDA 2006 4.16(f), NASD).
    Thirty360Us,
    /// `30E/360`: months of 30 days, the thirty-first being the thirtieth (ISDA 2006 4.16(g)).
    Thirty360European,
}

/// Every convention and its name.
pub const NAMES: [(&str, DayCount); 6] = [
    ("ACT/360", DayCount::Actual360),
    ("ACT/365F", DayCount::Actual365Fixed),
    ("ACT/ACT ISDA", DayCount::ActualActualIsda),
    ("ACT/ACT ICMA", DayCount::ActualActualIcma),
    ("30/360 US", DayCount::Thirty360Us),
    ("30E/360", DayCount::Thirty360European),
];

/// The names, for the documentation of an argument.
pub const MEANING: &str = "day count: 'ACT/360', 'ACT/365F', 'ACT/ACT ISDA', 'ACT/ACT ICMA', '30/360 US' or '30E/360'";

/// First and last day of a coupon period, which `ACT/ACT ICMA` measures against.
pub type Period = (NaiveDate, NaiveDate);

impl DayCount {
    /// The convention of this name, in any case of letters.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        NAMES.iter().find(|(known, _)| known.eq_ignore_ascii_case(name)).map(|(_, convention)| *convention)
    }

    /// Years from `from` to `to`, negative when `to` is earlier. `ACT/ACT ICMA` takes the two dates as its period.
    ///
    /// `None` when a date is beyond the calendar.
    #[must_use]
    pub fn fraction(self, from: NaiveDate, to: NaiveDate) -> Option<Decimal> {
        self.fraction_in(from, to, None)
    }

    /// As [`DayCount::fraction`], with the coupon period that the dates lie in, before or after.
    #[must_use]
    pub fn fraction_in(self, from: NaiveDate, to: NaiveDate, period: Option<Period>) -> Option<Decimal> {
        match self {
            Self::Actual360 => days(from, to).checked_div(Decimal::from(360)),
            Self::Actual365Fixed => days(from, to).checked_div(Decimal::from(365)),
            Self::ActualActualIsda => either_way(from, to, actual_actual_isda),
            Self::ActualActualIcma => either_way(from, to, |from, to| icma::fraction(from, to, period)),
            Self::Thirty360Us => Some(thirty_360_us(from, to)),
            Self::Thirty360European => Some(thirty_360_european(from, to)),
        }
    }
}

/// A fraction that is defined forwards; backwards it is the same with a minus.
fn either_way(
    from: NaiveDate,
    to: NaiveDate,
    forwards: impl Fn(NaiveDate, NaiveDate) -> Option<Decimal>,
) -> Option<Decimal> {
    if from == to {
        return Some(Decimal::ZERO);
    }
    if from < to { forwards(from, to) } else { forwards(to, from).map(|years| -years) }
}

fn days(from: NaiveDate, to: NaiveDate) -> Decimal {
    Decimal::from(to.signed_duration_since(from).num_days())
}

fn actual_actual_isda(from: NaiveDate, to: NaiveDate) -> Option<Decimal> {
    let year_of = |date: NaiveDate| Decimal::from(if date.leap_year() { 366 } else { 365 });
    let whole = Decimal::from(to.year() - from.year() - 1);
    let first = days(from, NaiveDate::from_ymd_opt(from.year() + 1, 1, 1)?).checked_div(year_of(from))?;
    let last = days(NaiveDate::from_ymd_opt(to.year(), 1, 1)?, to).checked_div(year_of(to))?;
    whole.checked_add(first)?.checked_add(last)
}

fn thirty_360_us(from: NaiveDate, to: NaiveDate) -> Decimal {
    let (mut first, mut last) = (from.day(), to.day());
    if ends_february(from) {
        if ends_february(to) {
            last = 30;
        }
        first = 30;
    }
    if last == 31 && first >= 30 {
        last = 30;
    }
    thirty_360(from, first.min(30), to, last)
}

fn thirty_360_european(from: NaiveDate, to: NaiveDate) -> Decimal {
    thirty_360(from, from.day().min(30), to, to.day().min(30))
}

fn thirty_360(from: NaiveDate, first: u32, to: NaiveDate, last: u32) -> Decimal {
    let count =
        |date: NaiveDate, day: u32| i64::from(date.year()) * 360 + i64::from(date.month()) * 30 + i64::from(day);
    Decimal::from(count(to, last) - count(from, first)) / Decimal::from(360)
}

fn ends_february(date: NaiveDate) -> bool {
    date.month() == 2 && date.succ_opt().is_none_or(|next| next.month() == 3)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn date(text: &str) -> NaiveDate {
        text.parse().expect(text)
    }

    /// The example of ISDA's memorandum "EMU and market conventions" (1998): 2003-11-01 to 2004-05-01, semi-annual.
    #[test]
    fn the_examples_of_isda() {
        let (from, to) = (date("2003-11-01"), date("2004-05-01"));
        let isda = DayCount::ActualActualIsda.fraction(from, to).expect("a fraction");
        assert_eq!(isda.round_dp(8).to_string(), "0.49772438");
        let icma = DayCount::ActualActualIcma.fraction_in(from, to, Some((from, to)));
        assert_eq!(icma, Some(Decimal::new(5, 1)));
        // A short first period of a yearly bond, whose period began before it.
        let (from, to, start) = (date("1999-02-01"), date("1999-07-01"), date("1998-07-01"));
        let short = DayCount::ActualActualIcma.fraction_in(from, to, Some((start, to))).expect("a fraction");
        assert_eq!(short.round_dp(9).to_string(), "0.410958904");
    }

    #[test]
    fn every_name_is_known_in_any_case_and_no_other() {
        for (name, convention) in NAMES {
            assert_eq!(DayCount::named(&name.to_lowercase()), Some(convention));
            assert!(MEANING.contains(&format!("'{name}'")), "{name} stands in the documentation");
        }
        assert_eq!(DayCount::named("ACT/ACT"), None);
    }

    proptest! {
        #[test]
        fn a_fraction_never_panics_and_grows_with_its_end(a in -800_000_i32..3_000_000, days in 0_i32..80_000) {
            let from = NaiveDate::from_epoch_days(a).expect("a date");
            let to = NaiveDate::from_epoch_days(a + days).expect("a date");
            for (name, convention) in NAMES {
                let years = convention.fraction(from, to).expect(name);
                let counted = Decimal::from(days) / Decimal::new(365_2425, 4);
                prop_assert!((years - counted).abs() < Decimal::ONE + counted / Decimal::TEN, "{name}: {years}");
                let _ = convention.fraction_in(from, to, Some((to, from)));
            }
        }
    }
}
