//! One port of a run: plan, compare with the contract, stage, check, commit.

use std::sync::Arc;

use datafusion::dataframe::DataFrame;
use datafusion::execution::runtime_env::RuntimeEnv;

use super::event::{RunEvent, RunEvents};
use super::pipeline::{Pipeline, PipelinePort, object};
use super::report::{Outcome, PortRun};
use super::{replay, session, staging};
use crate::check::{CheckError, CheckReport, check};
use crate::error::EngineError;
use crate::model::{ModelError, OutputSchema};
use crate::source::InputRead;
use crate::table::{Candidate, CommitRequest};
use mesh_policy::Clock;

/// What every port of a run shares.
pub(super) struct Shared<'a> {
    pub(super) pipeline: &'a Pipeline,
    pub(super) run: &'a str,
    pub(super) clock: &'a Clock,
    pub(super) runtime: Arc<RuntimeEnv>,
    pub(super) events: &'a RunEvents,
}

/// What is known of a port so far; complete when it is committed.
#[derive(Default)]
struct Progress {
    rows: u64,
    bytes: u64,
    checks: Option<CheckReport>,
}

/// Publishes one port. Whatever goes wrong, the old snapshot stays in service.
#[tracing::instrument(skip_all, fields(domain = shared.pipeline.domain, port = port.model.port(), run = shared.run))]
pub(super) async fn publish(shared: &Shared<'_>, port: &PipelinePort) -> PortRun {
    let started = shared.clock.now();
    shared.events.tell(RunEvent::Started { port: port.model.port() });
    let mut progress = Progress::default();
    let outcome = match build(shared, port, &mut progress).await {
        Ok(version) => Outcome::Committed { version },
        Err(error) => {
            tracing::warn!(code = %error.code(), %error, "the port was not published");
            Outcome::Failed { code: error.code().to_string(), message: error.to_string(), help: error.help() }
        }
    };
    let duration = shared.clock.now() - started;
    PortRun {
        port: port.model.port().to_owned(),
        rows: progress.rows,
        bytes: progress.bytes,
        duration_ms: u64::try_from(duration.num_milliseconds()).unwrap_or_default(),
        checks: progress.checks,
        outcome,
    }
}

async fn build(shared: &Shared<'_>, port: &PipelinePort, progress: &mut Progress) -> Result<u64, EngineError> {
    let Planned { query, output, reads } = planned(shared, port).await?;
    let candidate = stage(shared, port, &query, &output, progress).await?;
    (progress.rows, progress.bytes) = (candidate.rows(), candidate.bytes());
    let checked = async {
        let data = candidate.provider(&shared.runtime)?;
        check(data, object(port)?, &shared.pipeline.functions, Arc::clone(&shared.runtime))
            .await
            .map_err(EngineError::from)
    };
    let passed = match checked.await {
        Ok(report) => {
            shared.events.tell(RunEvent::Checked { port: port.model.port(), checks: &report });
            let failed = (!report.passed()).then(|| EngineError::from(CheckError::Failed(Box::new(report.clone()))));
            progress.checks = Some(report);
            failed.map_or(Ok(()), Err)
        }
        Err(error) => Err(error),
    };
    if let Err(error) = passed {
        // Files that no snapshot names cost space and nothing else, so the cause is what is reported.
        if let Err(leftover) = candidate.discard().await {
            tracing::warn!(%leftover, "the candidate's files could not be removed");
        }
        return Err(error);
    }
    let request = CommitRequest { contract: &port.contract, run: shared.run, inputs: &reads };
    let snapshot = candidate.commit(request).await?;
    Ok(snapshot.version)
}

/// A model that is planned and fits its contract.
struct Planned {
    query: DataFrame,
    output: OutputSchema,
    reads: Vec<InputRead>,
}

async fn planned(shared: &Shared<'_>, port: &PipelinePort) -> Result<Planned, EngineError> {
    let (state, reads) = session::state(shared.pipeline, port, &shared.runtime, shared.clock.now()).await?;
    let file = port.model.file();
    let plan = state.statement_to_plan(port.model.statement()).await;
    let plan = plan.map_err(|error| ModelError::Plan { file: file.to_owned(), what: error.strip_backtrace() })?;
    let contract = mesh_contract::arrow::schema(&port.contract, object(port)?);
    let name = format!("{}.{}", shared.pipeline.domain, port.model.port());
    let output = OutputSchema::check(file, &name, plan.schema().as_arrow(), &contract)?;
    Ok(Planned { query: DataFrame::new(state, plan), output, reads })
}

async fn stage(
    shared: &Shared<'_>,
    port: &PipelinePort,
    query: &DataFrame,
    output: &OutputSchema,
    progress: &mut Progress,
) -> Result<Candidate, EngineError> {
    let batches = query.clone().execute_stream().await?;
    let told = (shared.events.clone(), port.model.port().to_owned());
    let batches = staging::conformed(batches, output, output.schema(), Some(told));
    let error = match port.table.stage(Arc::clone(output.schema()), batches).await {
        Ok(candidate) => return Ok(candidate),
        Err(error) => error,
    };
    if !matches!(error, EngineError::Check(CheckError::MissingValue { .. })) {
        return Err(error);
    }
    // A required value is missing. The table cannot hold such a row, so the rules count over the query itself.
    let data = replay::table(query.clone(), output.clone())?;
    let report = check(data, object(port)?, &shared.pipeline.functions, Arc::clone(&shared.runtime)).await?;
    shared.events.tell(RunEvent::Checked { port: port.model.port(), checks: &report });
    progress.rows = report.rows;
    progress.checks = Some(report.clone());
    if report.passed() { Err(error) } else { Err(CheckError::Failed(Box::new(report)).into()) }
}
