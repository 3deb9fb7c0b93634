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
    /// How long before `now` the newest value's time was over, in minutes; both in microseconds since 1970.
    Age { newest: Box<Expr>, now: i64 },
}

impl Rule {
    /// The rule as it is written now, in twelve digits.
    pub(super) fn version(&self) -> String {
        // Moments move with the clock and columns shown are no part of a rule: the words say what is expected.
        let what = match &self.probe {
            Probe::Rows => "rows".to_owned(),
            Probe::Counter(_) | Probe::Age { .. } => String::new(),
            Probe::Repeats(columns) => columns.join(","),
            Probe::Sql(query) => query.clone(),
        };
        let severity = matches!(self.severity, Severity::Error);
        let written =
            serde_json::json!([self.name, self.kind, self.column, severity, self.percent, self.expected, what]);
        let hash = mesh_contract::model::ContractHash::of(&written).to_string();
        hash.trim_start_matches("sha256:").chars().take(12).collect()
    }

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
