//! Governed reads: a reader holds the ports, a session is one request's view of them, a query is planned, then run.

mod catalog;
mod dialect;
mod fairness;
mod limits;
mod planned;
mod ports;
mod reader;
mod session;
mod stack;
mod statement;
mod wording;

pub use limits::QueryLimits;
pub use planned::Query;
pub use ports::{Pins, PortData, Ports, ServedPort};
pub use reader::{Reader, ReaderSettings};
pub use session::{Session, TableEntry};
