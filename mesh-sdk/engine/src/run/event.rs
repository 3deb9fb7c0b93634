//! What a run tells while it goes on, for progress bars and logs.

use std::fmt;
use std::sync::Arc;

use super::report::PortRun;
use crate::check::CheckReport;

/// One step of a run.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub enum RunEvent<'a> {
    /// A port's model begins.
    Started {
        /// The port.
        port: &'a str,
    },
    /// Rows are staged.
    Rows {
        /// The port.
        port: &'a str,
        /// Rows so far.
        rows: u64,
    },
    /// The contract's rules were checked.
    Checked {
        /// The port.
        port: &'a str,
        /// What was found.
        checks: &'a CheckReport,
    },
    /// The port is done: committed, failed or skipped.
    Ended(&'a PortRun),
    /// What OpenLineage says of a port that begins or has ended.
    OpenLineage(&'a mesh_lineage::event::RunEvent),
}

/// Whoever listens. Called from the run's own tasks: it must not block.
#[derive(Clone)]
pub struct RunEvents(Arc<dyn Fn(RunEvent<'_>) + Send + Sync>);

impl RunEvents {
    /// A listener.
    pub fn new(listener: impl Fn(RunEvent<'_>) + Send + Sync + 'static) -> Self {
        Self(Arc::new(listener))
    }

    /// This listener, and before it `other`.
    #[must_use]
    pub fn and(self, other: impl Fn(&RunEvent<'_>) + Send + Sync + 'static) -> Self {
        Self::new(move |event| {
            other(&event);
            self.tell(event);
        })
    }

    pub(super) fn tell(&self, event: RunEvent<'_>) {
        (self.0)(event);
    }
}

impl Default for RunEvents {
    fn default() -> Self {
        Self::new(|_| ())
    }
}

impl fmt::Debug for RunEvents {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("RunEvents")
    }
}
