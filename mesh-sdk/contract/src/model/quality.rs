//! Quality rules, resolved.

use serde::{Deserialize, Serialize};
use serde_json::Value;

/// One quality rule.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct QualityRule {
    /// Stable name: as written, or made from metric and column.
    pub name: String,
    /// Why it exists.
    pub description: Option<String>,
    /// ODCS `dimension`, as written.
    pub dimension: Option<String>,
    /// Whether a failure blocks the commit.
    pub severity: Severity,
    /// What is measured.
    pub measure: Measure,
    /// What the measure must be; `None` for `text` rules.
    pub expectation: Option<Expectation>,
    /// Whether the measure is a percentage of the rows.
    pub percent: bool,
}

/// What a failed rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Blocks the commit (the default).
    Error,
    /// Is reported.
    Warning,
}

/// ODCS library metrics, `sql` and `text` rules.
#[derive(Clone, Debug, PartialEq)]
pub enum Measure {
    /// Rows of the table.
    RowCount,
    /// Rows whose value is null.
    NullValues,
    /// Rows whose value is one of these (or null, when listed).
    MissingValues(Vec<Value>),
    /// Rows whose value is outside these values or does not match the pattern.
    InvalidValues {
        /// Allowed values; empty: any.
        valid: Vec<Value>,
        /// Pattern that valid text matches.
        pattern: Option<String>,
    },
    /// Rows that repeat an earlier row in these columns (empty: the rule's own column).
    DuplicateValues(Vec<String>),
    /// A query that gives one number; `${object}` and `${property}` stand for the names.
    Sql(String),
    /// Words for people; nothing to run.
    Text,
    /// Another engine's rule, kept and not run.
    Custom {
        /// Engine name.
        engine: String,
    },
}

/// ODCS `mustBe…` operators.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Expectation {
    /// `mustBe`
    Equal(f64),
    /// `mustNotBe`
    NotEqual(f64),
    /// `mustBeGreaterThan`
    Greater(f64),
    /// `mustBeGreaterOrEqualTo`
    GreaterOrEqual(f64),
    /// `mustBeLessThan`
    Less(f64),
    /// `mustBeLessOrEqualTo`
    LessOrEqual(f64),
    /// `mustBeBetween`, both ends included
    Between(f64, f64),
    /// `mustNotBeBetween`
    NotBetween(f64, f64),
}
