//! When a port that was not published is tried again.

use std::collections::BTreeMap;
use std::time::Duration;

use tokio::time::Instant;

use crate::source::Source;

/// First and longest wait after a failure, doubled each time.
const WAIT: (Duration, Duration) = (Duration::from_secs(60), Duration::from_secs(3600));

/// The ports that failed, how often in a row, and when each is tried again. Others are tried whenever they are looked at.
#[derive(Debug, Default)]
pub(crate) struct Patience(BTreeMap<Source, (u32, Instant)>);

impl Patience {
    pub(crate) fn may_try(&self, source: Source, now: Instant) -> bool {
        self.0.get(&source).is_none_or(|(_, again)| *again <= now)
    }

    pub(crate) fn was_tried(&mut self, source: Source, good: bool, now: Instant) {
        if good {
            self.0.remove(&source);
            return;
        }
        let failures = self.0.get(&source).map_or(0, |(failures, _)| *failures);
        let wait = WAIT.1.min(WAIT.0.saturating_mul(2_u32.saturating_pow(failures)));
        self.0.insert(source, (failures.saturating_add(1), now + wait));
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
            assert!(patience.may_try(Source::Audit, now));
            patience.was_tried(Source::Audit, true, now);
            if patience.may_try(Source::Ports, now) {
                patience.was_tried(Source::Ports, false, now);
                tried.push(minute);
            }
        }
        assert_eq!(tried, [0, 1, 3, 7, 15, 31, 63, 123, 183, 243]);
        patience.was_tried(Source::Ports, true, begin);
        assert!(patience.may_try(Source::Ports, begin));
    }
}
