//! A real server on a free port over a small published table, and real clients.
#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "what the tests share fails by panicking"
)]

mod calls;
mod cancel;
mod clients;
mod end;
mod fixture;
mod gate;
mod hostile;
mod login;
mod metadata;
mod tickets;
