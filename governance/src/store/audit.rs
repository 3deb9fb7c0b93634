//! The audit trail: records that are appended in the transaction of what they record, and stand or fall with it.

mod trail;

use chrono::{DateTime, Utc};
use mesh_api::AuditRecord;
use mesh_api::audit::canonical_json;
use serde_json::Value;
use sqlx::{AnyConnection, Row as _};

use super::{StoreError, text};

pub(crate) use trail::{Filter, Pruning};

/// What is done, for the record.
pub(crate) struct Entry<'a> {
    pub(crate) at: DateTime<Utc>,
    /// A principal's name.
    pub(crate) actor: &'a str,
    /// What kind of thing, and what is done to it: `contract.register`.
    pub(crate) action: &'static str,
    /// To which.
    pub(crate) subject: String,
    /// More about it: an object.
    pub(crate) detail: Value,
}

/// Takes the place of the next writer until the transaction ends: what is read from here on was not changed by anybody
/// since. For those who read before they know what to append.
pub(crate) async fn hold(connection: &mut AnyConnection) -> Result<(), StoreError> {
    sqlx::query("UPDATE audit_head SET sequence = sequence WHERE chain = 1").execute(connection).await?;
    Ok(())
}

/// Appends a record, within the transaction of the effect.
///
/// It is called before the effect's own first statement. The record stands on disk no later than the effect, and the row
/// that is locked here until the commit makes writers queue in one order, on PostgreSQL too: whatever is read after it
/// was not changed by anybody since, and no two writers wait for each other.
pub(crate) async fn append(connection: &mut AnyConnection, entry: &Entry<'_>) -> Result<(), StoreError> {
    let head = sqlx::query("UPDATE audit_head SET sequence = sequence + 1 WHERE chain = 1 RETURNING sequence, hash")
        .fetch_one(&mut *connection)
        .await?;
    let sequence: i64 = head.try_get("sequence")?;
    let corrupt = || StoreError::Corrupt { column: "sequence", value: sequence.to_string() };
    let mut record = AuditRecord {
        sequence: u64::try_from(sequence).map_err(|_| corrupt())?,
        at: entry.at,
        actor: entry.actor.to_owned(),
        action: entry.action.to_owned(),
        subject: entry.subject.clone(),
        detail: entry.detail.clone(),
        previous: text(&head, "hash")?,
        hash: String::new(),
    };
    record.hash = record.computed_hash();
    sqlx::query(
        "INSERT INTO audit_records (sequence, at_us, actor, action, subject, detail, previous, hash) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(sequence)
    .bind(record.at.timestamp_micros())
    .bind(&record.actor)
    .bind(&record.action)
    .bind(&record.subject)
    .bind(canonical_json(&record.detail))
    .bind(&record.previous)
    .bind(&record.hash)
    .execute(&mut *connection)
    .await?;
    sqlx::query("UPDATE audit_head SET hash = $1 WHERE chain = 1").bind(&record.hash).execute(connection).await?;
    Ok(())
}
