//! What can go wrong in the engine, each with a stable code.

use datafusion::error::DataFusionError;
use mesh_contract::Code;

use crate::check::CheckError;
use crate::model::{ModelError, conform};
use crate::run::RunError;
use crate::source::{SourceError, find_error};

/// What kind of failure it is: what a protocol's status code is chosen by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ErrorKind {
    /// The asker's mistake: the same request fails again.
    Invalid,
    /// There is no such thing, or the asker may not know of it.
    NotFound,
    /// Known and refused.
    Denied,
    /// Out of memory or disk for this request.
    Exhausted,
    /// Out of time.
    Deadline,
    /// The asker gave up.
    Cancelled,
    /// May work later.
    Unavailable,
    /// Our mistake.
    Internal,
}

/// An engine failure.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EngineError {
    /// The table store failed.
    #[error("the table `{table}` could not be {action}")]
    Table {
        /// Which table.
        table: String,
        /// What was tried: `read`, `written`, `committed`.
        action: &'static str,
        /// Why.
        #[source]
        source: Box<deltalake::DeltaTableError>,
    },
    /// No snapshot of that version or time.
    #[error("`{table}` has no snapshot as of {as_of}")]
    NoSnapshot {
        /// Which table.
        table: String,
        /// What was asked for.
        as_of: String,
    },
    /// A snapshot whose data files were removed.
    #[error("the data of version {version} of `{table}` was removed when nothing needed it any more")]
    Vacuumed {
        /// Which table.
        table: String,
        /// The snapshot.
        version: u64,
    },
    /// DataFusion refused or failed.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// An input cannot be read.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// A model cannot be run.
    #[error(transparent)]
    Model(#[from] ModelError),
    /// The checks failed, or could not be made.
    #[error(transparent)]
    Check(#[from] CheckError),
    /// A run could not be made.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// A query that could not be planned or run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// Too long or too deep to plan safely.
    #[error("the query is too {what}: {size}, and at most {max} is planned")]
    TooLarge {
        /// `long`, `deep` or `wide`.
        what: &'static str,
        /// What it has.
        size: usize,
        /// What is allowed.
        max: usize,
    },
    /// Not a single query.
    #[error("`{0}` is not served: ports are read with one query at a time")]
    NotAQuery(String),
    /// The text is not SQL, or names what is not there.
    #[error("{0}")]
    Plan(String),
    /// The query failed while it ran.
    #[error("{0}")]
    Execution(String),
    /// It wanted more memory than one query may have.
    #[error("the query needs more memory than one query may use")]
    Exhausted(#[source] Box<DataFusionError>),
    /// It ran too long.
    #[error("the query ran longer than the {seconds} s that a query may take")]
    Deadline {
        /// The limit in seconds.
        seconds: u64,
    },
    /// A plan that reads something no permit covers. It should never be seen, and is refused when it is.
    #[error("the plan reads `{0}`, which no permit covers")]
    Ungoverned(String),
    /// Bound parameters do not fit the query.
    #[error("{0}")]
    Parameters(String),
    /// The query's reads could not be written down, so it was not run.
    #[error("the query was not run: what it reads could not be written down")]
    Unrecorded(#[source] std::io::Error),
}

impl EngineError {
    pub(crate) fn table(table: &str, action: &'static str, source: deltalake::DeltaTableError) -> Self {
        Self::Table { table: table.to_owned(), action, source: Box::new(source) }
    }

    /// Its stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Table { .. } => Code(1101),
            Self::NoSnapshot { .. } => Code(2002),
            Self::Vacuumed { .. } => Code(1102),
            Self::Query(error) => error.code(),
            Self::Source(error) => error.code(),
            Self::Model(error) => error.code(),
            Self::Check(error) => error.code(),
            Self::Run(error) => error.code(),
        }
    }

    /// What kind of failure it is.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        match self {
            Self::Table { source, .. } if is_disk_full(source) => ErrorKind::Exhausted,
            Self::Table { .. } => ErrorKind::Internal,
            Self::NoSnapshot { .. } | Self::Vacuumed { .. } => ErrorKind::NotFound,
            Self::Query(error) => error.kind(),
            Self::Source(error) => error.kind(),
            Self::Model(error) => error.kind(),
            Self::Check(error) => error.kind(),
            Self::Run(error) => error.kind(),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Table { source, .. } if is_disk_full(source) => {
                Some("the disk is full; the old snapshot is still in service".to_owned())
            }
            Self::Table { .. } => None,
            Self::Vacuumed { .. } => Some("`fince snapshots` lists what there was, and of what it was made".to_owned()),
            Self::NoSnapshot { .. } => Some(
                "leave the version out to read the newest snapshot; the first one comes with the first publish"
                    .to_owned(),
            ),
            Self::Query(error) => error.help(),
            Self::Source(error) => error.help(),
            Self::Model(error) => error.help(),
            Self::Check(error) => error.help(),
            Self::Run(error) => error.help(),
        }
    }
}

