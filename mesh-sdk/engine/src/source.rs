//! Input ports: files under an input contract, read as typed tables.
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
mod rows;
mod time;

pub(crate) use date_pattern::DatePattern;
pub use error::{Place, SourceError, find_error};
pub(crate) use error::{nearest, shown};
pub use input::Input;
pub(crate) use number::decimal;
pub(crate) use time::{date, timestamp};

/// Most bytes that one record (a CSV record or a JSON line) may have unless told otherwise: 16 MiB.
pub const RECORD_BYTES_MAX: usize = 16 * 1024 * 1024;
