//! A calendar day, as waivers name it. The wall clock is the caller's.

use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar, written `2027-01-31`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// Why a text is not a day.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("`{0}` is not a day: expected the form `2027-01-31`")]
pub struct DateError(String);

impl Date {
    /// The day; `None` when the calendar has no such day, or the year is not of four digits.
    #[must_use]
    pub fn new(year: u16, month: u8, day: u8) -> Option<Self> {
        let leap = (year.is_multiple_of(4) && !year.is_multiple_of(100)) || year.is_multiple_of(400);
        let days = match month {
            1 | 3 | 5 | 7 | 8 | 10 | 12 => 31,
            4 | 6 | 9 | 11 => 30,
            2 if leap => 29,
            2 => 28,
            _ => return None,
        };
        ((1..=days).contains(&day) && (1000..=9999).contains(&year)).then_some(Self { year, month, day })
    }

    /// The day that lies so many days after 1 January 1970; days outside the years of four digits become the nearest inside.
    #[must_use]
    pub fn of_unix_days(days: i64) -> Self {
        // Years begin in March here, so that the leap day is the last of its year (Hinnant's civil_from_days).
        let days = days.clamp(-354_285, 2_932_896) + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        Self {
            year: u16::try_from(year).unwrap_or_default(),
            month: u8::try_from(month).unwrap_or_default(),
            day: u8::try_from(day).unwrap_or_default(),
        }
    }

    /// The same day some years on; of a 29 February it may be a day that no calendar has, which compares all the same.
    pub(super) fn years_later(self, years: u16) -> Self {
        Self { year: self.year.saturating_add(years), ..self }
    }
}

impl FromStr for Date {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let parsed = || {
            let mut parts = text.split('-');
            let mut digits = |len: usize| {
                let part = parts.next().filter(|part| part.len() == len && part.bytes().all(|b| b.is_ascii_digit()))?;
                part.parse::<u16>().ok()
            };
            let (year, month, day) = (digits(4)?, digits(2)?, digits(2)?);
            let day = Self::new(year, u8::try_from(month).ok()?, u8::try_from(day).ok()?)?;
            parts.next().is_none().then_some(day)
        };
        parsed().ok_or_else(|| DateError(text.chars().take(40).collect()))
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_from_1970() {
        for (days, text) in [
            (0, "1970-01-01"),
            (-1, "1969-12-31"),
            (11_016, "2000-02-29"),
            (11_017, "2000-03-01"),
            (20_779, "2026-11-22"),
            (i64::MIN, "1000-01-01"),
            (i64::MAX, "9999-12-31"),
        ] {
            assert_eq!(Date::of_unix_days(days).to_string(), text, "{days}");
        }
    }

    #[test]
    fn days_are_read_compared_and_written() {
        let day: Date = "2028-02-29".parse().expect("a leap day");
        assert_eq!(day.to_string(), "2028-02-29");
        assert!(day < "2028-03-01".parse().expect("a day"));
        for text in
            ["2027-02-29", "2027-13-01", "2027-1-1", "27-01-01", "2027-01-01-01", "2027-01-00", "", "+027-01-01"]
        {
            assert!(text.parse::<Date>().is_err(), "{text}");
        }
    }
}
