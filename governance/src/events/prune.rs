//! The outbox is kept for a month.

use std::sync::Arc;
use std::time::Duration;

use chrono::TimeDelta;
use mesh_policy::Clock;
use tokio_util::sync::CancellationToken;

use crate::store::Store;
use crate::store::events::Pruning;

/// How long events are kept.
const KEPT: TimeDelta = TimeDelta::days(30);
/// Newest events that are kept however old they are.
const KEPT_MIN: i64 = 1_000;
/// Events that go in one transaction: others write in between.
const BATCH: i64 = 1_000;
/// Pause between two looks.
const PAUSE: Duration = Duration::from_secs(3_600);

/// Prunes the outbox, now and from time to time, until told to stop.
pub(crate) async fn run(store: Arc<Store>, clock: Clock, stopping: CancellationToken) {
    let prune = async {
        loop {
            let pruning = Pruning { before: clock.now() - KEPT, kept_min: KEPT_MIN, batch: BATCH };
            match store.prune_events(&pruning).await {
                Ok(0) => tokio::time::sleep(PAUSE).await,
                Ok(count) => tracing::info!(count, "old events went out of the outbox"),
                Err(error) => {
                    tracing::warn!(error = &error as &dyn std::error::Error, "the outbox was not pruned");
                    tokio::time::sleep(PAUSE).await;
                }
            }
        }
    };
    stopping.run_until_cancelled(prune).await;
}
