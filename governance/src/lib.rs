//! The federated governance service: registry, gate and catalog.
//!
//! [`Service::open`] opens the registry in SQLite or PostgreSQL, [`Service::router`] is its REST interface, and [`serve`]
//! answers on a listener until it is told to stop. It holds no code that can read product data.

mod agreement;
mod cursor;
mod error;
mod events;
mod extract;
mod facts;
mod failure;
mod gate;
mod lifecycle;
mod lineage;
mod metrics;
mod middleware;
mod quality;
mod route;
pub mod rules;
mod search;
mod serve;
mod service;
mod store;
mod webhook;

pub use error::Error;
pub use route::openapi_json;
pub use serve::serve;
pub use service::{Service, Settings};
pub use store::database::sqlite_url;
