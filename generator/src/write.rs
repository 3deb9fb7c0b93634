//! Where the bank goes: files of a folder, or tables of a database.

mod csv;
mod files;
mod parquet;
mod pipeline;
mod postgres;

use std::path::PathBuf;

use arrow::error::ArrowError;

use crate::bank::Bank;
use crate::table::Table;

pub use files::to_files;
pub use postgres::to_postgres;

/// How files are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Format {
    /// Apache Parquet, compressed with Zstandard; a row group for each part.
    Parquet,
    /// Comma-separated values with a header; nothing for null.
    Csv,
}

/// What to make, and with how many threads. The threads change no byte.
#[derive(Clone, Debug)]
pub struct Order {
    /// The bank.
    pub bank: Bank,
    /// The tables to make, each once.
    pub tables: Vec<Table>,
    /// Threads that make rows; at least one.
    pub threads: usize,
}

/// How far it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Event {
    /// It begins; there will be so many parts.
    Started {
        /// Parts of the bank.
        parts: usize,
    },
    /// A part of a table was written.
    Written {
        /// The table.
        table: Table,
        /// Rows of the part.
        rows: usize,
    },
    /// All tables of a part were written.
    PartEnded,
}

/// Rows of each table that was made, in the order of [`Table::ALL`].
pub type Made = Vec<(Table, u64)>;

/// Why the bank could not be made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// A file could not be written.
    #[error("`{}` cannot be written", file.display())]
    File {
        /// The file or folder.
        file: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A file could not be encoded or written.
    #[error("`{}` cannot be written as parquet", file.display())]
    Parquet {
        /// The file.
        file: PathBuf,
        /// What went wrong.
        source: ::parquet::errors::ParquetError,
    },
    /// Rows do not make a batch.
    #[error("rows cannot be encoded")]
    Encode(#[from] ArrowError),
    /// The database cannot be reached.
    #[error("the database cannot be reached")]
    Connect(#[source] tokio_postgres::Error),
    /// The database refused something.
    #[error("the database refused table `{table}`")]
    Database {
        /// The table.
        table: Table,
        /// What it said.
        source: tokio_postgres::Error,
    },
    /// The database holds a table of that name.
    #[error("the database already has a table `{table}`")]
    TableExists {
        /// The table.
        table: Table,
    },
    /// The system gave no thread or event loop.
    #[error("no thread could be started")]
    Thread(#[source] std::io::Error),
}
