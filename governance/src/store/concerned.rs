//! Whom the end of a major concerns: the consumers with an active agreement on it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use mesh_contract::PortName;
use sqlx::AnyConnection;

use super::consumption::PORTS_TOGETHER;
use super::{Store, StoreError, number, port_name, rows, text};

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

/// That somebody has an active agreement on a major of a port.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Holder {
    pub(crate) port: PortName,
    pub(crate) major: u64,
    pub(crate) consumer: String,
}

impl Store {
    /// Who has an agreement on one of these ports that is active at `at`.
    pub(crate) async fn holders(
        &self,
        ports: &BTreeSet<PortName>,
        at: DateTime<Utc>,
    ) -> Result<Vec<Holder>, StoreError> {
        let ports: Vec<&PortName> = ports.iter().collect();
        let mut found = Vec::new();
        for ports in ports.chunks(PORTS_TOGETHER) {
            // A join and no list of pairs, for which SQLite would read all agreements there are.
            let statement = format!(
                "WITH wanted (domain, port) AS (VALUES {}) \
                 SELECT a.domain, a.port, a.major, a.principal FROM wanted w \
                 JOIN agreements a ON a.domain = w.domain AND a.port = w.port \
                 WHERE a.status IN ('active', 'renewing') AND a.expires_us > $1",
                rows::pairs(1, ports.len())
            );
            // Only numbers of places are put into the text.
            let mut statement = sqlx::query(sqlx::AssertSqlSafe(statement)).bind(at.timestamp_micros());
            for port in ports {
                statement = statement.bind(port.domain()).bind(port.port());
            }
            for row in statement.fetch_all(self.database.reader()).await? {
                let (port, major) = (port_name(&row)?, number(&row, "major")?);
                found.push(Holder { port, major, consumer: text(&row, "principal")? });
            }
        }
        Ok(found)
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::database::{Database, sqlite_url};

    /// An agreement on the first major of a port of lending.
    fn agreement(number: i64, port: &str, principal: &str, status: &str, expires_us: i64) -> String {
        format!(
            "INSERT INTO ports VALUES ('lending', '{port}', 'urn:{port}') ON CONFLICT DO NOTHING; \
             INSERT INTO agreements (number, domain, port, major, principal, request, purposes, classification, \
             needs_governance, status, until_us, expires_us, requested_at_us, revision) VALUES ({number}, 'lending', \
             '{port}', 1, '{principal}', '{{}}', '[]', 'internal', 0, '{status}', 9, {expires_us}, 0, 1);"
        )
    }

    #[tokio::test]
    async fn holders_of_many_ports_are_those_whose_agreement_is_active() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let store = Store::new(Database::open(&sqlite_url(&folder.path().join("g.db"))).await.expect("opens"));
        let mut written = vec![
            agreement(1, "p0", "ana", "active", 9),
            agreement(2, "p0", "omar", "renewing", 9),
            agreement(3, "p0", "eve", "revoked", 9),
            agreement(4, "p0", "dan", "active", 5),
            agreement(5, "apart", "ana", "active", 9),
        ];
        written.extend((1..450).map(|port| agreement(100 + port, &format!("p{port}"), "ana", "active", 9)));
        let mut transaction = store.database.write().await.expect("a transaction");
        sqlx::raw_sql(sqlx::AssertSqlSafe(written.concat())).execute(&mut *transaction).await.expect("written");
        store.database.commit(transaction).await.expect("committed");

        let at = DateTime::from_timestamp_micros(5).expect("a time");
        let ports: BTreeSet<PortName> =
            (0..450).map(|port| PortName::new("lending", &format!("p{port}")).expect("a name")).collect();
        let found = store.holders(&ports, at).await.expect("read");
        let of = |consumer: &str| found.iter().filter(|held| held.consumer == consumer && held.major == 1).count();
        assert_eq!((of("ana"), of("omar"), found.len()), (450, 1, 451));
        assert_eq!(store.holders(&BTreeSet::new(), at).await.expect("read"), []);
    }
}
