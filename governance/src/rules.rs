//! Bank-wide rules: what holds for every port, whoever owns it.
//!
//! Rules are Cedar policies over the schema in `rules/rules.cedarschema`. Those in `rules/default.cedar` ship with the service
//! and always count; a bank's own only forbid, so that taking the last of them away opens nothing.

mod cases;
pub(crate) mod judge;
mod question;
mod set;

pub use cases::{Case, CaseFault, Cases};
pub use set::{RuleFault, RuleSet, Verdict};
