//! Runs of ports and what they found of their rules.

mod watch;

use std::collections::BTreeMap;

use chrono::{DateTime, Utc};
use mesh_api::{EventKind, PortRun, QualityAffected, QualityResult, RunState};
use mesh_contract::PortVersion;
use serde_json::json;
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::events::{self, NewEvent};
use super::{Store, StoreError, text};
pub(crate) use watch::{DuePort, LevelChange, Settled};

use crate::quality::told::{CheckedRule, EndedRun, ended_runs};

/// A result's place in the order of results: its time and run, and its rule.
pub(crate) type ResultKey = (DateTime<Utc>, String, String);

/// For ports whose rules break or hold again, whom that concerns.
pub(crate) type Affected = BTreeMap<PortVersion, QualityAffected>;

/// Keeps what an OpenLineage event says of the runs that it ends, and appends events for new snapshots, rules that no longer
/// hold, and rules that hold again. The same event again changes nothing. As [`events::append`], it goes last in a
/// transaction; `count` is the transaction's number among those that write lineage.
pub(crate) async fn record(
    transaction: &mut AnyConnection,
    event: &str,
    count: i64,
    affected: &Affected,
) -> Result<(), StoreError> {
    for run in ended_runs(event) {
        keep(&mut *transaction, &run, count, affected.get(&run.port)).await?;
    }
    Ok(())
}

async fn keep(
    transaction: &mut AnyConnection,
    run: &EndedRun,
    count: i64,
    affected: Option<&QualityAffected>,
) -> Result<(), StoreError> {
    let inserted = sqlx::query(
        "INSERT INTO port_runs (domain, port, major, run, state, at_us, snapshot, heard_at_count) \
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING",
    )
    .bind(run.port.name.domain())
    .bind(run.port.name.port())
    .bind(major(&run.port))
    .bind(&run.run)
    .bind(run.state.as_str())
    .bind(run.at.timestamp_micros())
    .bind(&run.snapshot)
    .bind(count)
    .execute(&mut *transaction)
    .await?;
    if inserted.rows_affected() == 0 {
        return Ok(());
    }
    let mut happened = Vec::new();
    if run.state == RunState::Complete {
        let detail = json!({"run": run.run, "major": run.port.major, "snapshot": run.snapshot});
        happened.push((EventKind::PortPublished, None, detail));
    }
    for rule in &run.rules {
        let held = held_before(&mut *transaction, run, &rule.rule).await?;
        insert(&mut *transaction, run, rule).await?;
        if let Some(kind) = news(held, rule) {
            let mut detail = json!({
                "run": run.run, "major": run.port.major, "severity": rule.severity,
                "expected": rule.expected, "actual": rule.actual,
            });
            if let (Some(affected), Some(members)) = (affected, detail.as_object_mut()) {
                members.insert("affected".to_owned(), json!(affected));
            }
            happened.push((kind, Some(rule.rule.as_str()), detail));
        }
    }
    for (kind, rule, detail) in happened {
        let event = NewEvent {
            kind,
            at: run.at,
            actor: run.port.name.domain(),
            domain: run.port.name.domain(),
            port: Some(run.port.name.port()),
            rule,
            private_to: None,
            detail,
        };
        events::append(&mut *transaction, &event).await?;
    }
    Ok(())
}

/// What a rule's result is an event of. Only what is newest is news: an event that arrives late must not call back what is over.
fn news(held_before: Option<bool>, rule: &CheckedRule) -> Option<EventKind> {
    match (held_before?, rule.held) {
        (true, false) => Some(EventKind::QualityFailed),
        (false, true) => Some(EventKind::QualityRecovered),
        (true, true) | (false, false) => None,
    }
}

