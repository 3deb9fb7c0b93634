//! One port of a run: its outcome and what it took.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, Utc};
use datafusion::execution::runtime_env::RuntimeEnv;
use mesh_policy::Clock;

use super::build::{Progress, build};
use super::event::{RunEvent, RunEvents};
use super::openlineage;
use super::pipeline::{Pipeline, PipelinePort};
use super::report::{Outcome, PortRun};
use super::views;
use crate::ErrorKind;
use crate::durable::Disk;
use crate::error::EngineError;

/// Waits before what is away is asked once more: long enough for a restart, short enough for whoever watches.
const RETRIES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(4)];

/// What every port of a run shares.
#[derive(Clone)]
pub(super) struct Shared {
    pub(super) pipeline: Arc<Pipeline>,
    pub(super) run: String,
    pub(super) clock: Clock,
    pub(super) runtime: Arc<RuntimeEnv>,
    pub(super) events: RunEvents,
    /// Every port is made anew, whatever its materialization.
    pub(super) anew: bool,
    /// Nothing is committed.
    pub(super) rehearsal: bool,
    /// Where rows go that are set apart, and how they are synced.
    pub(super) data: PathBuf,
    pub(super) disk: Disk,
}

/// Publishes one port, and with it its views: the port's part of the run, then theirs. Whatever goes wrong, the old snapshot
/// stays in service.
#[tracing::instrument(skip_all, fields(domain = shared.pipeline.domain, port = port.model.port(), run = shared.run))]
pub(super) async fn publish(shared: &Shared, port: &PipelinePort) -> Vec<PortRun> {
    let started = shared.clock.now();
    shared.events.tell(RunEvent::Started { port: port.model.port() });
    openlineage::begun(shared, port.into(), started);
    let mut progress = Progress::default();
    let mut outcome = build(shared, port, &mut progress).await;
    for wait in RETRIES {
        let Err(error) = &outcome else { break };
        if error.kind() != ErrorKind::Unavailable {
            break;
        }
        tracing::info!(code = %error.code(), %error, ?wait, "tried again later");
        tokio::time::sleep(wait).await;
        progress = Progress::default();
        outcome = build(shared, port, &mut progress).await;
    }
    let outcome = outcome.unwrap_or_else(|error| failed(&error));
    openlineage::ended(shared, port.into(), started, &progress, &outcome);
    let views = views::runs(shared, port, started, std::mem::take(&mut progress.views), &outcome).await;
    let own = port_run(shared, port.model.port(), started, progress, outcome);
    std::iter::once(own).chain(views).collect()
}

/// The report's entry of a port, or of a view of it.
pub(super) fn port_run(
    shared: &Shared,
    port: &str,
    started: DateTime<Utc>,
    progress: Progress,
    outcome: Outcome,
) -> PortRun {
    let duration = shared.clock.now() - started;
    PortRun {
        port: port.to_owned(),
        rows: progress.rows,
        bytes: progress.bytes,
        duration_ms: u64::try_from(duration.num_milliseconds()).unwrap_or_default(),
        inputs: progress.inputs,
        checks: progress.checks,
        quarantined: progress.quarantined,
        outcome,
    }
}

pub(super) fn failed(error: &EngineError) -> Outcome {
    tracing::warn!(code = %error.code(), %error, "the port was not published");
    Outcome::Failed { code: error.code().to_string(), message: error.to_string(), help: error.help() }
}
