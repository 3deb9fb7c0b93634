//! When a port is tried again: one that was not published, and one whose news can wait.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::source::Source;

/// First and longest wait after a failure, doubled each time.
const WAIT: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(3600));

/// What trying a port came to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Came {
    /// There is a new snapshot.
    Published,
    /// It had no news, or is not in service.
    Nothing,
    Failed,
}

/// The ports that wait, how often each failed in a row, and when it is tried again. Others are tried whenever they are looked at.
#[derive(Debug, Default)]
pub(crate) struct Patience(BTreeMap<Source, (u32, Instant)>);

impl Patience {
    pub(crate) fn may_try(&self, source: Source, now: Instant) -> bool {
        self.0.get(&source).is_none_or(|(_, again)| *again <= now)
    }

    pub(crate) fn was_tried(&mut self, source: Source, came: Came, now: Instant) {
        match came {
            Came::Published => drop(self.0.insert(source, (0, now + source.pause()))),
            Came::Nothing => drop(self.0.remove(&source)),
            Came::Failed => {
                let failures = self.0.get(&source).map_or(0, |(failures, _)| *failures);
                let wait = WAIT.1.min(WAIT.0.saturating_mul(2_u32.saturating_pow(failures)));
                self.0.insert(source, (failures.saturating_add(1), now + wait));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_failed_is_tried_ever_more_seldom_and_keeps_nobody_else_waiting() {
        let (begin, mut patience, mut tried) = (Instant::now(), Patience::default(), Vec::new());
        for minute in 0..300 {
            let now = begin + Duration::from_secs(60 * minute);
            assert!(patience.may_try(Source::Agreements, now));
            patience.was_tried(Source::Agreements, Came::Published, now);
            if patience.may_try(Source::Ports, now) {
                patience.was_tried(Source::Ports, Came::Failed, now);
                tried.push(minute);
            }
        }
        assert_eq!(tried, [0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
        patience.was_tried(Source::Ports, Came::Published, begin);
        assert!(patience.may_try(Source::Ports, begin));
    }

    #[tokio::test]
    async fn the_trail_is_published_every_quarter_of_an_hour_and_looked_at_until_it_has_news() {
        let (begin, mut patience, mut published) = (Instant::now(), Patience::default(), Vec::new());
        for minute in 0..60 {
            let now = begin + Duration::from_secs(60 * minute);
            if patience.may_try(Source::Audit, now) {
                let came = if minute < 3 { Came::Nothing } else { Came::Published };
                patience.was_tried(Source::Audit, came, now);
                published.extend((came == Came::Published).then_some(minute));
            }
        }
        assert_eq!(published, [3, 18, 33, 48]);
    }
}