/// Whether a rule held in the run before; `None` when a later run has checked it already. A rule that was never checked counts
/// as one that held.
async fn held_before(connection: &mut AnyConnection, run: &EndedRun, rule: &str) -> Result<Option<bool>, StoreError> {
    let newest = sqlx::query(
        "SELECT at_us, held FROM quality_results WHERE domain = $1 AND port = $2 AND major = $3 AND rule = $4 \
         ORDER BY at_us DESC LIMIT 1",
    )
    .bind(run.port.name.domain())
    .bind(run.port.name.port())
    .bind(major(&run.port))
    .bind(rule)
    .fetch_optional(connection)
    .await?;
    let Some(newest) = newest else { return Ok(Some(true)) };
    let (at_us, held): (i64, i64) = (newest.try_get("at_us")?, newest.try_get("held")?);
    Ok((at_us <= run.at.timestamp_micros()).then_some(held != 0))
}

async fn insert(connection: &mut AnyConnection, run: &EndedRun, rule: &CheckedRule) -> Result<(), StoreError> {
    sqlx::query(
        "INSERT INTO quality_results (domain, port, major, at_us, run, rule, held, severity, column_name, description, \
         expected, actual) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)",
    )
    .bind(run.port.name.domain())
    .bind(run.port.name.port())
    .bind(major(&run.port))
    .bind(run.at.timestamp_micros())
    .bind(&run.run)
    .bind(&rule.rule)
    .bind(i64::from(rule.held))
    .bind(&rule.severity)
    .bind(&rule.column)
    .bind(&rule.description)
    .bind(&rule.expected)
    .bind(&rule.actual)
    .execute(connection)
    .await?;
    Ok(())
}

