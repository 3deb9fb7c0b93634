//! The session that one model runs in: the tables it reads, the product's functions, and nothing else.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::execution::disk_manager::DiskManagerBuilder;
use datafusion::execution::memory_pool::FairSpillPool;
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::SessionState;

use super::error::RunError;
use super::pipeline::{Pipeline, PipelinePort};
use crate::error::EngineError;
use crate::model::{ModelSession, Source};
use crate::source::{Input, InputRead, InputState, OpenInput};
use crate::table::{AsOf, Snapshot};

/// Memory with a limit, and a folder to spill to beyond it.
pub(super) fn runtime(memory_bytes_max: usize, spill: &std::path::Path) -> Result<Arc<RuntimeEnv>, RunError> {
    let setup = |cause: String| RunError::Setup(cause);
    std::fs::create_dir_all(spill).map_err(|cause| setup(format!("{}: {cause}", spill.display())))?;
    let mode = datafusion::execution::disk_manager::DiskManagerMode::Directories(vec![spill.to_path_buf()]);
    RuntimeEnvBuilder::new()
        .with_memory_pool(Arc::new(FairSpillPool::new(memory_bytes_max)))
        .with_disk_manager_builder(DiskManagerBuilder::default().with_mode(mode))
        .build_arc()
        .map_err(|cause| setup(cause.strip_backtrace()))
}

/// A session, and what its tables are made of.
pub(super) struct Opened {
    pub(super) state: SessionState,
    pub(super) reads: Vec<InputRead>,
    /// Whether there is anything that the snapshot to go on from was not made of.
    pub(super) is_new: bool,
    /// Files that it was made of and that have other content now.
    pub(super) changed: Vec<String>,
}

/// Which state of its inputs a model reads.
#[derive(Clone, Copy)]
pub(super) enum Reading<'a> {
    /// As they are.
    Now,
    /// As they are, without what was read already where an input can leave that out.
    Since(&'a [InputRead]),
    /// As they were.
    As(&'a [InputRead]),
    /// As they were, without files that are gone since.
    UpTo(&'a [InputRead]),
}

impl<'a> Reading<'a> {
    /// What was read before under this name.
    fn before(self, name: &str) -> Option<&'a InputState> {
        match self {
            Self::Now => None,
            Self::Since(reads) | Self::As(reads) | Self::UpTo(reads) => {
                reads.iter().find(|read| read.name == name).map(|read| &read.state)
            }
        }
    }

    async fn input(self, input: &Input, name: &str, runtime: &RuntimeEnv) -> Result<OpenInput, EngineError> {
        Ok(match (self, self.before(name)) {
            (Self::As(_), Some(state)) => input.open_as(runtime, state).await?,
            (Self::UpTo(_), Some(state)) => input.open_up_to(runtime, state).await?,
            (_, before) => input.open(runtime, before).await?,
        })
    }

    async fn sibling(self, sibling: &PipelinePort, name: &str) -> Result<Arc<Snapshot>, EngineError> {
        match (self, self.before(name)) {
            (Self::As(_) | Self::UpTo(_), Some(InputState::Port { snapshot, .. })) => {
                sibling.table.as_of(&AsOf::Version(*snapshot)).await
            }
            _ => committed(sibling).await,
        }
    }
}

/// A session in which only what the model names exists, in the state that `reading` says.
pub(super) async fn open(
    pipeline: &Pipeline,
    port: &PipelinePort,
    reading: Reading<'_>,
    runtime: &Arc<RuntimeEnv>,
    now: DateTime<Utc>,
) -> Result<Opened, EngineError> {
    let (mut reads, mut is_new, mut changed) = (Vec::new(), matches!(reading, Reading::Now), Vec::new());
    let session = ModelSession::new(&pipeline.domain)?;
    for reference in pipeline.dag().reads(port.model.port()) {
        match &reference.source {
            Source::Input(name) => {
                let Some(input) = pipeline.inputs.get(name) else { continue };
                let name = format!("input.{name}");
                let opened = reading.input(input, &name, runtime).await?;
                session.add_input(input.name(), opened.table)?;
                is_new |= opened.is_new;
                changed.extend(opened.changed);
                reads.push(InputRead { name, state: opened.state });
            }
            Source::Port(name) => {
                let Some(sibling) = pipeline.ports.get(name) else { continue };
                let read = format!("{}.{name}", pipeline.domain);
                let snapshot = reading.sibling(sibling, &read).await?;
                session.add_port(name, snapshot.provider())?;
                let port = format!("{}.{}", pipeline.domain, sibling.versioned());
                let state = InputState::Port { port, snapshot: snapshot.info().version };
                is_new |= matches!(reading, Reading::Since(_)) && reading.before(&read) != Some(&state);
                reads.push(InputRead { name: read, state });
            }
        }
    }
    let state = session.state(&pipeline.functions, Arc::clone(runtime), now)?;
    Ok(Opened { state, reads, is_new, changed })
}

async fn committed(sibling: &PipelinePort) -> Result<Arc<Snapshot>, EngineError> {
    let never = || RunError::NeverPublished { port: sibling.model.port().to_owned() };
    Ok(sibling.table.newest().await?.ok_or_else(never)?)
}
