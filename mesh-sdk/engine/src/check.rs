//! Checks: every rule that a contract states, run on data before it is published.
//!
//! Column rules become counters of one aggregate over the data; each key and each set of columns that must not repeat
//! takes one grouping; each `sql` rule takes its own query, which may compare the port with what it is made of. Only what
//! failed is looked at again, for sample keys.

mod bound;
mod column_rules;
mod engine;
mod error;
mod expectation;
mod object_rules;
mod pattern;
mod report;
mod row_rules;
mod rule;
mod samples;
mod service_level;
mod sql_rule;

pub use engine::{Given, check, check_contract, names_sources};
pub use error::CheckError;
pub use report::{CheckReport, RuleKind, RuleOutcome};
pub use row_rules::breaks_a_rule;
