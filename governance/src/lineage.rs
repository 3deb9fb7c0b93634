//! The lineage graph in memory, the queue in front of its writer, and what is shown of it.

mod declared;
mod held;
mod queue;
pub(crate) mod readers;
pub(crate) mod shown;
pub(crate) mod start;

pub(crate) use declared::declared;
pub(crate) use held::Held;
pub(crate) use queue::Queue;
