//! Checks: every rule that a contract states, run on data before it is published.
//!
//! Column rules become counters of one aggregate over the data; each key and each set of columns that must not repeat
//! takes one grouping; each `sql` rule takes its own query. Only what failed is looked at again, for sample keys.

mod bound;
mod column_rules;
mod engine;
mod error;
mod expectation;
mod object_rules;
mod pattern;
mod report;
mod rule;
mod samples;
mod sql_rule;

pub use engine::check;
pub use error::CheckError;
pub use report::{CheckReport, RuleKind, RuleOutcome};
