//! Lineage as values: the column graph of one output, OpenLineage events, and the graph that events of all producers make.

mod digest;
pub mod event;
mod graph;
mod job_graph;
pub mod lineage_graph;
mod place;
mod port_run;
mod run_id;
mod run_state;
mod sources;
mod spans;
pub mod told;
mod transformation;

pub use digest::digest;
pub use graph::{Lineage, OutputColumn};
pub use job_graph::{JobGraph, Written};
pub use lineage_graph::LineageGraph;
pub use place::{MESH, Place, port_version};
pub use port_run::{Ended, Input, PortRun};
pub use run_id::run_id;
pub use run_state::{RunOutcome, RunState};
pub use sources::{Dataset, InputColumn, Sources};
pub use spans::{Point, Span, spans};
pub use transformation::{Kind, Transformation};
