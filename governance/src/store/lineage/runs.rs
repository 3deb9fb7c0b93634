//! Runs: what their events come to.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use mesh_lineage::told::{Subject, Told};
use mesh_lineage::{Dataset, JobGraph, RunOutcome, RunState};
use sqlx::{AnyConnection, Row as _};

use super::heard::{Event, Outcome};
use super::moment;
use super::names::{Known, dataset_id, store_datasets};
use super::revisions::Changes;
use crate::store::rows::{self, Value};
use crate::store::{StoreError, text};

/// The runs that a batch of events is about, by run and job.
pub(super) struct Runs(BTreeMap<(String, String), Run>);

struct Run {
    state: RunState,
    /// The complete run that is stored, if it is one.
    before: Option<(DateTime<Utc>, String)>,
    /// Its events were dropped: it takes no more.
    is_closed: bool,
    heard_at: Option<DateTime<Utc>>,
    /// Its graph, once it is complete and says something of one.
    graph: Option<(String, JobGraph)>,
}

/// Reads what is known of the runs of `events`.
pub(super) async fn load<'a>(
    connection: &mut AnyConnection,
    events: impl Iterator<Item = &'a Event<'a>>,
) -> Result<Runs, StoreError> {
    let mut runs: BTreeMap<(String, String), Run> =
        events.map(|event| ((event.run.clone(), event.job.clone()), Run::new())).collect();
    let ids: BTreeSet<&str> = runs.keys().map(|(run, _)| run.as_str()).collect();
    let head = "SELECT run_id, job_id, state, ended_at_us, graph_id, events FROM lineage_runs WHERE run_id IN";
    let found = rows::select(connection, head, ids.into_iter(), "").await?;
    for row in found {
        let Some(run) = runs.get_mut(&(text(&row, "run_id")?, text(&row, "job_id")?)) else { continue };
        if let Some(graph) = row.try_get("graph_id")?
            && text(&row, "state")? == COMPLETE
        {
            run.before = Some((moment(&row, "ended_at_us")?, graph));
        }
        match row.try_get::<Option<String>, _>("events")? {
            None => run.is_closed = true,
            Some(events) => {
                let state = serde_json::from_str(&events);
                run.state = state.map_err(|_| StoreError::Corrupt { column: "events", value: events })?;
            }
        }
    }
    Ok(Runs(runs))
}

impl Run {
    fn new() -> Self {
        Self { state: RunState::default(), before: None, is_closed: false, heard_at: None, graph: None }
    }

    fn add(&mut self, told: &Told, at: DateTime<Utc>) -> Outcome {
        if self.is_closed {
            return Outcome::Known;
        }
        if let Err(error) = self.state.add(told) {
            return Outcome::Refused(error);
        }
        self.heard_at = self.heard_at.max(Some(at));
        let is_about_graph = match &told.subject {
            Subject::Run { .. } => true,
            // What only describes says nothing of what is read and written.
            Subject::Job(_) => !(told.inputs.is_empty() && told.outputs.is_empty()),
            Subject::Dataset(_) => told.outputs.iter().any(|output| output.dependencies.is_some()),
        };
        let is_complete = matches!(self.state.outcome(), RunOutcome::Complete(_));
        self.graph = (is_about_graph && is_complete).then(|| self.state.graph()).map(|graph| (graph.id(), graph));
        Outcome::New
    }

    /// The run as a point in its job's time, if it is one.
    fn point(&self) -> Option<(DateTime<Utc>, String)> {
        match (self.state.outcome(), &self.graph) {
            (RunOutcome::Complete(at), Some((id, _))) => Some((at, id.clone())),
            _ => None,
        }
    }
}

impl Runs {
    /// Adds an event to its run.
    pub(super) fn add(&mut self, event: &Event<'_>) -> Outcome {
        match self.0.get_mut(&(event.run.clone(), event.job.clone())) {
            Some(run) => run.add(&event.heard.told, event.heard.at),
            None => Outcome::Known,
        }
    }

    /// The graphs of the complete ones.
    pub(super) fn graphs(&self) -> BTreeMap<String, JobGraph> {
        self.0.values().filter_map(|run| run.graph.clone()).collect()
    }

    /// Stores the runs that events were added to; gives what that changes for their jobs.
    pub(super) async fn store(
        &self,
        connection: &mut AnyConnection,
        known: &mut Known,
    ) -> Result<BTreeMap<String, Changes>, StoreError> {
        let touched = || self.0.iter().filter(|(_, run)| run.heard_at.is_some());
        let datasets = touched().flat_map(|(_, run)| run.state.datasets());
        store_datasets(connection, known, datasets).await?;
        let rows = touched().map(|((id, job), run)| row(id, job, run)).collect::<Result<_, _>>()?;
        let head = "INSERT INTO lineage_runs \
                    (run_id, job_id, state, began_at_us, ended_at_us, graph_id, events, heard_at_us)";
        let tail = "ON CONFLICT (run_id, job_id) DO UPDATE SET state = excluded.state, \
                    began_at_us = excluded.began_at_us, ended_at_us = excluded.ended_at_us, \
                    graph_id = excluded.graph_id, events = excluded.events, heard_at_us = excluded.heard_at_us";
        rows::insert(connection, head, rows, tail).await?;
        let versions = touched().flat_map(|((id, job), run)| versions(id, job, &run.state)).collect();
        let head = "INSERT INTO lineage_run_versions (run_id, job_id, role, dataset_id, version)";
        let tail = "ON CONFLICT (run_id, job_id, role, dataset_id) DO UPDATE SET version = excluded.version";
        rows::insert(connection, head, versions, tail).await?;
        let mut changes: BTreeMap<String, Changes> = BTreeMap::new();
        for ((_, job), run) in touched() {
            let now = run.point();
            if now != run.before {
                let changes = changes.entry(job.clone()).or_default();
                changes.gone.extend(run.before.as_ref().map(|(at, _)| *at));
                changes.new.extend(now);
            }
        }
        Ok(changes)
    }
}

/// The word for a run that ended well.
pub(super) const COMPLETE: &str = "complete";

fn row(id: &str, job: &str, run: &Run) -> Result<[Value; 8], StoreError> {
    let (state, ended_at) = match run.state.outcome() {
        RunOutcome::Running => ("running", None),
        RunOutcome::Complete(at) => (COMPLETE, Some(at)),
        RunOutcome::Failed(at) => ("failed", Some(at)),
        RunOutcome::Aborted(at) => ("aborted", Some(at)),
    };
    let events = serde_json::to_string(&run.state)
        .map_err(|error| StoreError::Corrupt { column: "events", value: error.to_string() })?;
    let micros = |at: Option<DateTime<Utc>>| at.map(|at| at.timestamp_micros());
    Ok([
        Value::from(id),
        Value::from(job),
        Value::from(state),
        Value::Number(micros(run.state.began()).unwrap_or_default()),
        Value::OptionalNumber(micros(ended_at)),
        Value::OptionalText(run.graph.as_ref().map(|(id, _)| id.clone())),
        Value::OptionalText(Some(events)),
        Value::Number(micros(run.heard_at).unwrap_or_default()),
    ])
}

fn versions(id: &str, job: &str, state: &RunState) -> Vec<[Value; 5]> {
    let row = |role: &str, (dataset, version): (&Dataset, &str)| {
        [Value::from(id), Value::from(job), Value::from(role), Value::Text(dataset_id(dataset)), Value::from(version)]
    };
    let read = state.read().map(|of| row("in", of));
    read.chain(state.written().map(|of| row("out", of))).collect()
}
