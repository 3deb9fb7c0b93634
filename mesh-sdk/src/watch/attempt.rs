//! When a port that was tried is tried again.

use std::collections::BTreeMap;

use chrono::{DateTime, TimeDelta, Utc};
use mesh_engine::source::InputState;
use mesh_engine::table::SnapshotInfo;

use crate::schedule::Schedule;

/// Seconds until what failed is tried again; doubled each time.
const WAIT_SECONDS: (i64, i64) = (60, 3600);

/// The newest snapshots of what a port reads, by name.
pub(super) type Seen = BTreeMap<String, u64>;

/// What came of the last time that a port was published of its own accord.
#[derive(Debug, Default)]
pub(super) struct Attempt {
    seen: Option<Seen>,
    at: Option<DateTime<Utc>>,
    /// Failures in a row.
    failures: u32,
}

impl Attempt {
    pub(super) fn was_made(&mut self, seen: Seen, at: DateTime<Utc>, good: bool) {
        self.seen = Some(seen);
        self.at = Some(at);
        self.failures = if good { 0 } else { self.failures.saturating_add(1) };
    }

    /// Whether there is something else to read than last time, or it is time to try once more.
    pub(super) fn may_be_made(&self, seen: &Seen, now: DateTime<Utc>) -> bool {
        self.seen.as_ref() != Some(seen) || self.is_time_again(now)
    }

    /// Whether a schedule that counts from the last attempt, or from the last commit of an earlier process, has come to
    /// its next time.
    pub(super) fn is_due(&self, schedule: &Schedule, committed: Option<DateTime<Utc>>, now: DateTime<Utc>) -> bool {
        let Some(last) = self.at.or(committed) else { return true };
        schedule.next(last).is_some_and(|next| next <= now) || self.is_time_again(now)
    }

    fn is_time_again(&self, now: DateTime<Utc>) -> bool {
        let (first, longest) = WAIT_SECONDS;
        let Some(doublings) = self.failures.checked_sub(1) else { return false };
        let wait = longest.min(first.saturating_mul(1_i64.checked_shl(doublings.min(32)).unwrap_or(longest)));
        self.at.is_none_or(|at| at + TimeDelta::seconds(wait) <= now)
    }
}

/// Whether a port was made of other snapshots than those there are now.
pub(super) fn has_changed(seen: &Seen, newest: Option<&SnapshotInfo>) -> bool {
    let read = |port: &str| {
        newest?.inputs.iter().find_map(|read| match &read.state {
            InputState::Port { port: name, snapshot } if name == port => Some(*snapshot),
            _ => None,
        })
    };
    seen.iter().any(|(port, snapshot)| read(port) != Some(*snapshot))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(minutes: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(minutes * 60, 0).expect("a time")
    }

    fn seen(snapshot: u64) -> Seen {
        Seen::from([("deposits.accounts_v1".to_owned(), snapshot)])
    }

    #[test]
    fn what_failed_is_tried_again_ever_more_seldom_and_at_once_after_a_change() {
        let mut attempt = Attempt::default();
        assert!(attempt.may_be_made(&seen(1), at(0)));
        let mut tried = Vec::new();
        for minute in 0..300 {
            if attempt.may_be_made(&seen(1), at(minute)) {
                attempt.was_made(seen(1), at(minute), false);
                tried.push(minute);
            }
        }
        assert_eq!(tried, [0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
        assert!(attempt.may_be_made(&seen(2), at(300)));
        attempt.was_made(seen(2), at(300), true);
        assert!(!attempt.may_be_made(&seen(2), at(10_000)), "what is done is done");
    }

    #[test]
    fn a_schedule_counts_from_the_attempt_and_does_not_hold_back_what_failed() {
        let hourly: Schedule = "every 1h".parse().expect("a schedule");
        let mut attempt = Attempt::default();
        assert!(attempt.is_due(&hourly, None, at(0)));
        assert!(!attempt.is_due(&hourly, Some(at(0)), at(59)) && attempt.is_due(&hourly, Some(at(0)), at(60)));
        attempt.was_made(Seen::new(), at(60), true);
        assert!(!attempt.is_due(&hourly, Some(at(0)), at(119)) && attempt.is_due(&hourly, Some(at(0)), at(120)));
        attempt.was_made(Seen::new(), at(120), false);
        assert!(attempt.is_due(&hourly, Some(at(60)), at(121)));
    }
}
