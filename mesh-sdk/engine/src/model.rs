//! Models: one `SELECT` a file, each filling one output port, ordered by what they read.

pub(crate) mod conform;
mod dag;
mod error;
mod output;
mod references;
mod session;
mod statement;
pub(crate) mod widening;

pub use dag::Dag;
pub use error::{ModelError, SqlPlace};
pub use output::OutputSchema;
pub(crate) use references::reads_only;
pub use references::{Reference, Source};
pub(crate) use session::ModelSession;
pub use statement::Model;
