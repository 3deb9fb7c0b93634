//! Days as numbers, so that a year is walked without a calendar in the inner loop.

use chrono::{Datelike, NaiveDate};

/// Days since 1970-01-01.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(pub i32);

impl Day {
    /// A day of the Gregorian calendar (Hinnant's `days_from_civil`).
    #[must_use]
    pub const fn new(year: i32, month: i32, day: i32) -> Self {
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
        Self(era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468)
    }

    /// Year, month and day.
    #[must_use]
    pub fn civil(self) -> (i32, i32, i32) {
        let date = NaiveDate::from_epoch_days(self.0).unwrap_or_default();
        // Months and days are small.
        (date.year(), date.month().cast_signed(), date.day().cast_signed())
    }

    /// `days` later, or earlier.
    #[must_use]
    pub const fn plus(self, days: i32) -> Self {
        Self(self.0 + days)
    }

    /// The same day of the month `months` later, or the last one of that month.
    pub(crate) fn plus_months(self, months: i32) -> Self {
        let (year, month, day) = self.civil();
        let first = Self::month(year * 12 + month - 1 + months);
        let last = first.month_end();
        first.plus(day - 1).min(last)
    }

    /// The first day of a month, counted from year 0.
    pub(crate) const fn month(months: i32) -> Self {
        Self::new(months.div_euclid(12), months.rem_euclid(12) + 1, 1)
    }

    /// Months since year 0.
    pub(crate) fn months(self) -> i32 {
        let (year, month, _) = self.civil();
        year * 12 + month - 1
    }

    /// The last day of its month.
    pub(crate) fn month_end(self) -> Self {
        Self::month(self.months() + 1).plus(-1)
    }

    /// Whether banks and exchanges work: Monday to Friday, but for Christmas and New Year's Day.
    #[must_use]
    pub fn is_business(self) -> bool {
        let (_, month, day) = self.civil();
        // 1970-01-01 was a Thursday.
        (self.0 + 3).rem_euclid(7) < 5 && (month, day) != (12, 25) && (month, day) != (1, 1)
    }

    /// This day, or the next on which banks work.
    pub(crate) fn or_next_business(self) -> Self {
        let mut day = self;
        while !day.is_business() {
            day = day.plus(1);
        }
        day
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_agree_with_the_calendar() {
        assert_eq!(Day::new(1970, 1, 1).0, 0);
        assert_eq!(Day::new(2000, 3, 1).civil(), (2000, 3, 1));
        for number in -1_000..40_000 {
            let (year, month, day) = Day(number).civil();
            assert_eq!(Day::new(year, month, day), Day(number));
        }
    }

    #[test]
    fn months_end_where_they_end() {
        assert_eq!(Day::new(2024, 2, 3).month_end(), Day::new(2024, 2, 29));
        assert_eq!(Day::new(2024, 1, 31).plus_months(1), Day::new(2024, 2, 29));
        assert_eq!(Day::new(2025, 12, 15).plus_months(1), Day::new(2026, 1, 15));
    }

    #[test]
    fn banks_rest_on_weekends_and_two_holidays() {
        assert!(!Day::new(2026, 10, 31).is_business());
        assert_eq!(Day::new(2026, 10, 31).or_next_business(), Day::new(2026, 11, 2));
        assert_eq!(Day::new(2025, 12, 25).or_next_business(), Day::new(2025, 12, 26));
    }
}
