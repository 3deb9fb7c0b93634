//! What a query read, told once when it is over: taken from the plan that ran.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use datafusion::physical_plan::ExecutionPlan;
use mesh_contract::PortVersion;
use mesh_policy::Identity;

use super::exec::GovernedExec;

/// What one query read of one snapshot of a port.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PortRead {
    /// When the query began.
    pub at: DateTime<Utc>,
    /// Who asked, and why.
    pub identity: Identity,
    /// The port.
    pub port: PortVersion,
    /// The snapshot.
    pub snapshot: u64,
    /// Columns that the plan took from the port; none when only the number of rows mattered.
    pub columns: BTreeSet<String>,
    /// Rows that left the port, before the query counted, joined or filtered them.
    pub rows: u64,
}

/// Whoever is told of reads. Called from the query's own task: it must not block.
#[derive(Clone, Default)]
pub struct ReadEvents(Option<Arc<dyn Fn(PortRead) + Send + Sync>>);

impl ReadEvents {
    /// A listener.
    pub fn new(listener: impl Fn(PortRead) + Send + Sync + 'static) -> Self {
        Self(Some(Arc::new(listener)))
    }
}

impl fmt::Debug for ReadEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReadEvents")
    }
}

/// One governed scan: what it reads, and how many rows it let through so far.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    pub(super) snapshot: u64,
    pub(super) rows: Arc<AtomicU64>,
}

/// The reads of a query under way. They are told when it is dropped: at its end, or when it is given up.
pub(crate) struct Reading {
    events: ReadEvents,
    at: DateTime<Utc>,
    scans: Vec<(Arc<dyn ExecutionPlan>, Scan)>,
}

impl Reading {
    /// The governed scans of the plan that is about to run.
    pub(crate) fn of(plan: &Arc<dyn ExecutionPlan>, events: ReadEvents, at: DateTime<Utc>) -> Self {
        let mut reading = Self { events, at, scans: Vec::new() };
        if reading.events.0.is_some() {
            reading.add(plan);
        }
        reading
    }

    fn add(&mut self, plan: &Arc<dyn ExecutionPlan>) {
        match plan.downcast_ref::<GovernedExec>() {
            Some(governed) => self.scans.push((Arc::clone(plan), governed.scan().clone())),
            None => plan.children().into_iter().for_each(|child| self.add(child)),
        }
    }
}

impl Drop for Reading {
    fn drop(&mut self) {
        let Some(listener) = &self.events.0 else { return };
        let mut reads: BTreeMap<(PortVersion, u64), PortRead> = BTreeMap::new();
        for (plan, scan) in &self.scans {
            let Some(governed) = plan.downcast_ref::<GovernedExec>() else { continue };
            let permit = governed.permit();
            let read = reads.entry((permit.port().clone(), scan.snapshot)).or_insert_with(|| PortRead {
                at: self.at,
                identity: permit.identity().clone(),
                port: permit.port().clone(),
                snapshot: scan.snapshot,
                columns: BTreeSet::new(),
                rows: 0,
            });
            read.columns.extend(plan.schema().fields().iter().map(|field| field.name().clone()));
            read.rows += scan.rows.load(Ordering::Relaxed);
        }
        reads.into_values().for_each(|read| listener(read));
    }
}
