//! The views of a port: checked with its rows before these are committed, and told of beside it.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::catalog::TableProvider;

use super::build::{self, Progress};
use super::error::RunError;
use super::event::RunEvent;
use super::openlineage::{self, Subject};
use super::pipeline::PipelinePort;
use super::publish::{Shared, failed, port_run};
use super::report::{Outcome, PortRun};
use crate::error::EngineError;
use crate::source::{InputRead, InputState};
use crate::view::{Checked, View};

/// How a view fared, and what stands against it.
#[derive(Default)]
pub(super) struct Fared {
    progress: Progress,
    broken: Option<EngineError>,
}

/// Checks every view of `port` over `rows`, which are not committed yet, and gives them as they were checked.
///
/// # Errors
/// [`RunError::ViewBroken`] when one would not keep its contract; what of it is in `progress`.
pub(super) async fn check(
    shared: &Shared,
    port: &PipelinePort,
    rows: &Arc<dyn TableProvider>,
    progress: &mut Progress,
) -> Result<Vec<Checked>, EngineError> {
    let (mut checked, mut broken_view) = (Vec::new(), None);
    for view in shared.pipeline.views(port.model.port()) {
        shared.events.tell(RunEvent::Started { port: view.name() });
        // The commit tells of it, so that the rows that were checked are those that are shown.
        let (mut seen, view_at) = (Progress::default(), Checked { view: view.clone(), now: shared.clock.now() });
        let broken = check_one(shared, port, &view_at, (rows, &progress.inputs), &mut seen).await.err();
        if broken.is_some() {
            broken_view.get_or_insert(view.name());
        }
        progress.views.push(Fared { progress: seen, broken });
        checked.push(view_at);
    }
    match broken_view {
        None => Ok(checked),
        Some(view) => Err(RunError::ViewBroken { port: port.model.port().to_owned(), view: view.to_owned() }.into()),
    }
}

async fn check_one(
    shared: &Shared,
    port: &PipelinePort,
    Checked { view, now }: &Checked,
    (rows, reads): (&Arc<dyn TableProvider>, &[InputRead]),
    progress: &mut Progress,
) -> Result<(), EngineError> {
    let seen = view.over(Arc::clone(rows), Arc::clone(&shared.runtime), *now).await?;
    progress.lineage = openlineage::lineage(&shared.pipeline, &seen.state, &seen.plan);
    let report = build::measured(shared, port, (view.contract(), view.object()), seen.rows, reads).await?;
    progress.rows = report.rows;
    build::told(shared, view.name(), report, progress)
}

/// Each view's part of the run, once it is known how the port's own ended.
pub(super) async fn runs(
    shared: &Shared,
    port: &PipelinePort,
    started_at: DateTime<Utc>,
    fared: Vec<Fared>,
    outcome: &Outcome,
) -> Vec<PortRun> {
    let (mut runs, mut fared) = (Vec::new(), fared.into_iter());
    for view in shared.pipeline.views(port.model.port()) {
        let Fared { mut progress, broken } = fared.next().unwrap_or_default();
        let (outcome, read) = match &broken {
            Some(error) => (failed(error), None),
            None => ended(view, port, outcome).await.unwrap_or_else(|error| (failed(&error), None)),
        };
        progress.inputs.extend(read.map(|version| below(shared, port, version)));
        openlineage::begun(shared, Subject::from(view), started_at);
        openlineage::ended(shared, Subject::from(view), started_at, &progress, &outcome);
        runs.push(port_run(shared, view.name(), started_at, progress, outcome));
    }
    runs
}

/// How the view ended, given how its port did, and the port's snapshot that is seen through it.
async fn ended(view: &View, port: &PipelinePort, outcome: &Outcome) -> Result<(Outcome, Option<u64>), EngineError> {
    Ok(match outcome {
        Outcome::Committed { version } => {
            (Outcome::Committed { version: view.version(*version).await? }, Some(*version))
        }
        Outcome::Unchanged { version } => {
            (Outcome::Unchanged { version: view.version(*version).await? }, Some(*version))
        }
        Outcome::Rehearsed => (Outcome::Rehearsed, None),
        Outcome::Failed { .. } | Outcome::Skipped { .. } => {
            (Outcome::Skipped { because: port.model.port().to_owned() }, None)
        }
    })
}

fn below(shared: &Shared, port: &PipelinePort, snapshot: u64) -> InputRead {
    let domain = &shared.pipeline.domain;
    let state = InputState::Port { port: format!("{domain}.{}", port.versioned()), snapshot };
    InputRead { name: format!("{domain}.{}", port.model.port()), state }
}
