//! What mesh-contract promises to the rooms that use it.

#![expect(clippy::unwrap_used, clippy::expect_used, reason = "the tests' own steps should say where they fail")]

mod conformance;
#[path = "../../fuzz/exercise.rs"]
mod exercise;
mod export;
mod faults;
mod format;
mod hostile;
mod infer;
mod mutations;
mod odd_yaml;
mod pages;
mod published;
mod resolved;
