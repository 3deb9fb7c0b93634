//! Which graph a job has from when until when.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use mesh_lineage::{Point, Span, spans};
use sqlx::AnyConnection;

use super::moment;
use crate::store::rows::{self, Value};
use crate::store::{StoreError, text};

/// What changed of a job's complete runs: the graph that a run has now from a time on, and the times from which on what is
/// stored may no longer hold.
#[derive(Debug, Default)]
pub(super) struct Changes {
    pub(super) new: Vec<(DateTime<Utc>, String)>,
    pub(super) gone: Vec<DateTime<Utc>>,
}

impl Changes {
    fn first(&self) -> Option<DateTime<Utc>> {
        self.new.iter().map(|(at, _)| *at).chain(self.gone.iter().copied()).min()
    }
}

/// Brings revisions up to date with the runs that are stored; gives the jobs whose graph is another now or was at a time.
pub(super) async fn follow(
    connection: &mut AnyConnection,
    changes: &BTreeMap<String, Changes>,
) -> Result<BTreeSet<String>, StoreError> {
    let head = "SELECT job_id, from_us, graph_id FROM lineage_revisions WHERE to_us IS NULL AND job_id IN";
    let mut open = BTreeMap::new();
    for row in rows::select(connection, head, changes.keys().map(String::as_str), "").await? {
        open.insert(text(&row, "job_id")?, (moment(&row, "from_us")?, text(&row, "graph_id")?));
    }
    let mut changed = BTreeSet::new();
    for (job, changes) in changes {
        // Since the open revision began every complete run had its graph: one more of them changes nothing.
        let is_known = |(from, graph): &(DateTime<Utc>, String)| {
            changes.gone.is_empty() && changes.new.iter().all(|(at, new)| at >= from && new == graph)
        };
        if let Some(first) = changes.first()
            && !open.get(job).is_some_and(is_known)
        {
            rewrite(connection, job, first).await?;
            changed.insert(job.clone());
        }
    }
    Ok(changed)
}

/// Writes the revisions of a job anew from `first` on, out of its complete runs.
async fn rewrite(connection: &mut AnyConnection, job: &str, first: DateTime<Utc>) -> Result<(), StoreError> {
    let first = first.timestamp_micros();
    sqlx::query("DELETE FROM lineage_revisions WHERE job_id = $1 AND from_us >= $2")
        .bind(job)
        .bind(first)
        .execute(&mut *connection)
        .await?;
    let before = newest(connection, job).await?;
    let rows = sqlx::query(
        "SELECT run_id, ended_at_us, graph_id FROM lineage_runs \
         WHERE job_id = $1 AND state = 'complete' AND ended_at_us >= $2",
    )
    .bind(job)
    .bind(first)
    .fetch_all(&mut *connection)
    .await?;
    let point =
        |row| Ok(Point { at: moment(row, "ended_at_us")?, run: text(row, "run_id")?, graph: text(row, "graph_id")? });
    let points = rows.iter().map(point).collect::<Result<Vec<_>, StoreError>>()?;
    let held = before.as_ref().map(|(_, graph)| graph.as_str());
    append(connection, job, before.as_ref().map(|(from, _)| *from), &spans(held, points)).await
}

/// A graph that a job has from now on, unless it has it already; whether it is another.
pub(super) async fn revise(
    connection: &mut AnyConnection,
    job: &str,
    at: DateTime<Utc>,
    graph: &str,
) -> Result<bool, StoreError> {
    let before = newest(connection, job).await?;
    if before.as_ref().is_some_and(|(_, held)| held == graph) {
        return Ok(false);
    }
    // A clock that was set back does not rewrite what was declared before.
    let after = before.as_ref().map(|(from, _)| *from + chrono::TimeDelta::microseconds(1));
    let from = after.map_or(at, |after| at.max(after));
    let span = Span { from, to: None, run: String::new(), graph: graph.to_owned() };
    append(connection, job, before.map(|(from, _)| from), &[span]).await?;
    Ok(true)
}

/// When the newest revision of a job began, and its graph.
async fn newest(connection: &mut AnyConnection, job: &str) -> Result<Option<(DateTime<Utc>, String)>, StoreError> {
    let row =
        sqlx::query("SELECT from_us, graph_id FROM lineage_revisions WHERE job_id = $1 ORDER BY from_us DESC LIMIT 1")
            .bind(job)
            .fetch_optional(connection)
            .await?;
    row.map(|row| Ok((moment(&row, "from_us")?, text(&row, "graph_id")?))).transpose()
}

/// Writes `spans` behind the revision that begins at `before`, which ends where they begin.
async fn append(
    connection: &mut AnyConnection,
    job: &str,
    before: Option<DateTime<Utc>>,
    spans: &[Span],
) -> Result<(), StoreError> {
    if let Some(before) = before {
        sqlx::query("UPDATE lineage_revisions SET to_us = $3 WHERE job_id = $1 AND from_us = $2")
            .bind(job)
            .bind(before.timestamp_micros())
            .bind(spans.first().map(|span| span.from.timestamp_micros()))
            .execute(&mut *connection)
            .await?;
    }
    let row = |span: &Span| {
        [
            Value::from(job),
            Value::Number(span.from.timestamp_micros()),
            Value::OptionalNumber(span.to.map(|to| to.timestamp_micros())),
            Value::from(span.run.as_str()),
            Value::from(span.graph.as_str()),
        ]
    };
    let head = "INSERT INTO lineage_revisions (job_id, from_us, to_us, run_id, graph_id)";
    rows::insert(connection, head, spans.iter().map(row).collect(), "").await
}

/// Notes in which write the graphs of these jobs changed last.
pub(super) async fn mark(
    connection: &mut AnyConnection,
    jobs: &BTreeSet<String>,
    count: i64,
) -> Result<(), StoreError> {
    for job in jobs {
        sqlx::query("UPDATE lineage_jobs SET changed_at_count = $2 WHERE id = $1")
            .bind(job)
            .bind(count)
            .execute(&mut *connection)
            .await?;
    }
    Ok(())
}
