//! From a model to a snapshot: plan, compare with the contract, stage, check, commit.

use std::sync::Arc;

use datafusion::catalog::TableProvider;
use datafusion::dataframe::DataFrame;
use mesh_contract::Contract;
use mesh_contract::model::SchemaObject;
use mesh_lineage::Lineage;

use super::error::RunError;
use super::event::RunEvent;
use super::materialization::Materialization;
use super::merge;
use super::pipeline::{PipelinePort, object};
use super::publish::Shared;
use super::quarantine::{self, quarantine_file};
use super::report::Outcome;
use super::session::{self, Opened, Reading};
use super::views::{self, Fared};
use super::{openlineage, replay, staging};
use crate::check::{CheckError, CheckReport, Given, check_contract, names_sources};
use crate::error::EngineError;
use crate::model::{ModelError, OutputSchema};
use crate::source::InputRead;
use crate::table::{Candidate, CommitRequest, Snapshot};
use crate::view::Checked;

/// What is known of a port so far; complete when it is committed.
#[derive(Default)]
pub(super) struct Progress {
    pub(super) rows: u64,
    pub(super) bytes: u64,
    pub(super) inputs: Vec<InputRead>,
    pub(super) checks: Option<CheckReport>,
    pub(super) lineage: Option<Lineage>,
    pub(super) quarantined: u64,
    /// How its views fared, in their order; none while they were not checked.
    pub(super) views: Vec<Fared>,
}

/// A model that is planned and fits its contract.
struct Planned {
    query: DataFrame,
    output: OutputSchema,
}

/// Builds a candidate, checks it, and commits it.
pub(super) async fn build(
    shared: &Shared,
    port: &PipelinePort,
    progress: &mut Progress,
) -> Result<Outcome, EngineError> {
    let newest = port.table.newest().await?;
    let base = if shared.anew { None } else { port.materialization.base(port, newest)? };
    let reading = base.as_deref().map_or(Reading::Now, |base| Reading::Since(&base.info().inputs));
    let opened = session::open(&shared.pipeline, port, reading, &shared.runtime, shared.clock.now()).await?;
    progress.inputs.clone_from(&opened.reads);
    if let Some(base) = &base {
        let views = shared.pipeline.views(port.model.port());
        if !opened.is_new && views.iter().all(|view| view.was_checked_with(base)) {
            return Ok(Outcome::Unchanged { version: base.info().version });
        }
        refuse_changed(port, &opened)?;
    }
    let mut planned = planned(shared, port, opened, progress).await?;
    let apart = quarantine::apart(&planned.query, object(port)?).await?;
    let set_apart = apart.map(|apart| {
        planned.query = apart.good;
        apart.bad
    });
    let candidate = stage(shared, port, &planned, progress).await?;
    (progress.rows, progress.bytes) = (candidate.rows(), candidate.bytes());
    let candidate = onto(shared, port, candidate, base).await?;
    let views = match checked(shared, port, &candidate, progress).await {
        Ok(views) => views,
        Err(error) => {
            given_up(candidate).await;
            return Err(error);
        }
    };
    progress.quarantined = set_apart.as_ref().map_or(0, |rows| quarantine::rows(rows) as u64);
    if shared.rehearsal {
        given_up(candidate).await;
        return Ok(Outcome::Rehearsed);
    }
    if let Some(rows) = set_apart {
        let path = quarantine_file(&shared.data, &shared.pipeline.domain, port.model.port(), &shared.run);
        if let Err(error) = quarantine::keep(shared.disk.clone(), path, rows).await {
            given_up(candidate).await;
            return Err(error.into());
        }
    }
    let (contract, model) = (&port.contract, port.model.sql());
    let request = CommitRequest { contract, run: &shared.run, inputs: &progress.inputs, model, views: &views };
    Ok(Outcome::Committed { version: candidate.commit(request).await?.version })
}

/// Rows that were appended cannot be taken back, so a file that has other content now would come in twice.
fn refuse_changed(port: &PipelinePort, opened: &Opened) -> Result<(), RunError> {
    match opened.changed.first() {
        Some(file) if port.materialization == Materialization::Append => Err(RunError::NeedsFull {
            port: port.model.port().to_owned(),
            why: format!("{file} has other content than when it was read"),
        }),
        _ => Ok(()),
    }
}

