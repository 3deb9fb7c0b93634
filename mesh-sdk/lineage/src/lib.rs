//! Lineage as values: the column graph of one output, and OpenLineage events.

pub mod event;
mod graph;
mod port_run;
mod run_id;
mod sources;
mod transformation;

pub use graph::{Lineage, OutputColumn};
pub use port_run::{Ended, Input, PortRun};
pub use run_id::run_id;
pub use sources::{Dataset, InputColumn, Sources};
pub use transformation::{Kind, Transformation};
