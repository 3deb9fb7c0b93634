//! The rules that a row breaks by itself, as one condition.

use datafusion::functions::core::expr_fn::coalesce;
use datafusion::prelude::{Expr, lit};
use mesh_contract::model::{Expectation, SchemaObject, Severity};

use super::error::CheckError;
use super::object_rules;
use super::rule::{Probe, Rule};

/// True for a row that breaks a rule that no row may break and that blocks the commit; `None` when there is no such rule.
/// A repeated key is no row's own fault, so keys are not among them.
///
/// # Errors
/// [`CheckError::Rule`] when a rule cannot be run as written.
pub fn breaks_a_rule(object: &SchemaObject) -> Result<Option<Expr>, CheckError> {
    let none_may = |rule: &Rule| {
        let none =
            matches!(rule.expectation, Some(Expectation::Equal(zero) | Expectation::LessOrEqual(zero)) if zero == 0.0);
        none && rule.severity == Severity::Error
    };
    let conditions = object_rules::rules(object)?.into_iter().filter(none_may).filter_map(|rule| match rule.probe {
        Probe::Counter(failing) => Some(coalesce(vec![*failing, lit(false)])),
        _ => None,
    });
    Ok(conditions.reduce(Expr::or))
}
