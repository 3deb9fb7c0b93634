//! Which ports' service levels are to be judged, and what came of it.

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use mesh_api::{EventKind, QualityAffected, ServiceLevel};
use mesh_contract::PortVersion;
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::major;
use crate::store::agreements::BY_ITSELF;
use crate::store::events::{self, NewEvent};
use crate::store::{Store, StoreError, number, port_name, text};

/// Runs that are looked through at a time.
const RUNS_MAX: i64 = 500;
/// Ports whose time has come that are taken at a time.
const PORTS_MAX: i64 = 50;

/// A port that is to be judged.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct DuePort {
    pub(crate) port: PortVersion,
    /// Runs that ended since it was judged last.
    runs: Vec<String>,
}

/// A level that is not as it was.
pub(crate) struct LevelChange<'a> {
    /// Which.
    pub(crate) key: &'a str,
    pub(crate) level: &'a ServiceLevel,
    /// Whether it was kept; `None` when it was never judged.
    pub(crate) before: Option<bool>,
    pub(crate) kept: bool,
}

/// What judging a port came to.
pub(crate) struct Settled<'a> {
    pub(crate) due: &'a DuePort,
    pub(crate) changes: &'a [LevelChange<'a>],
    /// Whom the changes concern.
    pub(crate) affected: &'a QualityAffected,
    pub(crate) at: DateTime<Utc>,
    /// When to look again.
    pub(crate) again: DateTime<Utc>,
}

impl LevelChange<'_> {
    /// Whether it is worth telling. A level that was never judged counts as one that was kept.
    pub(crate) fn is_news(&self) -> bool {
        self.before.unwrap_or(true) != self.kept
    }
}

impl Store {
    /// Ports with a run that ended since they were judged, and ports whose time has come.
    pub(crate) async fn due_ports(&self, now: DateTime<Utc>) -> Result<Vec<DuePort>, StoreError> {
        let mut due: BTreeMap<PortVersion, Vec<String>> = BTreeMap::new();
        let runs = sqlx::query(
            "SELECT domain, port, major, run FROM port_runs WHERE judged = 0 ORDER BY domain, port, major LIMIT $1",
        )
        .bind(RUNS_MAX)
        .fetch_all(self.database.reader())
        .await?;
        for row in &runs {
            due.entry(port_version(row)?).or_default().push(text(row, "run")?);
        }
        let ports = sqlx::query(
            "SELECT domain, port, major FROM service_level_watch WHERE due_us <= $1 ORDER BY due_us LIMIT $2",
        )
        .bind(now.timestamp_micros())
        .bind(PORTS_MAX)
        .fetch_all(self.database.reader())
        .await?;
        for row in &ports {
            due.entry(port_version(row)?).or_default();
        }
        Ok(due.into_iter().map(|(port, runs)| DuePort { port, runs }).collect())
    }

    /// Whether the levels of a port were kept when they were judged last.
    pub(crate) async fn known_levels(&self, port: &PortVersion) -> Result<BTreeMap<String, bool>, StoreError> {
        let rows = sqlx::query("SELECT level, kept FROM service_levels WHERE domain = $1 AND port = $2 AND major = $3")
            .bind(port.name.domain())
            .bind(port.name.port())
            .bind(major(port))
            .fetch_all(self.database.reader())
            .await?;
        rows.iter().map(|row| Ok((text(row, "level")?, row.try_get::<i64, _>("kept")? != 0))).collect()
    }

    /// Keeps what judging a port came to, and appends an event for each level that broke or is kept again. When another
    /// process was faster, its word stands.
    pub(crate) async fn settle_levels(&self, settled: &Settled<'_>) -> Result<(), StoreError> {
        let mut transaction = self.database.write().await?;
        let port = &settled.due.port;
        watch(&mut transaction, settled).await?;
        let mut news = Vec::new();
        for change in settled.changes {
            if change_level(&mut transaction, settled, change).await? && change.is_news() {
                news.push(change);
            }
        }
        for run in &settled.due.runs {
            sqlx::query("UPDATE port_runs SET judged = 1 WHERE domain = $1 AND port = $2 AND major = $3 AND run = $4")
                .bind(port.name.domain())
                .bind(port.name.port())
                .bind(major(port))
                .bind(run)
                .execute(&mut *transaction)
                .await?;
        }
        for change in news {
            announce(&mut transaction, settled, change).await?;
        }
        self.database.commit(transaction).await
    }
}

fn port_version(row: &AnyRow) -> Result<PortVersion, StoreError> {
    Ok(PortVersion { name: port_name(row)?, major: number(row, "major")? })
}

async fn watch(connection: &mut AnyConnection, settled: &Settled<'_>) -> Result<(), StoreError> {
    let port = &settled.due.port;
    sqlx::query(
        "INSERT INTO service_level_watch (domain, port, major, due_us) VALUES ($1, $2, $3, $4) \
         ON CONFLICT (domain, port, major) DO UPDATE SET due_us = excluded.due_us",
    )
    .bind(port.name.domain())
    .bind(port.name.port())
    .bind(major(port))
    .bind(settled.again.timestamp_micros())
    .execute(connection)
    .await?;
    Ok(())
}

/// `false` when another process was faster.
async fn change_level(
    connection: &mut AnyConnection,
    settled: &Settled<'_>,
    change: &LevelChange<'_>,
) -> Result<bool, StoreError> {
    let port = &settled.due.port;
    let text = match change.before {
        None => {
            "INSERT INTO service_levels (domain, port, major, level, kept, since_us) VALUES ($1, $2, $3, $4, $5, $6) \
             ON CONFLICT DO NOTHING"
        }
        Some(_) => {
            "UPDATE service_levels SET kept = $5, since_us = $6 \
             WHERE domain = $1 AND port = $2 AND major = $3 AND level = $4 AND kept <> $5"
        }
    };
    let done = sqlx::query(text)
        .bind(port.name.domain())
        .bind(port.name.port())
        .bind(major(port))
        .bind(change.key)
        .bind(i64::from(change.kept))
        .bind(settled.at.timestamp_micros())
        .execute(connection)
        .await?;
    Ok(done.rows_affected() == 1)
}

async fn announce(
    connection: &mut AnyConnection,
    settled: &Settled<'_>,
    change: &LevelChange<'_>,
) -> Result<(), StoreError> {
    let (port, level) = (&settled.due.port, change.level);
    let event = NewEvent {
        kind: EventKind::ServiceLevelChanged,
        at: settled.at,
        actor: BY_ITSELF,
        domain: port.name.domain(),
        port: Some(port.name.port()),
        rule: None,
        private_to: None,
        detail: json!({
            "major": port.major, "property": level.property, "value": level.value, "unit": level.unit,
            "kept": change.kept, "affected": settled.affected,
        }),
    };
    events::append(connection, &event).await
}