async fn planned(
    shared: &Shared,
    port: &PipelinePort,
    opened: Opened,
    progress: &mut Progress,
) -> Result<Planned, EngineError> {
    let (state, file) = (opened.state, port.model.file());
    let plan = state.statement_to_plan(port.model.statement()).await;
    let plan = plan.map_err(|error| ModelError::Plan { file: file.to_owned(), what: error.strip_backtrace() })?;
    let contract = mesh_contract::arrow::schema(&port.contract, object(port)?);
    let name = format!("{}.{}", shared.pipeline.domain, port.model.port());
    let output = OutputSchema::check(file, &name, plan.schema().as_arrow(), &contract)?;
    progress.lineage = openlineage::lineage(&shared.pipeline, &state, &plan);
    Ok(Planned { query: DataFrame::new(state, plan), output })
}

async fn stage(
    shared: &Shared,
    port: &PipelinePort,
    planned: &Planned,
    progress: &mut Progress,
) -> Result<Candidate, EngineError> {
    let Planned { query, output } = planned;
    let batches = query.clone().execute_stream().await?;
    let staged = (shared.events.clone(), port.model.port().to_owned());
    let batches = staging::conformed(batches, output, output.schema(), Some(staged));
    let error = match port.table.stage(Arc::clone(output.schema()), batches).await {
        Ok(candidate) => return Ok(candidate),
        Err(error) => error,
    };
    if !matches!(error, EngineError::Check(CheckError::MissingValue { .. })) {
        return Err(error);
    }
    // A required value is missing. The table cannot hold such a row, so the rules count over the query itself.
    let data = replay::table(query.clone(), output.clone())?;
    let report = measured(shared, port, (&*port.contract, object(port)?), data, &progress.inputs).await?;
    progress.rows = report.rows;
    told(shared, port.model.port(), report, progress)?;
    Err(error)
}

/// The candidate beside, or merged into, the snapshot it goes on from.
async fn onto(
    shared: &Shared,
    port: &PipelinePort,
    candidate: Candidate,
    base: Option<Arc<Snapshot>>,
) -> Result<Candidate, EngineError> {
    let Some(base) = base else { return Ok(candidate) };
    if port.materialization == Materialization::Append {
        return match port.table.compacted(&base, &candidate.schema(), &shared.runtime).await {
            Ok(None) => Ok(candidate.appended_to(base)),
            Ok(Some(compacted)) => Ok(candidate.appended_beside(base, compacted)),
            Err(error) => {
                given_up(candidate).await;
                Err(error)
            }
        };
    }
    match merge::survivors(port, &base, &candidate, &shared.runtime).await {
        Ok(kept) => Ok(candidate.merged_into(base, kept)),
        Err(error) => {
            given_up(candidate).await;
            Err(error)
        }
    }
}

/// The rules of the port's contract, and of its views', which are given as they were checked.
async fn checked(
    shared: &Shared,
    port: &PipelinePort,
    candidate: &Candidate,
    progress: &mut Progress,
) -> Result<Vec<Checked>, EngineError> {
    let data = candidate.provider(&shared.runtime).await?;
    let own = (&*port.contract, object(port)?);
    let report = measured(shared, port, own, Arc::clone(&data), &progress.inputs).await?;
    told(shared, port.model.port(), report, progress)?;
    views::check(shared, port, &data, progress).await
}

/// Keeps and tells what the checks of `port` found.
///
/// # Errors
/// [`CheckError::Failed`] when the rows must not be published.
pub(super) fn told(
    shared: &Shared,
    port: &str,
    report: CheckReport,
    progress: &mut Progress,
) -> Result<(), EngineError> {
    shared.events.tell(RunEvent::Checked { port, checks: &report });
    let failed = (!report.passed()).then(|| CheckError::Failed(Box::new(report.clone())));
    progress.checks = Some(report);
    failed.map_or(Ok(()), |failed| Err(failed.into()))
}

/// What the contract's rules say about the whole port. Rules that read what it is made of see all of that, also where the
/// run goes on from a snapshot and reads only what is new; and nothing that came after the model read.
pub(super) async fn measured(
    shared: &Shared,
    port: &PipelinePort,
    (contract, object): (&Contract, &SchemaObject),
    data: Arc<dyn TableProvider>,
    reads: &[InputRead],
) -> Result<CheckReport, EngineError> {
    let now = shared.clock.now();
    let sources = if names_sources(object, &shared.pipeline.domain) {
        Some(session::open(&shared.pipeline, port, Reading::UpTo(reads), &shared.runtime, now).await?.state)
    } else {
        None
    };
    let given = Given { functions: &shared.pipeline.functions, runtime: Arc::clone(&shared.runtime), now, sources };
    Ok(check_contract(data, contract, object, given).await?)
}

/// Files that no snapshot names cost space and nothing else, so what led here is what is reported.
async fn given_up(candidate: Candidate) {
    if let Err(leftover) = candidate.discard().await {
        tracing::warn!(%leftover, "the candidate's files could not be removed");
    }
}
