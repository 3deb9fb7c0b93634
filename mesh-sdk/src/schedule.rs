//! When a port is published of its own accord.

use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use croner::Cron;

/// When a port is published of its own accord. Times are in UTC.
#[derive(Clone, Debug, Default)]
pub enum Schedule {
    /// When a port that it reads has a new snapshot.
    #[default]
    OnChange,
    /// So long after the last run began.
    Every(TimeDelta),
    /// At these times.
    Cron(Box<Cron>),
    /// Only when told to.
    Never,
}

impl Schedule {
    /// The first time after `last`, where the schedule knows times.
    #[must_use]
    pub fn next(&self, last: DateTime<Utc>) -> Option<DateTime<Utc>> {
        match self {
            Self::Every(wait) => last.checked_add_signed(*wait),
            Self::Cron(cron) => cron.find_next_occurrence(&last, false).ok(),
            Self::OnChange | Self::Never => None,
        }
    }
}

impl FromStr for Schedule {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text.split_whitespace().collect::<Vec<_>>().as_slice() {
            ["never"] => Ok(Self::Never),
            ["on", "change"] => Ok(Self::OnChange),
            ["every", wait] => duration(wait, (TimeDelta::minutes(1), TimeDelta::days(366))).map(Self::Every),
            _ => Cron::from_str(text)
                .map(|cron| Self::Cron(Box::new(cron)))
                .map_err(|error| format!("`{text}` is neither `every 15m` nor a cron text: {error}")),
        }
    }
}

/// `90s`, `15m`, `6h`, `1d`, from the shortest to the longest that makes sense.
pub(crate) fn duration(text: &str, (shortest, longest): (TimeDelta, TimeDelta)) -> Result<TimeDelta, String> {
    let wrong = || {
        let (shortest, longest) = (shortest.num_minutes(), longest.num_days());
        format!("`{text}` is no time: write `15m`, `6h` or `1d`, from {shortest} minutes to {longest} days")
    };
    let split = text.len() - text.chars().next_back().map_or(0, char::len_utf8);
    let (count, unit) = text.split_at(split);
    let count: i64 = count.parse().map_err(|_| wrong())?;
    let wait = match unit {
        "s" => TimeDelta::try_seconds(count),
        "m" => TimeDelta::try_minutes(count),
        "h" => TimeDelta::try_hours(count),
        "d" => TimeDelta::try_days(count),
        _ => None,
    };
    wait.filter(|wait| *wait >= shortest && *wait <= longest).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> DateTime<Utc> {
        text.parse().expect("a time")
    }

    #[test]
    fn times_follow_each_other() {
        let next = |text: &str| text.parse::<Schedule>().expect(text).next(at("2026-02-28T23:59:30Z"));
        assert_eq!(next("every 15m"), Some(at("2026-03-01T00:14:30Z")));
        assert_eq!(next("every 1d"), Some(at("2026-03-01T23:59:30Z")));
        assert_eq!(next("30 6 * * MON-FRI"), Some(at("2026-03-02T06:30:00Z")));
        assert_eq!(next("0 0 29 2 *"), Some(at("2028-02-29T00:00:00Z")));
        assert_eq!((next("never"), next("on change")), (None, None));
    }

    #[test]
    fn what_is_no_schedule_is_told() {
        for bad in [
            "every",
            "every 15",
            "every 10s",
            "every -1m",
            "every 1w",
            "every 9999999999999d",
            "61 * * * *",
            "soon",
            "",
            "every é",
        ] {
            assert!(bad.parse::<Schedule>().is_err(), "{bad}");
        }
    }
}
