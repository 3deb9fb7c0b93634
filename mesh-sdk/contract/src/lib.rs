//! Data contracts: ODCS and ODPS as written, resolved, and as Arrow schemas.
//!
//! Whoever holds a [`Contract`] holds a valid one: it can only be made by [`Contract::parse`], which reports
//! everything that is wrong with a document at once.

pub mod code;
pub mod model;
pub mod name;

pub use code::Code;
pub use model::Contract;
pub use name::{PortName, PortVersion};
