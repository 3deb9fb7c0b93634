//! Lists over all that is stored, read page by page for those who govern.

mod lineage_edges;
mod ports;
mod quality_results;

pub(crate) use lineage_edges::EdgeKey;
pub(crate) use ports::{MajorKey, PortFacts};
pub(crate) use quality_results::HeardKey;
