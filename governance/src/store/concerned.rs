//! Whom the end of a major concerns: the consumers with an active agreement on it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use mesh_contract::PortName;
use sqlx::AnyConnection;

use super::{Store, StoreError, number, text};

/// Consumers of a major.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Concerned {
    /// All of them, by name.
    pub(super) consumers: BTreeSet<String>,
    /// Those who have neither moved on to a later major nor acknowledged the end of this one.
    pub(super) unsettled: BTreeSet<String>,
}

/// Consumers with an agreement on `major` of the port that is active at `at`.
pub(super) async fn concerned(
    connection: &mut AnyConnection,
    port: &PortName,
    major: u64,
    at: DateTime<Utc>,
) -> Result<Concerned, StoreError> {
    let agreements = active_agreements(connection, port, at).await?;
    let on = |wanted: &dyn Fn(u64) -> bool| -> BTreeSet<String> {
        agreements.iter().filter(|(_, major)| wanted(*major)).map(|(consumer, _)| consumer.clone()).collect()
    };
    let (consumers, moved) = (on(&|found| found == major), on(&|found| found > major));
    let acknowledged = acknowledged(connection, port, major).await?;
    let settled = |consumer: &&String| !moved.contains(*consumer) && !acknowledged.contains(*consumer);
    let unsettled = consumers.iter().filter(settled).cloned().collect();
    Ok(Concerned { consumers, unsettled })
}

impl Store {
    /// Consumers with an agreement on the port that is active at `at`, each with the major.
    pub(crate) async fn holders(&self, port: &PortName, at: DateTime<Utc>) -> Result<Vec<(String, u64)>, StoreError> {
        let mut connection = self.database.reader().acquire().await?;
        active_agreements(&mut connection, port, at).await
    }
}

/// Every active agreement on the port: its consumer and its major.
async fn active_agreements(
    connection: &mut AnyConnection,
    port: &PortName,
    at: DateTime<Utc>,
) -> Result<Vec<(String, u64)>, StoreError> {
    let rows = sqlx::query(
        "SELECT principal, major FROM agreements \
         WHERE domain = $1 AND port = $2 AND status IN ('active', 'renewing') AND expires_us > $3",
    )
    .bind(port.domain())
    .bind(port.port())
    .bind(at.timestamp_micros())
    .fetch_all(connection)
    .await?;
    rows.iter().map(|row| Ok((text(row, "principal")?, number(row, "major")?))).collect()
}

async fn acknowledged(
    connection: &mut AnyConnection,
    port: &PortName,
    major: u64,
) -> Result<BTreeSet<String>, StoreError> {
    let rows = sqlx::query("SELECT consumer FROM acknowledgements WHERE domain = $1 AND port = $2 AND major = $3")
        .bind(port.domain())
        .bind(port.port())
        .bind(super::contracts::major_key(major))
        .fetch_all(connection)
        .await?;
    rows.iter().map(|row| text(row, "consumer")).collect()
}
