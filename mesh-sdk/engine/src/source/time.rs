//! Days and instants from text.

use chrono::{DateTime, Datelike, NaiveDate, NaiveDateTime, NaiveTime, Timelike};

use super::date_pattern::DatePattern;

/// Days since 1970-01-01. Without a pattern: `yyyy-MM-dd`.
pub(crate) fn date(text: &str, pattern: Option<&DatePattern>) -> Result<i32, String> {
    let day = match pattern {
        Some(pattern) => pattern.date(text),
        None if text.len() == 10 => NaiveDate::parse_from_str(text, "%Y-%m-%d").ok(),
        None => None,
    };
    day.map(|day| day.num_days_from_ce() - UNIX_EPOCH_FROM_CE).ok_or_else(String::new)
}

const UNIX_EPOCH_FROM_CE: i32 = 719_163;

/// Microseconds since 1970-01-01. Without a pattern: `yyyy-MM-dd` `T` or a blank, `HH:mm:ss`, a fraction, an offset.
/// A column of instants (`utc`) takes text without an offset as UTC; a column of local times refuses an offset.
pub(crate) fn timestamp(text: &str, pattern: Option<&DatePattern>, utc: bool) -> Result<i64, String> {
    let at = match pattern {
        Some(pattern) if pattern.has_zone() && !utc => return Err("a local time has no offset".into()),
        Some(pattern) => pattern.timestamp(text),
        None => standard(text, utc)?,
    };
    let at = at.ok_or_else(String::new)?;
    if at.nanosecond() % 1_000 != 0 {
        return Err("finer than a microsecond".into());
    }
    Ok(at.and_utc().timestamp_micros())
}

fn standard(text: &str, utc: bool) -> Result<Option<NaiveDateTime>, String> {
    if let Ok(at) = DateTime::parse_from_rfc3339(text) {
        return if utc { Ok(Some(at.naive_utc())) } else { Err("a local time has no offset".into()) };
    }
    let formats = ["%Y-%m-%dT%H:%M:%S%.f", "%Y-%m-%d %H:%M:%S%.f"];
    let at = formats.iter().find_map(|format| NaiveDateTime::parse_from_str(text, format).ok());
    Ok(at.filter(|at| (1000..=9999).contains(&at.year())))
}

/// A time of day as `HH:MM:SS` with microseconds when it has them, the one way that sorts as text.
pub(super) fn time_of_day(text: &str) -> Result<String, String> {
    let time = ["%H:%M:%S%.f", "%H:%M"].iter().find_map(|format| NaiveTime::parse_from_str(text, format).ok());
    match time {
        Some(time) if time.nanosecond() % 1_000 == 0 && time.nanosecond() == 0 => {
            Ok(time.format("%H:%M:%S").to_string())
        }
        Some(time) if time.nanosecond() % 1_000 == 0 => Ok(time.format("%H:%M:%S%.6f").to_string()),
        Some(_) => Err("finer than a microsecond".into()),
        None => Err(String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_instants() {
        assert_eq!(date("1970-01-02", None), Ok(1));
        assert!(date("1970-1-2", None).is_err() && date("70-01-02", None).is_err());
        assert_eq!(timestamp("1970-01-01T00:00:01Z", None, true), Ok(1_000_000));
        assert_eq!(timestamp("1970-01-01 00:00:01.000002", None, true), Ok(1_000_002));
        assert_eq!(timestamp("1970-01-01T01:00:00+01:00", None, true), Ok(0));
        assert_eq!(timestamp("1970-01-01T01:00:00+01:00", None, false), Err("a local time has no offset".into()));
        assert_eq!(timestamp("1970-01-01T00:00:00.0000001Z", None, true), Err("finer than a microsecond".into()));
    }

    #[test]
    fn times_of_day_have_one_spelling() {
        assert_eq!(time_of_day("7:05").as_deref(), Ok("07:05:00"));
        assert_eq!(time_of_day("07:05:01.5").as_deref(), Ok("07:05:01.500000"));
        assert!(time_of_day("25:00").is_err());
    }
}
