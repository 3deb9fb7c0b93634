//! What mesh-contract promises to the rooms that use it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that fails should say where"
)]

mod faults;
mod hostile;
mod pages;
mod published;
mod resolved;
