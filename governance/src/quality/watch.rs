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
/// How long a port waits that could not be judged, so that it keeps nobody behind it waiting.
const PUT_OFF: TimeDelta = TimeDelta::minutes(10);
/// How long to wait when nothing can be read or kept at all.
const LOOK_AGAIN: Duration = Duration::from_secs(10);

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
            match self.round().await {
                Ok(true) => {}
                Ok(false) => tokio::time::sleep(LOOK_EVERY).await,
                Err(failure) => {
                    tracing::warn!(%failure, "service levels are not watched");
                    tokio::time::sleep(LOOK_AGAIN).await;
                }
            }
        }
    }

    /// Judges the ports whose turn it is. `false` when there are none.
    async fn round(&self) -> Result<bool, Failure> {
        let now = self.clock.now();
        let due = self.store.due_ports(now).await?;
        for due in &due {
            if let Err(failure) = self.judge(due, now).await {
                tracing::warn!(%failure, port = %due.port, "a port's service levels could not be judged");
                self.put_off(due, now).await?;
            }
        }
        Ok(!due.is_empty())
    }

    /// Looks at a port again later. Its runs count as judged: a port is judged by all of them whenever it is its turn.
    async fn put_off(&self, due: &DuePort, now: DateTime<Utc>) -> Result<(), Failure> {
        let affected = &QualityAffected::default();
        let settled = Settled { due, changes: &[], affected, at: now, again: now + PUT_OFF };
        Ok(self.store.settle_levels(&settled).await?)
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

#[cfg(test)]
mod tests {
    use mesh_policy::Clock;

    use super::*;
    use crate::store::database::{Database, sqlite_url};

    async fn store(rows: &'static str) -> (Arc<Store>, tempfile::TempDir) {
        let folder = tempfile::TempDir::new().expect("a folder");
        let url = sqlite_url(&folder.path().join("g.db"));
        let store = Arc::new(Store::new(Database::open(&url).await.expect("opens")));
        let other = sqlx::AnyPool::connect(&url).await.expect("opens");
        sqlx::raw_sql(rows).execute(&other).await.expect("written");
        (store, folder)
    }

    fn watcher(store: &Arc<Store>, now: DateTime<Utc>) -> Watcher {
        Watcher::new(Arc::clone(store), Arc::default(), Clock::fixed(now))
    }

    /// Ports `a` to `c` of `lending`, each with a run that ended; what is stored of `b` was spoilt.
    const PORTS: &str = "\
        INSERT INTO ports VALUES ('lending', 'a', 'urn:a'), ('lending', 'b', 'urn:b'), ('lending', 'c', 'urn:c'); \
        INSERT INTO contract_versions (domain, port, version, major, hash, document, status, registered_by, \
        registered_at_us) VALUES ('lending', 'a', '1.0.0', 1, 'sha256:a', '', 'active', 'lena', 0), \
        ('lending', 'b', 'spoilt', 1, 'sha256:b', '', 'active', 'lena', 0), \
        ('lending', 'c', '1.0.0', 1, 'sha256:c', '', 'active', 'lena', 0); \
        INSERT INTO port_runs (domain, port, major, run, state, at_us) VALUES ('lending', 'a', 1, 'r', 'complete', 1), \
        ('lending', 'b', 1, 'r', 'complete', 1), ('lending', 'c', 1, 'r', 'complete', 1)";

    #[tokio::test]
    async fn a_port_that_cannot_be_judged_keeps_nobody_waiting_and_waits_itself() {
        let (store, _folder) = store(PORTS).await;
        let now = DateTime::UNIX_EPOCH + TimeDelta::days(1);
        let watcher = watcher(&store, now);
        let due = async |at| {
            let due = store.due_ports(at).await.expect("read");
            due.iter().map(|due| due.port.to_string()).collect::<Vec<_>>()
        };
        let all = ["lending.a_v1", "lending.b_v1", "lending.c_v1"];
        assert_eq!(due(now).await, all);
        assert!(watcher.judge(&store.due_ports(now).await.expect("read")[1], now).await.is_err());
        assert!(watcher.round().await.expect("a round"), "there was something to do");
        assert_eq!(due(now).await, [""; 0], "also the one that was not judged waits");
        assert!(!watcher.round().await.expect("a round"));
        assert_eq!(due(now + PUT_OFF).await, all[1..2], "it is tried again before the others are due");
        assert_eq!(due(now + AGAIN).await, all);
    }

    /// Half of the runs of `lending.loans` published, of which its contract promises 99 percent to one and 10 to another.
    const TWO_LEVELS: &str = "\
INSERT INTO ports VALUES ('lending', 'loans', 'urn:loans'); \
INSERT INTO port_runs (domain, port, major, run, state, at_us) VALUES ('lending', 'loans', 1, 'a', 'complete', 1), \
('lending', 'loans', 1, 'b', 'failed', 2); \
INSERT INTO contract_versions (domain, port, version, major, hash, status, registered_by, registered_at_us, document) \
VALUES ('lending', 'loans', '1.0.0', 1, 'sha256:a', 'active', 'lena', 0, '
apiVersion: v3.1.0
kind: DataContract
id: urn:loans
name: loans
version: 1.0.0
status: active
domain: lending
schema:
  - name: loans
    properties:
      - {name: loan_id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1, required: true}
slaProperties:
  - {property: availability, value: 99, unit: percent, driver: regulatory}
  - {property: availability, value: 10, unit: percent, driver: operational}
')";

    #[tokio::test]
    async fn two_levels_of_one_property_are_told_of_once_each() {
        let (store, _folder) = store(TWO_LEVELS).await;
        for hours in 1..6 {
            let watcher = watcher(&store, DateTime::UNIX_EPOCH + TimeDelta::hours(hours));
            assert!(watcher.round().await.expect("a round"));
            assert!(!watcher.round().await.expect("a round"));
        }
        let told = store.events(0, 10).await.expect("events").into_iter();
        let told: Vec<_> = told.map(|stored| stored.event.data.detail).collect();
        let told: Vec<_> = told.iter().map(|detail| (&detail["value"], &detail["kept"])).collect();
        assert_eq!(told, [(&serde_json::json!(99), &serde_json::json!(false))]);
    }
}
