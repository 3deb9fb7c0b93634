//! A rule ready to run.

use datafusion::prelude::Expr;
use mesh_contract::model::{Expectation, Severity};

use super::report::RuleKind;

/// One rule: what to measure and what the measure must be.
#[derive(Clone, Debug)]
pub(super) struct Rule {
    pub(super) name: String,
    pub(super) kind: RuleKind,
    pub(super) column: Option<String>,
    pub(super) severity: Severity,
    pub(super) expectation: Option<Expectation>,
    pub(super) percent: bool,
    /// What the data must be, in words.
    pub(super) expected: String,
    pub(super) probe: Probe,
    /// Columns to show of failing rows when the object has no primary key.
    pub(super) shows: Vec<String>,
}

/// How to measure.
#[derive(Clone, Debug)]
pub(super) enum Probe {
    /// Rows of the table.
    Rows,
    /// Rows for which the expression is true.
    Counter(Box<Expr>),
    /// Rows that repeat an earlier row in these columns; a row with a null among them repeats nothing.
    Repeats(Vec<String>),
    /// A query that gives one number.
    Sql(String),
}

impl Rule {
    /// A rule that no row may break, named after kind and column.
    pub(super) fn none_may(kind: RuleKind, word: &str, column: &str, expected: String, failing: Expr) -> Self {
        Self {
            name: format!("{word}({column})"),
            kind,
            column: Some(column.to_owned()),
            severity: Severity::Error,
            expectation: Some(Expectation::Equal(0.0)),
            percent: false,
            expected,
            probe: Probe::Counter(Box::new(failing)),
            shows: vec![column.to_owned()],
        }
    }
}
