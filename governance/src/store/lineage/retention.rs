//! What is dropped, and when.

use chrono::{DateTime, TimeDelta, Utc};

use crate::store::{Store, StoreError};

/// How long events, and what a run's events come to, are kept after they were last heard of.
pub(crate) const EVENTS_KEPT: TimeDelta = TimeDelta::days(30);
/// How long runs are kept that changed nothing.
const RUNS_KEPT: TimeDelta = TimeDelta::days(400);
/// Most rows of a table that are dropped at a time.
const ROWS_MAX: i64 = 5_000;

impl Store {
    /// Drops what is past its retention, a limited number of rows at a time; whether there may be more. A run that began a
    /// revision stays as long as the revision, since revisions are made from runs.
    pub(crate) async fn forget_lineage(&self, now: DateTime<Utc>) -> Result<bool, StoreError> {
        let (events, runs) = ((now - EVENTS_KEPT).timestamp_micros(), (now - RUNS_KEPT).timestamp_micros());
        let mut transaction = self.database.write().await?;
        super::count(&mut transaction).await?;
        let statements = [
            (
                "DELETE FROM lineage_events WHERE id IN \
                 (SELECT id FROM lineage_events WHERE heard_at_us < $1 LIMIT $2)",
                events,
            ),
            (
                "UPDATE lineage_runs SET events = NULL WHERE (run_id, job_id) IN \
                 (SELECT run_id, job_id FROM lineage_runs WHERE heard_at_us < $1 AND events IS NOT NULL LIMIT $2)",
                events,
            ),
            (
                "DELETE FROM lineage_run_versions WHERE (run_id, job_id) IN \
                 (SELECT v.run_id, v.job_id FROM lineage_run_versions v JOIN lineage_runs r \
                 ON r.run_id = v.run_id AND r.job_id = v.job_id WHERE r.heard_at_us < $1 LIMIT $2)",
                runs,
            ),
            (
                "DELETE FROM lineage_runs WHERE (run_id, job_id) IN \
                 (SELECT r.run_id, r.job_id FROM lineage_runs r LEFT JOIN lineage_revisions v \
                 ON v.job_id = r.job_id AND v.run_id = r.run_id LEFT JOIN lineage_run_versions s \
                 ON s.run_id = r.run_id AND s.job_id = r.job_id \
                 WHERE r.heard_at_us < $1 AND v.run_id IS NULL AND s.run_id IS NULL LIMIT $2)",
                runs,
            ),
        ];
        let mut more = false;
        for (statement, before) in statements {
            let dropped = sqlx::query(statement).bind(before).bind(ROWS_MAX).execute(&mut *transaction).await?;
            more |= dropped.rows_affected() >= ROWS_MAX.unsigned_abs();
        }
        self.database.commit(transaction).await?;
        Ok(more)
    }
}
