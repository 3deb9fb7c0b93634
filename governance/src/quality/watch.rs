//! Watching service levels: when one breaks, or is kept again, it is an event.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use mesh_api::QualityAffected;
use mesh_policy::Clock;
use tokio_util::sync::CancellationToken;

use super::affected::affected;
use super::judged::judged;
use crate::failure::Failure;
use crate::lineage::Held;
use crate::store::Store;
use crate::store::quality::{DuePort, LevelChange, Settled};

/// How long a run that ended goes unjudged.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// How long a level that is a share of the last days goes unjudged when nothing happens.
const AGAIN: TimeDelta = TimeDelta::hours(1);

/// Judges the service levels of ports when a run has ended and when time has passed.
pub(crate) struct Watcher {
    store: Arc<Store>,
    lineage: Arc<Held>,
    clock: Clock,
}

impl Watcher {
    pub(crate) fn new(store: Arc<Store>, lineage: Arc<Held>, clock: Clock) -> Self {
        Self { store, lineage, clock }
    }

    /// Watches until told to stop.
    pub(crate) async fn run(self, stopping: CancellationToken) {
        stopping.run_until_cancelled(self.watch()).await;
    }

    async fn watch(&self) {
        loop {
            let is_busy = self.round().await.unwrap_or_else(|failure| {
                tracing::warn!(%failure, "service levels are not watched");
                false
            });
            if !is_busy {
                tokio::time::sleep(LOOK_EVERY).await;
            }
        }
    }

    /// Judges the ports whose turn it is. `false` when there are none.
    async fn round(&self) -> Result<bool, Failure> {
        let now = self.clock.now();
        let due = self.store.due_ports(now).await?;
        for port in &due {
            self.judge(port, now).await?;
        }
        Ok(!due.is_empty())
    }

    async fn judge(&self, due: &DuePort, now: DateTime<Utc>) -> Result<(), Failure> {
        let judged = judged(&self.store, &due.port, now).await?;
        let known = self.store.known_levels(&due.port).await?;
        let mut changes = Vec::new();
        for (key, level) in &judged.levels {
            let before = known.get(key).copied();
            let kept = level.kept.filter(|kept| before != Some(*kept));
            changes.extend(kept.map(|kept| LevelChange { key, level, before, kept }));
        }
        let affected = if changes.iter().any(LevelChange::is_news) {
            affected(&self.store, &self.lineage, &due.port, now).await?
        } else {
            QualityAffected::default()
        };
        // What breaks by time alone is still kept at that very moment.
        let breaks = judged.breaks_at.map_or(now + AGAIN, |at| at + TimeDelta::microseconds(1));
        let again = breaks.min(now + AGAIN);
        let settled = Settled { due, changes: &changes, affected: &affected, at: now, again };
        Ok(self.store.settle_levels(&settled).await?)
    }
}
