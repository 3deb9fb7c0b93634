//! What data says about itself: one pass over a file, a Delta table, a table of a database or a query, from which a
//! contract is drafted.
//!
//! A tool for those who write contracts, on their own files and with their own rights: no port is read here.

mod error;
mod header;
mod open;
mod postgres;
mod rows;

use std::path::{Path, PathBuf};

use datafusion::prelude::DataFrame;
use mesh_contract::infer::TableProfile;

pub use error::ProfileError;
pub use postgres::{DatabaseProfile, Wanted, profile_database};

/// A file or a folder of data.
#[derive(Clone, Debug)]
pub struct Source {
    /// Where it is.
    pub path: PathBuf,
    /// How it is stored.
    pub format: Format,
}

/// How data is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Text with a header; the delimiter as found in the header.
    Csv {
        /// Between two fields.
        delimiter: u8,
    },
    /// One JSON object a line.
    JsonLines,
    /// Parquet.
    Parquet,
    /// Arrow IPC, as a file (also called Feather) or as a stream.
    Arrow,
    /// The folder of a Delta table.
    Delta,
}

impl Source {
    /// Tells the format by the file's ending, or a Delta table by its log.
    ///
    /// # Errors
    /// [`ProfileError`] when there is nothing, or nothing that is known.
    pub fn at(path: &Path) -> Result<Self, ProfileError> {
        let format = if path.is_dir() {
            if !path.join("_delta_log").is_dir() {
                return Err(ProfileError::UnknownKind { path: path.to_owned() });
            }
            Format::Delta
        } else {
            let ending = path.extension().map(|ending| ending.to_string_lossy().to_ascii_lowercase());
            match ending.as_deref() {
                Some("csv" | "tsv" | "txt") => Format::Csv { delimiter: header::delimiter(path)? },
                Some("json" | "jsonl" | "ndjson") => Format::JsonLines,
                Some("parquet") => Format::Parquet,
                Some("arrow" | "arrows" | "feather" | "ipc") => Format::Arrow,
                _ => return Err(ProfileError::UnknownKind { path: path.to_owned() }),
            }
        };
        Ok(Self { path: path.to_owned(), format })
    }
}

/// Looks at every row of a source.
///
/// # Errors
/// [`ProfileError`] when it cannot be read, or has a column of a type that contracts do not have.
pub async fn profile(source: &Source) -> Result<TableProfile, ProfileError> {
    let (frame, columns) = open::alone(source).await?;
    rows::observe(frame, columns, &source.path).await
}

/// Looks at every row that a query gives; its tables are the sources by these names.
///
/// # Errors
/// As [`profile`], and when the query cannot be planned or fails.
pub async fn profile_query(sources: &[(String, Source)], sql: &str) -> Result<TableProfile, ProfileError> {
    let frame: DataFrame = open::query(sources, sql).await?;
    let columns = open::columns(frame.schema().as_arrow(), false)?;
    rows::observe(frame, columns, Path::new("the query")).await
}
