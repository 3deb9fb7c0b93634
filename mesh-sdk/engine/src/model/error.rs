//! What can be wrong with a model.

use std::fmt;

use mesh_contract::Code;

use crate::ErrorKind;

/// A place in a model's file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SqlPlace {
    /// The file.
    pub file: String,
    /// 1-based line; 0 when it is not known.
    pub line: u64,
    /// 1-based column; 0 when it is not known.
    pub column: u64,
}

impl fmt::Display for SqlPlace {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.line {
            0 => f.write_str(&self.file),
            line => write!(f, "{}:{line}:{}", self.file, self.column),
        }
    }
}

/// Why models cannot be run.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ModelError {
    /// The text is not SQL.
    #[error("{place}: {what}")]
    Syntax {
        /// Where.
        place: SqlPlace,
        /// What the parser said.
        what: String,
    },
    /// The text is not one query.
    #[error("{file}: a model is one query, found {found}")]
    NotOneQuery {
        /// The file.
        file: String,
        /// What is there instead.
        found: String,
    },
    /// A table that is neither an input nor a port.
    #[error("{place}: unknown table `{table}`")]
    UnknownTable {
        /// Where it is first named.
        place: SqlPlace,
        /// As written.
        table: String,
        /// The nearest name that is known.
        nearest: Option<String>,
        /// All names that are known.
        known: Vec<String>,
    },
    /// Two models fill one port.
    #[error("port `{port}` has two models: {first} and {second}")]
    TwoModels {
        /// The port.
        port: String,
        /// One file.
        first: String,
        /// The other.
        second: String,
    },
    /// Models that read each other.
    #[error("models read each other in a cycle: {}", cycle.join(" -> "))]
    Cycle {
        /// Ports in reading order, the first again at the end.
        cycle: Vec<String>,
    },
    /// The query cannot be planned.
    #[error("{file}: {what}")]
    Plan {
        /// The file.
        file: String,
        /// What the planner said.
        what: String,
    },
    /// The query's columns are not those of the contract.
    #[error("{file}: columns differ from the contract of `{port}`:\n{}", differences.join("\n"))]
    Output {
        /// The file.
        file: String,
        /// The port.
        port: String,
        /// One line each.
        differences: Vec<String>,
    },
}

impl ModelError {
    /// Stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        Code(match self {
            Self::Syntax { .. } | Self::NotOneQuery { .. } => 1020,
            Self::UnknownTable { .. } => 1021,
            Self::Cycle { .. } => 1022,
            Self::Output { .. } => 1023,
            Self::Plan { .. } => 1024,
            Self::TwoModels { .. } => 1025,
        })
    }

    /// Kind of failure: a model is the product's own text, so always the asker's mistake.
    #[must_use]
    pub fn kind(&self) -> ErrorKind {
        ErrorKind::Invalid
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        match self {
            Self::Syntax { .. } | Self::Plan { .. } => None,
            Self::NotOneQuery { .. } => Some("write one `SELECT`; `WITH` before it is fine".into()),
            Self::UnknownTable { nearest: Some(nearest), .. } => Some(format!("did you mean `{nearest}`?")),
            Self::UnknownTable { known, .. } => Some(format!("known are {}", quoted(known))),
            Self::TwoModels { .. } => Some("keep one file for each port".into()),
            Self::Cycle { .. } => Some("let one of them read inputs only, or merge them with `WITH`".into()),
            Self::Output { .. } => {
                Some("change the query with a `CAST` or an alias, or the contract if the data is right".into())
            }
        }
    }
}

fn quoted(names: &[String]) -> String {
    names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
}
