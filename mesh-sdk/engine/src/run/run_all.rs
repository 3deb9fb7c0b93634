//! A run over the ports of a product, in order.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use mesh_policy::Clock;
use tokio::task::JoinSet;
use tracing::Instrument;

use super::error::RunError;
use super::event::{RunEvent, RunEvents};
use super::pipeline::Pipeline;
use super::publish::{Shared, publish};
use super::report::{Outcome, PortRun, RunReport};
use super::{history, record, session};
use crate::durable::Disk;
use crate::error::EngineError;
use crate::view::View;

/// Memory that a run may take before it spills: a quarter of a small machine's.
const MEMORY_BYTES_MAX: usize = 1024 * 1024 * 1024;

/// Ports that run at once: each is parallel within itself, so more would share the same cores and memory.
const AT_ONCE_MAX: usize = 2;

/// One execution that tries to publish snapshots.
#[derive(Clone, Debug)]
pub struct Run {
    id: String,
    clock: Clock,
    data: PathBuf,
    ports: Option<Vec<String>>,
    /// Whether what the ports read is run too.
    closed: bool,
    anew: bool,
    rehearsal: bool,
    memory_bytes_max: usize,
    events: RunEvents,
    disk: Disk,
}

impl Run {
    /// A run of every port. `data` is the data directory, for the run's record and for spilling; `disk` is how the
    /// process syncs.
    #[must_use]
    pub fn new(id: impl Into<String>, clock: Clock, data: impl Into<PathBuf>, disk: Disk) -> Self {
        Self {
            id: id.into(),
            clock,
            data: data.into(),
            ports: None,
            closed: true,
            anew: false,
            rehearsal: false,
            memory_bytes_max: MEMORY_BYTES_MAX,
            events: RunEvents::default(),
            disk,
        }
    }

    /// Runs only these ports and what they read.
    #[must_use]
    pub fn with_ports(mut self, ports: Vec<String>) -> Self {
        self.ports = Some(ports);
        self
    }

    /// Runs these ports and no others: what they read is read as it is in service.
    #[must_use]
    pub fn with_only(mut self, ports: Vec<String>) -> Self {
        self.ports = Some(ports);
        self.closed = false;
        self
    }

    /// Makes every port anew from all of its inputs, whatever its materialization.
    #[must_use]
    pub fn anew(mut self) -> Self {
        self.anew = true;
        self
    }

    /// Builds and checks, and commits nothing. A port that reads another of the product reads its snapshot in service.
    #[must_use]
    pub fn rehearsal(mut self) -> Self {
        self.rehearsal = true;
        self
    }

    /// Tells `events` what happens.
    #[must_use]
    pub fn with_events(mut self, events: RunEvents) -> Self {
        self.events = events;
        self
    }

    /// Bytes of memory beyond which queries spill to disk (default 1 GiB).
    #[must_use]
    pub fn with_memory_bytes_max(mut self, bytes: usize) -> Self {
        self.memory_bytes_max = bytes;
        self
    }

    /// Runs. A port that fails leaves its old snapshot in service, and the ports that read it are skipped; both stand
    /// in the report, which is on disk before this returns.
    ///
    /// # Errors
    /// [`EngineError::Run`] when the run could not begin or its record could not be written.
    #[tracing::instrument(skip_all, fields(domain = pipeline.domain, run = self.id))]
    pub async fn execute(&self, pipeline: &Pipeline) -> Result<RunReport, EngineError> {
        let path = record::path(&self.data, &pipeline.domain, &self.id)?;
        let order = pipeline.plan(self.ports.as_deref(), self.closed)?;
        let runtime = session::runtime(self.memory_bytes_max, &self.data.join("spill"))?;
        let shared = Shared {
            pipeline: Arc::new(pipeline.clone()),
            run: self.id.clone(),
            clock: self.clock.clone(),
            runtime,
            events: self.events.clone(),
            anew: self.anew,
            rehearsal: self.rehearsal,
            data: self.data.clone(),
            disk: self.disk.clone(),
        };
        let started_at = self.clock.now();
        let ports = all(&shared, &order).await?;
        let ended_at = self.clock.now();
        let report = RunReport { run: self.id.clone(), domain: pipeline.domain.clone(), started_at, ended_at, ports };
        record::write(self.disk.clone(), path, &report).await?;
        if !self.rehearsal {
            history::add(self.disk.clone(), &self.data, &report).await?;
        }
        Ok(report)
    }
}

/// Runs each port as soon as what it reads is done, as many at once as there is nothing to wait for and memory's share
/// allows.
async fn all(shared: &Shared, order: &[String]) -> Result<Vec<PortRun>, EngineError> {
    let mut waiting: Vec<&String> = order.iter().collect();
    let mut done: BTreeMap<String, Vec<PortRun>> = BTreeMap::new();
    let mut running = JoinSet::new();
    while done.len() < order.len() {
        let is_free = |name: &str, done: &BTreeMap<String, Vec<PortRun>>| {
            let mut reads = shared.pipeline.dag().ports_read(name);
            reads.all(|read| done.contains_key(read) || !order.iter().any(|ordered| ordered == read))
        };
        while running.len() < AT_ONCE_MAX
            && let Some(place) = waiting.iter().position(|name| is_free(name, &done))
        {
            let name = waiting.remove(place).clone();
            let is_bad = |port: &&str| {
                let run = done.get(*port).and_then(|runs| runs.first());
                run.is_some_and(|run| !run.outcome.is_good())
            };
            let because = shared.pipeline.dag().ports_read(&name).find(is_bad).map(str::to_owned);
            if let Some(because) = because {
                let views = shared.pipeline.views(&name).iter().map(View::name);
                let runs = std::iter::once(name.as_str()).chain(views).map(|port| skipped(port, because.clone()));
                let runs: Vec<PortRun> = runs.collect();
                runs.iter().for_each(|run| shared.events.tell(RunEvent::Ended(run)));
                done.insert(name, runs);
                continue;
            }
            let shared = shared.clone();
            running.spawn(async move { (one(&shared, &name).await, name) }.in_current_span());
        }
        let Some(ended) = running.join_next().await else { break };
        let (runs, name) = ended.map_err(|cause| RunError::Setup(cause.to_string()))?;
        runs.iter().for_each(|run| shared.events.tell(RunEvent::Ended(run)));
        done.insert(name, runs);
    }
    Ok(order.iter().filter_map(|name| done.remove(name)).flatten().collect())
}

async fn one(shared: &Shared, name: &str) -> Vec<PortRun> {
    match shared.pipeline.ports.get(name) {
        Some(port) => publish(shared, port).await,
        None => vec![skipped(name, name.to_owned())],
    }
}

fn skipped(port: &str, because: String) -> PortRun {
    PortRun {
        port: port.to_owned(),
        rows: 0,
        bytes: 0,
        duration_ms: 0,
        inputs: Vec::new(),
        checks: None,
        quarantined: 0,
        outcome: Outcome::Skipped { because },
    }
}
