//! Arrow Flight and Flight SQL: the service that products are read through, and its client.
//!
//! Every entry point passes one gate (`gate.rs`): who asks is established, a place is taken, and only then a session
//! is made that holds nothing but what the asker's permits allow. Handlers never see a request that did not pass.

mod body;
pub mod client;
mod door;
mod edge;
mod error;
mod frames;
mod gate;
mod guard;
mod plans;
mod pump;
mod refusal;
mod running;
mod server;
mod service;
mod settings;
mod snapshots;
mod telemetry;
mod ticket;
mod trace_context;

pub use door::{Door, Login};
pub use error::FlightError;
pub use server::serve;
pub use settings::{FlightLimits, FlightSettings, Readiness};
