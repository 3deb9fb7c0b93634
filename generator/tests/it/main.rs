//! The bank as those see it who read its files.

#![expect(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the tests' own steps should say where they fail"
)]

mod balances;
mod bytes;
mod claims;
mod digits;
mod distributions;
mod keys;
mod made;
mod postgres;
mod trades;
