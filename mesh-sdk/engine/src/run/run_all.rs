//! A run over the ports of a product, in order.

use std::collections::BTreeSet;
use std::path::PathBuf;

use mesh_policy::Clock;

use super::event::{RunEvent, RunEvents};
use super::pipeline::Pipeline;
use super::publish::{Shared, publish};
use super::report::{Outcome, PortRun, RunReport};
use super::{record, session};
use crate::durable::Disk;
use crate::error::EngineError;

/// Memory that a run may take before it spills: a quarter of a small machine's.
const MEMORY_BYTES_MAX: usize = 1024 * 1024 * 1024;

/// One execution that tries to publish snapshots.
#[derive(Clone, Debug)]
pub struct Run {
    id: String,
    clock: Clock,
    data: PathBuf,
    ports: Option<Vec<String>>,
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
        let order = pipeline.plan(self.ports.as_deref())?;
        let runtime = session::runtime(self.memory_bytes_max, &self.data.join("spill"))?;
        let shared = Shared { pipeline, run: &self.id, clock: &self.clock, runtime, events: &self.events };
        let started_at = self.clock.now();
        let (mut ports, mut broken) = (Vec::with_capacity(order.len()), BTreeSet::new());
        for name in &order {
            let Some(port) = pipeline.ports.get(name) else { continue };
            let blocker = pipeline.dag().ports_read(name).find(|read| broken.contains(*read)).map(str::to_owned);
            let done = match blocker {
                Some(because) => skipped(name, because),
                None => Box::pin(publish(&shared, port)).await,
            };
            if !matches!(done.outcome, Outcome::Committed { .. }) {
                broken.insert(name.clone());
            }
            self.events.tell(RunEvent::Ended(&done));
            ports.push(done);
        }
        let ended_at = self.clock.now();
        let report = RunReport { run: self.id.clone(), domain: pipeline.domain.clone(), started_at, ended_at, ports };
        record::write(self.disk.clone(), path, &report).await?;
        Ok(report)
    }
}

fn skipped(port: &str, because: String) -> PortRun {
    PortRun {
        port: port.to_owned(),
        rows: 0,
        bytes: 0,
        duration_ms: 0,
        checks: None,
        outcome: Outcome::Skipped { because },
    }
}
