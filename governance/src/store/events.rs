//! Events: the outbox, written in the transaction of what happened.

mod prune;

use chrono::{DateTime, Utc};
use mesh_api::{Event, EventData, EventKind};
use mesh_contract::PortName;
use serde_json::Value;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::{Store, StoreError, text};

pub(crate) use prune::Pruning;

/// An event to append.
pub(crate) struct NewEvent<'a> {
    pub(crate) kind: EventKind,
    pub(crate) at: DateTime<Utc>,
    /// Who did it.
    pub(crate) actor: &'a str,
    pub(crate) domain: &'a str,
    /// The port within the domain.
    pub(crate) port: Option<&'a str>,
    /// The quality rule.
    pub(crate) rule: Option<&'a str>,
    /// The principal who may see it beside the domain's owners and governance; `None`: whoever may know the port.
    pub(crate) private_to: Option<&'a str>,
    /// Particulars: short, and without anything that its readers may not see.
    pub(crate) detail: Value,
}

/// A stored event, with who may see it.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct StoredEvent {
    pub(crate) event: Event,
    pub(crate) private_to: Option<String>,
}

/// Appends an event, which commits or falls with its transaction. It goes last in a transaction: from here on every other
/// one that appends waits, and whoever took locks in another order could wait for ever.
pub(crate) async fn append(transaction: &mut AnyConnection, event: &NewEvent<'_>) -> Result<(), StoreError> {
    let row = sqlx::query("UPDATE event_head SET last = last + 1 RETURNING last").fetch_one(&mut *transaction).await?;
    sqlx::query(
        "INSERT INTO events (sequence, kind, at_us, actor, domain, port, rule, private_to, detail) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)",
    )
    .bind(row.try_get::<i64, _>("last")?)
    .bind(event.kind.as_str())
    .bind(event.at.timestamp_micros())
    .bind(event.actor)
    .bind(event.domain)
    .bind(event.port)
    .bind(event.rule)
    .bind(event.private_to)
    .bind(event.detail.to_string())
    .execute(transaction)
    .await?;
    Ok(())
}

impl Store {
    /// Number of the last event; 0 when there is none.
    pub(crate) async fn last_event(&self) -> Result<i64, StoreError> {
        let row = sqlx::query("SELECT last FROM event_head").fetch_one(self.database.reader()).await?;
        Ok(row.try_get("last")?)
    }

    /// Up to `limit` events behind the one with number `after`, in order.
    pub(crate) async fn events(&self, after: i64, limit: i64) -> Result<Vec<StoredEvent>, StoreError> {
        let rows = sqlx::query(
            "SELECT sequence, kind, at_us, actor, domain, port, rule, private_to, detail FROM events \
             WHERE sequence > $1 ORDER BY sequence LIMIT $2",
        )
        .bind(after)
        .bind(limit)
        .fetch_all(self.database.reader())
        .await?;
        rows.iter().map(read).collect()
    }
}

fn read(row: &AnyRow) -> Result<StoredEvent, StoreError> {
    let (sequence, at_us): (i64, i64) = (row.try_get("sequence")?, row.try_get("at_us")?);
    let (kind, domain, detail) = (text(row, "kind")?, text(row, "domain")?, text(row, "detail")?);
    let corrupt = |column, value: &dyn ToString| StoreError::Corrupt { column, value: value.to_string() };
    let port: Option<String> = row.try_get("port")?;
    let port = port.map(|port| PortName::new(&domain, &port).map_err(|_| corrupt("port", &port))).transpose()?;
    Ok(StoredEvent {
        event: Event {
            sequence: u64::try_from(sequence).map_err(|_| corrupt("sequence", &sequence))?,
            kind: EventKind::parse(&kind).ok_or_else(|| corrupt("kind", &kind))?,
            at: DateTime::from_timestamp_micros(at_us).ok_or_else(|| corrupt("at_us", &at_us))?,
            data: EventData {
                actor: text(row, "actor")?,
                domain,
                port,
                rule: row.try_get("rule")?,
                detail: serde_json::from_str(&detail).map_err(|_| corrupt("detail", &detail))?,
            },
        },
        private_to: row.try_get("private_to")?,
    })
}

#[cfg(test)]
mod tests {
    use crate::store::database::{Database, sqlite_url};

    use super::*;

    fn registered(port: &str) -> NewEvent<'_> {
        NewEvent {
            kind: EventKind::ContractRegistered,
            at: DateTime::UNIX_EPOCH,
            actor: "lena",
            domain: "lending",
            port: Some(port),
            rule: None,
            private_to: None,
            detail: serde_json::json!({"version": "1.0.0"}),
        }
    }

    #[tokio::test]
    async fn events_are_numbered_without_gaps_and_fall_with_their_transaction() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let database = Database::open(&sqlite_url(&folder.path().join("g.db"))).await.expect("opens");
        let store = Store::new(database);
        for (port, commits) in [("a", true), ("b", false), ("c", true)] {
            let mut transaction = store.database.write().await.expect("a transaction");
            append(&mut transaction, &registered(port)).await.expect("appended");
            if commits {
                store.database.commit(transaction).await.expect("committed");
            } else {
                transaction.rollback().await.expect("rolled back");
            }
        }
        let found = store.events(0, 10).await.expect("events");
        let told: Vec<_> = found
            .iter()
            .map(|stored| (stored.event.sequence, stored.event.data.port.as_ref().map(ToString::to_string)))
            .collect();
        assert_eq!(told, [(1, Some("lending.a".to_owned())), (2, Some("lending.c".to_owned()))]);
        assert_eq!(store.last_event().await.expect("the head"), 2);
        assert_eq!(store.events(1, 10).await.expect("events"), found[1..]);
    }
}
