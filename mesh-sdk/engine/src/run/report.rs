//! What a run did: the answer of the call and the record on disk.

use std::fmt;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::check::CheckReport;
use crate::source::InputRead;

/// One run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RunReport {
    /// Its id.
    pub run: String,
    /// The domain.
    pub domain: String,
    /// When it began.
    pub started_at: DateTime<Utc>,
    /// When it ended.
    pub ended_at: DateTime<Utc>,
    /// Each port in the order in which it was run.
    pub ports: Vec<PortRun>,
}

/// One port of a run.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PortRun {
    /// The port, without the domain.
    pub port: String,
    /// Rows built.
    pub rows: u64,
    /// Bytes staged.
    pub bytes: u64,
    /// Milliseconds it took.
    pub duration_ms: u64,
    /// What the model read.
    #[serde(default)]
    pub inputs: Vec<InputRead>,
    /// What the checks found, when it came to them.
    pub checks: Option<CheckReport>,
    /// Rows that broke a rule and were set apart, where the contract asks for it.
    #[serde(default)]
    pub quarantined: u64,
    /// How it ended.
    pub outcome: Outcome,
}

/// How a port's part of a run ended.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "status", rename_all = "lowercase")]
pub enum Outcome {
    /// A new snapshot is in service.
    Committed {
        /// Its version.
        version: u64,
    },
    /// Nothing is new in its inputs: the snapshot in service stays.
    Unchanged {
        /// Its version.
        version: u64,
    },
    /// Built and checked, and not to be committed.
    Rehearsed,
    /// The old snapshot, if any, stays in service.
    Failed {
        /// Stable code, `FC-nnnn`.
        code: String,
        /// What went wrong.
        message: String,
        /// What to do about it.
        help: Option<String>,
    },
    /// Not run, because a port that it reads failed or was skipped.
    Skipped {
        /// That port.
        because: String,
    },
}

impl Outcome {
    /// Whether the port is as it should be now.
    #[must_use]
    pub fn is_good(&self) -> bool {
        matches!(self, Self::Committed { .. } | Self::Unchanged { .. } | Self::Rehearsed)
    }
}

impl RunReport {
    /// Whether every port is as it should be now.
    #[must_use]
    pub fn succeeded(&self) -> bool {
        self.ports.iter().all(|port| port.outcome.is_good())
    }

    /// The part of one port.
    #[must_use]
    pub fn port(&self, name: &str) -> Option<&PortRun> {
        self.ports.iter().find(|port| port.port == name)
    }
}

impl fmt::Display for RunReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "run {} of {}", self.run, self.domain)?;
        self.ports.iter().try_for_each(|port| write!(f, "\n{port}"))
    }
}

impl PortRun {
    fn write_quarantined(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.quarantined > 0 { write!(f, ", {} set apart", self.quarantined) } else { Ok(()) }
    }
}

impl fmt::Display for PortRun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.outcome {
            Outcome::Committed { version } => {
                write!(f, "{}: {} rows committed as version {version}", self.port, self.rows)?;
                self.write_quarantined(f)
            }
            Outcome::Unchanged { version } => {
                write!(f, "{}: nothing is new since version {version}", self.port)
            }
            Outcome::Rehearsed => {
                write!(f, "{}: {} rows would be committed", self.port, self.rows)?;
                self.write_quarantined(f)
            }
            Outcome::Skipped { because } => {
                write!(f, "{}: skipped, because `{because}` has no new snapshot", self.port)
            }
            Outcome::Failed { code, message, help } => {
                write!(f, "{}: {code} {message}", self.port)?;
                help.iter().try_for_each(|help| write!(f, "\n  help: {help}"))
            }
        }
    }
}
