//! Why data cannot be looked at.

use std::path::PathBuf;

use mesh_contract::Code;

/// Why data cannot be looked at.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProfileError {
    /// It cannot be read.
    #[error("cannot read `{}`: {cause}", path.display())]
    Unreadable {
        /// Where it is.
        path: PathBuf,
        /// Why.
        cause: String,
    },
    /// Nothing known is there.
    #[error("`{}` is no data that can be looked at", path.display())]
    UnknownKind {
        /// What was named.
        path: PathBuf,
    },
    /// A column has a type that no contract can state.
    #[error("column `{column}` has the type `{found}`, which contracts do not have")]
    UnknownType {
        /// The column.
        column: String,
        /// Its Arrow type.
        found: String,
    },
    /// A database does not answer.
    #[error("the database {database} does not answer: {cause}")]
    DatabaseAway {
        /// Host, port and name.
        database: String,
        /// What came of it.
        cause: String,
    },
    /// A database says no.
    #[error("the database {database} refuses: {cause}")]
    DatabaseRefused {
        /// Host, port and name.
        database: String,
        /// What it said.
        cause: String,
    },
    /// The query is not one, or fails.
    #[error("the query fails: {0}")]
    Query(String),
}

impl ProfileError {
    /// Its stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        Code(match self {
            Self::Unreadable { .. } => 5031,
            Self::UnknownKind { .. } => 5032,
            Self::UnknownType { .. } => 5033,
            Self::Query(_) => 5034,
            Self::DatabaseAway { .. } => 1013,
            Self::DatabaseRefused { .. } => 1014,
        })
    }

    /// What to do.
    #[must_use]
    pub fn help(&self) -> &'static str {
        match self {
            Self::Unreadable { .. } => "check that the file is whole and of the format that its ending names",
            Self::UnknownKind { .. } => {
                "known are .csv, .tsv, .json, .jsonl, .ndjson, .parquet, .arrow, .feather, and folders with a `_delta_log`"
            }
            Self::UnknownType { .. } => "leave the column out with a query, or cast it there",
            Self::DatabaseAway { .. } => "see that it runs and can be reached",
            Self::DatabaseRefused { .. } => "see user, password and database in the URL, and the table or the query",
            Self::Query(_) => "one SELECT over the files, each a table named as the file without its ending",
        }
    }
}
