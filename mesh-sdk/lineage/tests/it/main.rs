//! The events against the schemas that OpenLineage publishes.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    reason = "a test that cannot go on must stop"
)]

mod events;
mod example;
mod schemas;
