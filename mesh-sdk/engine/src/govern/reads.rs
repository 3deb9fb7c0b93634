//! What a query reads, taken from the plan that is about to run: written down before its first row, and again when it is over.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use datafusion::physical_plan::ExecutionPlan;
use futures::future::BoxFuture;
use mesh_contract::PortVersion;
use mesh_policy::Identity;

use super::exec::GovernedExec;
use crate::error::QueryError;

/// What one query reads of one snapshot of a port.
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
}

/// Told once when the query is over: for each of its reads, in their order, the rows that left the port, before the query
/// counted, joined or filtered them. Called from the query's own task: it must not block.
pub type ReadsEnded = Box<dyn FnOnce(Vec<u64>) + Send + Sync>;

type Begin = dyn Fn(Vec<PortRead>) -> BoxFuture<'static, io::Result<ReadsEnded>> + Send + Sync;

/// Where reads are written down. A query whose reads cannot be is refused.
#[derive(Clone, Default)]
pub struct ReadLog(Option<Arc<Begin>>);

impl ReadLog {
    /// A log. `begin` has written the reads down, durably, when it is done.
    pub fn new(
        begin: impl Fn(Vec<PortRead>) -> BoxFuture<'static, io::Result<ReadsEnded>> + Send + Sync + 'static,
    ) -> Self {
        Self(Some(Arc::new(begin)))
    }
}

impl fmt::Debug for ReadLog {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ReadLog")
    }
}

/// One governed scan: what it reads, and how many rows it let through so far.
#[derive(Clone, Debug)]
pub(super) struct Scan {
    pub(super) snapshot: u64,
    pub(super) rows: Arc<AtomicU64>,
}

/// The reads of a query under way. They are over when it is dropped: at its end, or when it is given up.
pub(crate) struct Reading {
    ended: Option<ReadsEnded>,
    /// For each read the rows of its scans.
    rows: Vec<Vec<Arc<AtomicU64>>>,
}

impl Reading {
    /// Writes down what the plan that is about to run reads.
    ///
    /// # Errors
    /// [`QueryError::Unrecorded`] when that cannot be.
    pub(crate) async fn begin(
        plan: &Arc<dyn ExecutionPlan>,
        log: &ReadLog,
        at: DateTime<Utc>,
    ) -> Result<Self, QueryError> {
        let mut found = BTreeMap::new();
        if log.0.is_some() {
            reads_of(plan, at, &mut found);
        }
        let (reads, rows): (Vec<PortRead>, Vec<_>) = found.into_values().unzip();
        let ended = match &log.0 {
            Some(begin) if !reads.is_empty() => Some(begin(reads).await.map_err(QueryError::Unrecorded)?),
            _ => None,
        };
        Ok(Self { ended, rows })
    }
}

type Found = BTreeMap<(PortVersion, u64), (PortRead, Vec<Arc<AtomicU64>>)>;

fn reads_of(plan: &Arc<dyn ExecutionPlan>, at: DateTime<Utc>, found: &mut Found) {
    let Some(governed) = plan.downcast_ref::<GovernedExec>() else {
        return plan.children().into_iter().for_each(|child| reads_of(child, at, found));
    };
    let (permit, scan) = (governed.permit(), governed.scan());
    let (read, rows) = found.entry((permit.port().clone(), scan.snapshot)).or_insert_with(|| {
        let (identity, port) = (permit.identity().clone(), permit.port().clone());
        (PortRead { at, identity, port, snapshot: scan.snapshot, columns: BTreeSet::new() }, Vec::new())
    });
    read.columns.extend(plan.schema().fields().iter().map(|field| field.name().clone()));
    rows.push(Arc::clone(&scan.rows));
}

impl Drop for Reading {
    fn drop(&mut self) {
        let Some(ended) = self.ended.take() else { return };
        let sum = |rows: &Vec<Arc<AtomicU64>>| rows.iter().map(|rows| rows.load(Ordering::Relaxed)).sum();
        ended(self.rows.iter().map(sum).collect());
    }
}
