//! Input ports: files under an input contract, tables of databases, and other products' ports, read as typed tables.
//!
//! The contract declares how each column is written (types, date patterns, what stands for null); whatever does not
//! follow it ends the read with the file, the line, the column and the offending text.

mod cells;
mod column;
mod csv;
mod date_pattern;
mod error;
mod format;
mod input;
mod json;
mod json_members;
mod locate;
mod number;
mod parquet;
mod partition;
mod pieces;
pub(crate) mod postgres;
mod rows;
mod select;
mod state;
mod time;
mod upstream;

pub(crate) use date_pattern::DatePattern;
pub use error::{Place, SourceError, find_error};
pub(crate) use error::{nearest, shown};
pub use input::{Input, OpenInput};
pub(crate) use number::decimal;
pub use postgres::{DatabaseUrl, DatabaseUrlError, Watermark};
pub(crate) use select::quoted;
pub use state::{FileState, InputRead, InputState};
pub(crate) use time::{date, timestamp};
pub use upstream::{Upstream, UpstreamError, UpstreamPort, UpstreamRows};

/// Most bytes that one record (a CSV record or a JSON line) may have unless told otherwise: 16 MiB.
pub const RECORD_BYTES_MAX: usize = 16 * 1024 * 1024;
