//! Reading the trail, keeping checkpoints over it, and pruning its beginning.

use chrono::{DateTime, Utc};
use mesh_api::audit::{Verifier, canonical_json};
use mesh_api::{AuditRecord, Checkpoint, SealedCheckpoint};
use serde_json::{Value, json};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::{Entry, append, hold};
use crate::store::{Store, StoreError, number, text, time_or_none};

/// Which records to read; an empty text is any.
pub(crate) struct Filter {
    pub(crate) actor: String,
    pub(crate) action: String,
    pub(crate) subject: String,
    pub(crate) since: Option<DateTime<Utc>>,
    pub(crate) until: Option<DateTime<Utc>>,
}

/// A pruning of the trail's beginning.
pub(crate) struct Pruning<'a> {
    pub(crate) before: DateTime<Utc>,
    pub(crate) reason: &'a str,
    pub(crate) actor: &'a str,
    pub(crate) at: DateTime<Utc>,
}

impl Store {
    /// Up to `limit` records in order, from behind the one with number `after` on.
    pub(crate) async fn audit(&self, filter: &Filter, after: i64, limit: i64) -> Result<Vec<AuditRecord>, StoreError> {
        let micros = |time: Option<DateTime<Utc>>| time.map(|time| time.timestamp_micros());
        let rows = sqlx::query(
            "SELECT sequence, at_us, actor, action, subject, detail, previous, hash FROM audit_records \
             WHERE sequence > $1 AND ($2 = '' OR actor = $2) AND ($3 = '' OR action = $3) \
             AND ($4 = '' OR subject = $4) AND at_us >= $5 AND at_us < $6 ORDER BY sequence LIMIT $7",
        )
        .bind(after)
        .bind(&filter.actor)
        .bind(&filter.action)
        .bind(&filter.subject)
        .bind(micros(filter.since).unwrap_or(i64::MIN))
        .bind(micros(filter.until).unwrap_or(i64::MAX))
        .bind(limit)
        .fetch_all(self.database.reader())
        .await?;
        rows.iter().map(record).collect()
    }

    /// What a checkpoint would state at `at`.
    pub(crate) async fn audit_head(&self, at: DateTime<Utc>) -> Result<Checkpoint, StoreError> {
        let row = sqlx::query("SELECT sequence, hash FROM audit_head WHERE chain = 1")
            .fetch_one(self.database.reader())
            .await?;
        Ok(Checkpoint { sequence: number(&row, "sequence")?, hash: text(&row, "hash")?, at })
    }

    /// Keeps a checkpoint; of two over one record, the first.
    pub(crate) async fn keep_checkpoint(
        &self,
        stated: &Checkpoint,
        sealed: &SealedCheckpoint,
    ) -> Result<(), StoreError> {
        let mut transaction = self.database.write().await?;
        keep(&mut transaction, stated, sealed).await?;
        self.database.commit(transaction).await
    }

    /// Up to `limit` kept checkpoints and the numbers of their records, in order, from behind number `after` on.
    pub(crate) async fn checkpoints(&self, after: i64, limit: i64) -> Result<Vec<(u64, SealedCheckpoint)>, StoreError> {
        let rows =
            sqlx::query("SELECT sequence, seal FROM audit_checkpoints WHERE sequence > $1 ORDER BY sequence LIMIT $2")
                .bind(after)
                .bind(limit)
                .fetch_all(self.database.reader())
                .await?;
        rows.iter().map(|row| Ok((number(row, "sequence")?, SealedCheckpoint { seal: text(row, "seal")? }))).collect()
    }

    /// Deletes the records before a time, and keeps what shows that nothing else is gone: a checkpoint over the last of
    /// them, and a record. `None` when none is that old; `seal` seals.
    pub(crate) async fn prune_audit<E>(
        &self,
        pruning: &Pruning<'_>,
        seal: impl FnOnce(&Checkpoint) -> Result<SealedCheckpoint, E>,
    ) -> Result<Option<Result<SealedCheckpoint, E>>, StoreError> {
        let mut transaction = self.database.write().await?;
        hold(&mut transaction).await?;
        let Some(last) = last_before(&mut transaction, pruning.before).await? else { return Ok(None) };
        let stated = Checkpoint { sequence: last.sequence, hash: last.hash, at: pruning.at };
        let sealed = match seal(&stated) {
            Ok(sealed) => sealed,
            Err(error) => return Ok(Some(Err(error))),
        };
        let entry = Entry {
            at: pruning.at,
            actor: pruning.actor,
            action: Verifier::PRUNE,
            subject: format!("records through {}", stated.sequence),
            detail: json!({"through": stated.sequence, "before": pruning.before, "reason": pruning.reason}),
        };
        append(&mut transaction, &entry).await?;
        keep(&mut transaction, &stated, &sealed).await?;
        for delete in
            ["DELETE FROM audit_records WHERE sequence <= $1", "DELETE FROM audit_checkpoints WHERE sequence < $1"]
        {
            sqlx::query(delete).bind(key(stated.sequence)).execute(&mut *transaction).await?;
        }
        self.database.commit(transaction).await?;
        Ok(Some(Ok(sealed)))
    }
}

/// The last record of the beginning in which all are older than `before`.
async fn last_before(connection: &mut AnyConnection, before: DateTime<Utc>) -> Result<Option<AuditRecord>, StoreError> {
    let row = sqlx::query(
        "SELECT sequence, at_us, actor, action, subject, detail, previous, hash FROM audit_records \
         WHERE sequence < COALESCE((SELECT r.sequence FROM audit_records r WHERE r.at_us >= $1 \
         ORDER BY r.sequence LIMIT 1), $2) ORDER BY sequence DESC LIMIT 1",
    )
    .bind(before.timestamp_micros())
    .bind(i64::MAX)
    .fetch_optional(connection)
    .await?;
    row.as_ref().map(record).transpose()
}

async fn keep(
    connection: &mut AnyConnection,
    stated: &Checkpoint,
    sealed: &SealedCheckpoint,
) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO audit_checkpoints (sequence, at_us, hash, seal) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING",
    )
    .bind(key(stated.sequence))
    .bind(stated.at.timestamp_micros())
    .bind(&stated.hash)
    .bind(&sealed.seal)
    .execute(connection)
    .await?;
    Ok(())
}

fn key(sequence: u64) -> i64 {
    i64::try_from(sequence).unwrap_or(i64::MAX)
}

fn record(row: &AnyRow) -> Result<AuditRecord, StoreError> {
    let detail = text(row, "detail")?;
    // A text that is not what was written must not become what was written: as a text it never has the record's hash.
    let parsed = serde_json::from_str::<Value>(&detail).ok().filter(|parsed| canonical_json(parsed) == detail);
    Ok(AuditRecord {
        sequence: number(row, "sequence")?,
        at: time_or_none(row, "at_us")?.unwrap_or_default(),
        actor: text(row, "actor")?,
        action: text(row, "action")?,
        subject: text(row, "subject")?,
        detail: parsed.unwrap_or(Value::String(detail)),
        previous: row.try_get("previous")?,
        hash: row.try_get("hash")?,
    })
}