impl QueryError {
    fn code(&self) -> Code {
        match self {
            Self::Plan(_) => Code(2001),
            Self::NotAQuery(_) => Code(2003),
            Self::TooLarge { .. } => Code(2004),
            Self::Execution(_) => Code(2005),
            Self::Exhausted(_) => Code(2006),
            Self::Deadline { .. } => Code(2007),
            Self::Ungoverned(_) => Code(2008),
            Self::Parameters(_) => Code(2009),
            Self::Unrecorded(_) => Code(2010),
        }
    }

    fn kind(&self) -> ErrorKind {
        match self {
            Self::Plan(_) | Self::NotAQuery(_) | Self::TooLarge { .. } | Self::Execution(_) | Self::Parameters(_) => {
                ErrorKind::Invalid
            }
            Self::Exhausted(_) => ErrorKind::Exhausted,
            Self::Unrecorded(cause) if cause.kind() == std::io::ErrorKind::StorageFull => ErrorKind::Exhausted,
            Self::Unrecorded(_) => ErrorKind::Unavailable,
            Self::Deadline { .. } => ErrorKind::Deadline,
            Self::Ungoverned(_) => ErrorKind::Internal,
        }
    }

    fn help(&self) -> Option<String> {
        let text = match self {
            Self::TooLarge { .. } => "split it, or join against a table of values",
            Self::NotAQuery(_) => "write SELECT, WITH or VALUES; data changes only by publishing",
            Self::Exhausted(_) => "filter or aggregate earlier, or ask for fewer columns",
            Self::Deadline { .. } => "ask for less, or in several queries",
            Self::Unrecorded(_) => "try again later; whoever runs the product finds the cause in its log",
            Self::Plan(_) | Self::Execution(_) | Self::Ungoverned(_) | Self::Parameters(_) => return None,
        };
        Some(text.to_owned())
    }
}

impl From<DataFusionError> for EngineError {
    /// Our own errors that passed through DataFusion come out as they went in.
    fn from(error: DataFusionError) -> Self {
        if let Some(source) = find_error(&error) {
            return Self::Source(source.clone());
        }
        if let Some(column) = conform::missing_value(&error) {
            return Self::Check(CheckError::MissingValue { column: column.to_owned() });
        }
        match error {
            DataFusionError::External(inner) => match inner.downcast::<Self>() {
                Ok(own) => *own,
                Err(other) => Self::Query(DataFusionError::External(other).into()),
            },
            DataFusionError::Context(_, inner) => Self::from(*inner),
            DataFusionError::Diagnostic(_, inner) => Self::from(*inner),
            other => Self::Query(other.into()),
        }
    }
}

impl From<DataFusionError> for QueryError {
    fn from(error: DataFusionError) -> Self {
        match error.find_root() {
            DataFusionError::ResourcesExhausted(_) => Self::Exhausted(Box::new(error)),
            DataFusionError::Plan(_)
            | DataFusionError::SQL(..)
            | DataFusionError::SchemaError(..)
            | DataFusionError::NotImplemented(_)
            | DataFusionError::Configuration(_) => Self::Plan(plain(&error)),
            _ => Self::Execution(plain(&error)),
        }
    }
}

/// DataFusion's words without the kind of error it puts before them, which the code says already.
fn plain(error: &DataFusionError) -> String {
    error.find_root().message().into_owned()
}

/// Whether the cause, however deep, is a full disk.
fn is_disk_full(error: &(dyn std::error::Error + 'static)) -> bool {
    std::iter::successors(Some(error), |error| error.source()).any(|error| {
        error.downcast_ref::<std::io::Error>().is_some_and(|io| io.kind() == std::io::ErrorKind::StorageFull)
    })
}
