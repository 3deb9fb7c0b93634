//! Taking out what is older than anybody asks for.

use chrono::{DateTime, Utc};
use sqlx::Row as _;

use crate::store::{Store, StoreError};

/// Which events may go. Those that a webhook still has to be sent stay in any case.
pub(crate) struct Pruning {
    /// Those of before then.
    pub(crate) before: DateTime<Utc>,
    /// But not so many of the newest.
    pub(crate) kept_min: i64,
    /// At most so many at once.
    pub(crate) batch: i64,
}

impl Store {
    /// Number of the first event that is kept; `None` when none is.
    pub(crate) async fn first_event(&self) -> Result<Option<i64>, StoreError> {
        let row = sqlx::query("SELECT sequence FROM events ORDER BY sequence LIMIT 1");
        let row = row.fetch_optional(self.database.reader()).await?;
        Ok(row.map(|row| row.try_get("sequence")).transpose()?)
    }

    /// Takes out a batch of the oldest events that may go, and tells how many went. What is left has no gaps.
    pub(crate) async fn prune_events(&self, pruning: &Pruning) -> Result<u64, StoreError> {
        let bound = self.prunable_before(pruning).await?;
        let Some(first) = self.first_event().await?.filter(|first| *first < bound) else { return Ok(0) };
        let mut transaction = self.database.write().await?;
        let gone = sqlx::query("DELETE FROM events WHERE sequence < $1")
            .bind(bound.min(first.saturating_add(pruning.batch)))
            .execute(&mut *transaction)
            .await?;
        self.database.commit(transaction).await?;
        Ok(gone.rows_affected())
    }

    /// Number of the first event that has to stay.
    async fn prunable_before(&self, pruning: &Pruning) -> Result<i64, StoreError> {
        // An event says when it happened, which may be long before it was heard: what counts is that nothing before it is
        // recent.
        let row = sqlx::query(
            "SELECT h.last AS last, \
             (SELECT sequence FROM events WHERE at_us >= $1 ORDER BY sequence LIMIT 1) AS recent, \
             (SELECT MIN(delivered) FROM subscriptions WHERE ended IS NULL) AS delivered FROM event_head h",
        )
        .bind(pruning.before.timestamp_micros())
        .fetch_one(self.database.reader())
        .await?;
        let next = row.try_get::<i64, _>("last")?.saturating_add(1);
        let recent = row.try_get::<Option<i64>, _>("recent")?.unwrap_or(next);
        let unsent = row.try_get::<Option<i64>, _>("delivered")?.map_or(next, |delivered| delivered.saturating_add(1));
        Ok(recent.min(unsent).min(next.saturating_sub(pruning.kept_min)))
    }
}
