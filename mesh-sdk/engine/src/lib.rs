//! The one room that knows DataFusion and Delta: sources, models, checks, publishing and governed reads.

pub mod check;
pub mod durable;
pub mod error;
pub mod function;
pub mod govern;
mod hot;
pub mod lineage;
pub mod model;
pub mod profile;
pub mod query;
pub mod run;
pub mod source;
mod stream;
pub mod table;
pub mod view;

pub use error::{EngineError, ErrorKind, QueryError};
pub use govern::{PortRead, ReadLog, ReadsEnded};
pub use query::{Pins, PortData, Ports, Query, QueryLimits, Reader, ReaderSettings, ServedPort, Session, TableEntry};
pub use view::View;
