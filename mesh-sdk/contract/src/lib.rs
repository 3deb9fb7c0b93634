//! Data contracts: ODCS and ODPS as written, resolved, and as Arrow schemas.
//!
//! Whoever holds a [`Contract`] holds a valid one: it can only be made by [`Contract::parse`], which reports
//! everything that is wrong with a document at once.

pub mod arrow;
pub mod code;
pub mod codes;
pub mod definition;
pub mod diagnostic;
pub mod diff;
pub mod export;
mod faults;
pub mod format;
pub mod gate;
mod hash;
pub mod infer;
pub mod model;
pub mod name;
mod parse;
pub mod product;
mod raw;
mod resolve;
pub mod scaffold;
pub mod schema;
mod shape;
mod suggest;
mod yaml;

pub use code::Code;
pub use diagnostic::{Diagnostic, Report};
pub use model::Contract;
pub use name::{PortName, PortVersion};
pub use shape::Fault;