impl Store {
    /// Whether a rule breaks or holds again with this run, unless another run is kept meanwhile.
    pub(crate) async fn is_news(&self, run: &EndedRun) -> Result<bool, StoreError> {
        let mut connection = self.database.reader().acquire().await?;
        for rule in &run.rules {
            if news(held_before(&mut connection, run, &rule.rule).await?, rule).is_some() {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Runs of a port that ended from `since` on, oldest first.
    pub(crate) async fn runs(&self, port: &PortVersion, since: DateTime<Utc>) -> Result<Vec<PortRun>, StoreError> {
        let rows = sqlx::query(
            "SELECT run, state, at_us, snapshot FROM port_runs WHERE domain = $1 AND port = $2 AND major = $3 \
             AND at_us >= $4 ORDER BY at_us, run",
        )
        .bind(port.name.domain())
        .bind(port.name.port())
        .bind(major(port))
        .bind(since.timestamp_micros())
        .fetch_all(self.database.reader())
        .await?;
        rows.iter().map(read_run).collect()
    }

    /// The run of a port that ended last.
    pub(crate) async fn last_run(&self, port: &PortVersion) -> Result<Option<PortRun>, StoreError> {
        let row = sqlx::query(
            "SELECT run, state, at_us, snapshot FROM port_runs WHERE domain = $1 AND port = $2 AND major = $3 \
             ORDER BY at_us DESC, run DESC LIMIT 1",
        )
        .bind(port.name.domain())
        .bind(port.name.port())
        .bind(major(port))
        .fetch_optional(self.database.reader())
        .await?;
        row.as_ref().map(read_run).transpose()
    }

    /// When a port published for the last time before `before`.
    pub(crate) async fn published_before(
        &self,
        port: &PortVersion,
        before: DateTime<Utc>,
    ) -> Result<Option<DateTime<Utc>>, StoreError> {
        let row = sqlx::query(
            "SELECT at_us FROM port_runs WHERE domain = $1 AND port = $2 AND major = $3 AND at_us < $4 AND state = $5 \
             ORDER BY at_us DESC LIMIT 1",
        )
        .bind(port.name.domain())
        .bind(port.name.port())
        .bind(major(port))
        .bind(before.timestamp_micros())
        .bind(RunState::Complete.as_str())
        .fetch_optional(self.database.reader())
        .await?;
        row.as_ref().map(at).transpose()
    }

    /// How many checks there were from `since` on, and how many of them held.
    pub(crate) async fn checks(&self, port: &PortVersion, since: DateTime<Utc>) -> Result<(i64, i64), StoreError> {
        let row = sqlx::query(
            "SELECT COUNT(*) AS checks, CAST(COALESCE(SUM(held), 0) AS BIGINT) AS held FROM quality_results \
             WHERE domain = $1 AND port = $2 AND major = $3 AND at_us >= $4",
        )
        .bind(port.name.domain())
        .bind(port.name.port())
        .bind(major(port))
        .bind(since.timestamp_micros())
        .fetch_one(self.database.reader())
        .await?;
        Ok((row.try_get("checks")?, row.try_get("held")?))
    }

    /// The results of the last run that has any, by rule.
    pub(crate) async fn last_results(&self, port: &PortVersion) -> Result<Vec<QualityResult>, StoreError> {
        let rows = sqlx::query(
            "SELECT at_us, run, rule, held, severity, column_name, description, expected, actual FROM quality_results \
             WHERE domain = $1 AND port = $2 AND major = $3 AND run = (SELECT run FROM quality_results \
             WHERE domain = $1 AND port = $2 AND major = $3 ORDER BY at_us DESC, run DESC LIMIT 1) ORDER BY rule",
        )
        .bind(port.name.domain())
        .bind(port.name.port())
        .bind(major(port))
        .fetch_all(self.database.reader())
        .await?;
        rows.iter().map(read_result).collect()
    }

    /// Up to `limit` results, newest first, from behind `after` on; only of `rule` when it is given.
    pub(crate) async fn results(
        &self,
        port: &PortVersion,
        rule: Option<&str>,
        after: Option<&ResultKey>,
        limit: i64,
    ) -> Result<Vec<QualityResult>, StoreError> {
        let (at_us, run, last) =
            after.map_or((i64::MAX, "", ""), |(at, run, rule)| (at.timestamp_micros(), run.as_str(), rule.as_str()));
        let rows = sqlx::query(
            "SELECT at_us, run, rule, held, severity, column_name, description, expected, actual FROM quality_results \
             WHERE domain = $1 AND port = $2 AND major = $3 AND ($4 = '' OR rule = $4) \
             AND (at_us, run, rule) < ($5, $6, $7) ORDER BY at_us DESC, run DESC, rule DESC LIMIT $8",
        )
        .bind(port.name.domain())
        .bind(port.name.port())
        .bind(major(port))
        .bind(rule.unwrap_or_default())
        .bind(at_us)
        .bind(run)
        .bind(last)
        .bind(limit)
        .fetch_all(self.database.reader())
        .await?;
        rows.iter().map(read_result).collect()
    }
}

fn major(port: &PortVersion) -> i64 {
    i64::try_from(port.major).unwrap_or(i64::MAX)
}

fn at(row: &AnyRow) -> Result<DateTime<Utc>, StoreError> {
    let value: i64 = row.try_get("at_us")?;
    DateTime::from_timestamp_micros(value)
        .ok_or_else(|| StoreError::Corrupt { column: "at_us", value: value.to_string() })
}

pub(super) fn read_run(row: &AnyRow) -> Result<PortRun, StoreError> {
    let state = text(row, "state")?;
    Ok(PortRun {
        run: text(row, "run")?,
        state: RunState::parse(&state).ok_or(StoreError::Corrupt { column: "state", value: state })?,
        at: at(row)?,
        snapshot: row.try_get("snapshot")?,
    })
}

pub(super) fn read_result(row: &AnyRow) -> Result<QualityResult, StoreError> {
    Ok(QualityResult {
        rule: text(row, "rule")?,
        held: row.try_get::<i64, _>("held")? != 0,
        severity: text(row, "severity")?,
        column: row.try_get("column_name")?,
        description: row.try_get("description")?,
        expected: row.try_get("expected")?,
        actual: row.try_get("actual")?,
        run: text(row, "run")?,
        at: at(row)?,
    })
}

#[cfg(test)]
mod tests;
