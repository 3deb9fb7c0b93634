//! Runs: build each port's candidate, check it against its contract, and only then publish it.

mod build;
mod error;
mod event;
mod history;
mod materialization;
mod merge;
mod openlineage;
mod pipeline;
mod publish;
mod quarantine;
mod record;
mod replay;
mod report;
mod reproduce;
mod run_all;
mod session;
mod staging;
mod views;

pub use error::RunError;
pub use event::{RunEvent, RunEvents};
pub use history::{Measurement, history_file};
pub use materialization::Materialization;
pub use pipeline::{Pipeline, PipelinePort};
pub use quarantine::quarantine_file;
pub use report::{Outcome, PortRun, RunReport};
pub use reproduce::Reproduction;
pub use run_all::Run;
