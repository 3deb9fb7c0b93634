//! What a domain team links: a data product from manifest, contracts, SQL and a few functions.
//!
//! A product is a folder ([`Product::open`]); a [`Node`] registers it with governance, publishes its ports and reads
//! them for a Flight server. Rust is needed only for what SQL cannot say ([`function`]).

mod alone;
mod amount;
mod consumption;
pub mod data_directory;
mod database_urls;
pub mod day_count;
mod error;
mod grants;
mod lake;
mod lineage_record;
mod mesh_folder;
mod node;
mod openlineage;
mod product;
mod publish;
mod receipts;
mod registrar;
mod reserved;
mod schedule;
mod serve;
pub mod telemetry;
mod upstream;
mod vacuum;
mod watch;

pub use alone::alone;
pub use amount::cents;
pub use chrono::{Datelike, Days, Months, NaiveDate};
pub use database_urls::{database_url_variable, database_urls};
pub use error::ProductError;
pub use lake::{runs, snapshots};
pub use mesh_engine::function;
pub use mesh_engine::run::{Materialization, Outcome, PortRun, Reproduction, RunEvent, RunEvents, RunReport};
pub use mesh_engine::source::{DatabaseUrl, DatabaseUrlError, InputRead, InputState};
pub use mesh_engine::table::SnapshotInfo;
pub use mesh_folder::{find_mesh_folder, is_mesh_folder};
pub use node::{Node, NodeSettings};
pub use openlineage::openlineage_endpoint;
pub use product::{Input, Output, Product};
pub use publish::{Publishing, Selection};
pub use registrar::{Acceptance, PortStatus};
pub use reserved::Reserved;
pub use schedule::Schedule;
pub use serve::Serving;
pub use vacuum::{PortVacuumed, Retention, vacuum};
