//! Decision → permit → governed table: the only way from a request to a port's rows.
//!
//! A governed table cannot be made without a [`mesh_policy::Permit`], and only a decision makes one. [`verify`] is the second,
//! independent check: it walks the plan that is about to run and refuses whatever reads data outside a governed table.

mod exec;
mod reads;
mod table;
mod verify;

pub(crate) use reads::Reading;
pub use reads::{PortRead, ReadLog, ReadsEnded};
pub use table::GovernedTable;
pub(crate) use verify::verify;
