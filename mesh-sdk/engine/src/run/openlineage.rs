//! The OpenLineage events of a port's run: one when it begins, one when it has ended.

use chrono::{DateTime, Utc};
use datafusion::common::TableReference;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use mesh_contract::model::Severity;
use mesh_contract::{Contract, PortName, PortVersion};
use mesh_lineage::event::{self, Statistics, TestedRule};
use mesh_lineage::{Dataset, Ended, Input, Lineage, PortRun};

use super::build::Progress;
use super::event::RunEvent;
use super::pipeline::{Pipeline, PipelinePort};
use super::publish::Shared;
use super::report::Outcome;
use crate::check::{CheckReport, RuleKind};
use crate::lineage::{analysed, lineage_of};
use crate::model::Model;
use crate::source::{InputRead, InputState};
use crate::view::View;

/// The namespace of the mesh's jobs and ports.
const NAMESPACE: &str = "mesh";

/// Where the columns of a model come from; `None` when its plan does not even pass the analyser.
pub(super) fn lineage(pipeline: &Pipeline, state: &SessionState, plan: &LogicalPlan) -> Option<Lineage> {
    let plan = analysed(state, plan.clone()).ok()?;
    Some(lineage_of(&plan, &|table| dataset(pipeline, table)))
}

fn dataset(pipeline: &Pipeline, table: &TableReference) -> Option<Dataset> {
    match table.schema() {
        Some("input") => pipeline.inputs.get(table.table()).map(|input| input.dataset(NAMESPACE, &pipeline.domain)),
        _ => {
            let named = |port: &&PipelinePort| port.model.port() == table.table() || port.versioned() == table.table();
            let port = pipeline.ports.values().find(named)?;
            Some(Dataset::new(NAMESPACE, format!("{}.{}", pipeline.domain, port.versioned())))
        }
    }
}

/// What an event is about: a port's model and what it promises.
#[derive(Clone, Copy)]
pub(super) struct Subject<'a> {
    model: &'a Model,
    contract: &'a Contract,
}

impl<'a> From<&'a PipelinePort> for Subject<'a> {
    fn from(port: &'a PipelinePort) -> Self {
        Self { model: &port.model, contract: &port.contract }
    }
}

impl<'a> From<&'a View> for Subject<'a> {
    fn from(view: &'a View) -> Self {
        Self { model: view.model(), contract: view.contract() }
    }
}

/// Tells that a port's run begins.
pub(super) fn begun(shared: &Shared, port: Subject<'_>, started_at: DateTime<Utc>) {
    with(shared, port, started_at, &Progress::default(), |run| run.started());
}

/// Tells how a port's run ended. One that found nothing new wrote nothing, and one that was a rehearsal was none.
pub(super) fn ended(
    shared: &Shared,
    port: Subject<'_>,
    started_at: DateTime<Utc>,
    progress: &Progress,
    outcome: &Outcome,
) {
    let rules = progress.checks.as_ref().map(rules).unwrap_or_default();
    let ended = match outcome {
        Outcome::Committed { version } => Ended::Committed { version: *version, written: written(progress), rules },
        // The message may quote rows; the code is what may leave the product.
        Outcome::Failed { code, .. } => Ended::Failed { message: code.clone(), rules },
        Outcome::Unchanged { .. } => Ended::Skipped { because: "nothing is new in its inputs".to_owned() },
        Outcome::Rehearsed => Ended::Skipped { because: "it was a rehearsal".to_owned() },
        Outcome::Skipped { because } => Ended::Skipped { because: format!("{because} has no new snapshot") },
    };
    let at = shared.clock.now();
    with(shared, port, started_at, progress, |run| run.ended(at, &ended));
}

fn with(
    shared: &Shared,
    port: Subject<'_>,
    started_at: DateTime<Utc>,
    progress: &Progress,
    event: impl FnOnce(&PortRun<'_>) -> event::RunEvent,
) {
    let pipeline = &shared.pipeline;
    let Some(object) = port.contract.objects.first() else { return };
    let Ok(name) = PortName::new(&pipeline.domain, &object.name) else { return };
    let version = PortVersion { name, major: port.contract.version.major };
    let run = PortRun {
        namespace: NAMESPACE,
        port: &version,
        run: &shared.run,
        started_at,
        due_at: None,
        sql: Some(port.model.sql()),
        engine_version: Some(datafusion::DATAFUSION_VERSION),
        schema: event::Schema::of(object),
        lineage: progress.lineage.as_ref(),
        inputs: progress.inputs.iter().map(|read| input(pipeline, read)).collect(),
    };
    shared.events.tell(RunEvent::OpenLineage(&event(&run)));
}

fn input(pipeline: &Pipeline, read: &InputRead) -> Input {
    let own = || Dataset::new(NAMESPACE, format!("{}.{}", pipeline.domain, read.name));
    match &read.state {
        InputState::Port { port, snapshot } => Input {
            dataset: Dataset::new(NAMESPACE, port),
            schema: None,
            version: Some(snapshot.to_string()),
            read: None,
        },
        InputState::Table { .. } => Input { dataset: own(), schema: None, version: None, read: None },
        InputState::Files { files } => {
            let bytes = files.iter().map(|file| file.bytes).sum();
            let count = u64::try_from(files.len()).ok();
            Input {
                dataset: own(),
                schema: None,
                version: None,
                read: Some(Statistics { size: Some(bytes), file_count: count, row_count: None }),
            }
        }
    }
}

fn written(progress: &Progress) -> Statistics {
    Statistics { row_count: Some(progress.rows), size: Some(progress.bytes), file_count: None }
}

/// The contract standard's own word for what is checked.
fn assertion(kind: RuleKind) -> String {
    serde_json::to_value(kind).ok().and_then(|name| name.as_str().map(str::to_owned)).unwrap_or_default()
}

fn rules(report: &CheckReport) -> Vec<TestedRule> {
    let rules = report.rules.iter().map(|rule| TestedRule {
        assertion: assertion(rule.kind),
        success: rule.passed,
        column: rule.column.clone(),
        severity: Some(if rule.severity == Severity::Error { "error" } else { "warn" }.to_owned()),
        name: Some(rule.rule.clone()),
        ..TestedRule::default()
    });
    rules.collect()
}
