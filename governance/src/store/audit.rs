//! The audit trail: records that are appended in the transaction of what they record, and stand or fall with it.

mod refusals;
mod trail;

use chrono::{DateTime, Utc};
use mesh_api::AuditRecord;
use mesh_api::audit::canonical_json;
use serde_json::Value;
use sqlx::{AnyConnection, Row as _};

use super::rows::{self, Value as Cell};
use super::{StoreError, text};

pub(crate) use refusals::Refusal;
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
    append_all(connection, std::slice::from_ref(entry)).await
}

/// As [`append`], of several records in their order.
pub(crate) async fn append_all(connection: &mut AnyConnection, entries: &[Entry<'_>]) -> Result<(), StoreError> {
    if entries.is_empty() {
        return Ok(());
    }
    let count = i64::try_from(entries.len()).unwrap_or(i64::MAX);
    let head = sqlx::query("UPDATE audit_head SET sequence = sequence + $1 WHERE chain = 1 RETURNING sequence, hash")
        .bind(count)
        .fetch_one(&mut *connection)
        .await?;
    let last: i64 = head.try_get("sequence")?;
    let corrupt = || StoreError::Corrupt { column: "sequence", value: last.to_string() };
    let before = last.checked_sub(count).and_then(|before| u64::try_from(before).ok()).ok_or_else(corrupt)?;
    let mut previous = text(&head, "hash")?;
    let row = |(sequence, entry): (u64, &Entry<'_>)| {
        let record = chained(sequence, entry, &previous);
        previous.clone_from(&record.hash);
        cells(&record)
    };
    let rows = (before + 1..).zip(entries).map(row).collect();
    let head = "INSERT INTO audit_records (sequence, at_us, actor, action, subject, detail, previous, hash)";
    rows::insert(connection, head, rows, "").await?;
    sqlx::query("UPDATE audit_head SET hash = $1 WHERE chain = 1").bind(&previous).execute(connection).await?;
    Ok(())
}

/// The record of an entry, behind the one whose hash is `previous`.
fn chained(sequence: u64, entry: &Entry<'_>, previous: &str) -> AuditRecord {
    let mut record = AuditRecord {
        sequence,
        at: entry.at,
        actor: entry.actor.to_owned(),
        action: entry.action.to_owned(),
        subject: entry.subject.clone(),
        detail: entry.detail.clone(),
        previous: previous.to_owned(),
        hash: String::new(),
    };
    record.hash = record.computed_hash();
    record
}

fn cells(record: &AuditRecord) -> [Cell; 8] {
    let text = |text: &str| Cell::from(text);
    [
        Cell::Number(i64::try_from(record.sequence).unwrap_or(i64::MAX)),
        Cell::Number(record.at.timestamp_micros()),
        text(&record.actor),
        text(&record.action),
        text(&record.subject),
        Cell::Text(canonical_json(&record.detail)),
        text(&record.previous),
        text(&record.hash),
    ]
}
