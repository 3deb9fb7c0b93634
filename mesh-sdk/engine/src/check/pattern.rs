//! Patterns match the whole text, as in JSON Schema's usual reading of a contract's `pattern`.

use datafusion::logical_expr::{Operator, binary_expr};
use datafusion::prelude::{Expr, lit};

/// True for text that does not match; null for null.
pub(super) fn mismatch(column: Expr, pattern: &str) -> Expr {
    binary_expr(column, Operator::RegexNotMatch, lit(format!("^(?:{pattern})$")))
}
