//! The one room that knows DataFusion and Delta: sources, models, checks, publishing and governed reads.

pub mod durable;
pub mod error;
pub mod govern;
pub mod query;
mod stream;
pub mod table;

pub use error::{EngineError, ErrorKind, QueryError};
pub use query::{Pins, Ports, Query, QueryLimits, Reader, ReaderSettings, ServedPort, Session, TableEntry};
