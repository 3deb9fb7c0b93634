//! What the checks found.

use std::fmt;

use mesh_contract::model::Severity;
use serde::{Deserialize, Serialize};

/// The outcome of every rule of a contract on one candidate.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct CheckReport {
    /// Rows that were checked.
    pub rows: u64,
    /// One entry a rule, in the order of the contract.
    pub rules: Vec<RuleOutcome>,
}

/// The outcome of one rule.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RuleOutcome {
    /// The rule's name: as written, or made of kind and column.
    pub rule: String,
    /// What it checks.
    pub kind: RuleKind,
    /// The column, or the path of a member, where the rule is about one.
    pub column: Option<String>,
    /// Whether a failure blocks the commit.
    pub severity: Severity,
    /// Whether it holds.
    pub passed: bool,
    /// What was measured; `None` when the measure gave no number.
    pub observed: Option<f64>,
    /// What it had to be, in words.
    pub expected: String,
    /// Rows that break the rule, as far as the rule is about rows.
    pub failing_rows: u64,
    /// Up to five of them by primary key, or by their values when there is no key.
    pub sample_keys: Vec<String>,
    /// What identifies the rule as it is written now: another threshold makes another version.
    #[serde(default)]
    pub version: String,
    /// Whether the measure is kept back, because it may be a value of a column that reports do not show.
    #[serde(default)]
    pub hidden: bool,
}

/// What a rule checks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
#[expect(missing_docs, reason = "each is the ODCS word for it")]
pub enum RuleKind {
    Required,
    Unique,
    PrimaryKey,
    Enum,
    Pattern,
    Length,
    Minimum,
    Maximum,
    MultipleOf,
    Items,
    RowCount,
    NullValues,
    MissingValues,
    InvalidValues,
    DuplicateValues,
    Sql,
    Freshness,
    Retention,
}

impl CheckReport {
    /// Whether nothing forbids the commit: warnings do not.
    #[must_use]
    pub fn passed(&self) -> bool {
        self.blocking().next().is_none()
    }

    /// The failed rules that forbid the commit.
    pub fn blocking(&self) -> impl Iterator<Item = &RuleOutcome> {
        self.failed().filter(|outcome| outcome.severity == Severity::Error)
    }

    /// All failed rules.
    pub fn failed(&self) -> impl Iterator<Item = &RuleOutcome> {
        self.rules.iter().filter(|outcome| !outcome.passed)
    }
}

impl fmt::Display for CheckReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let failed = self.failed().count();
        if failed == 0 {
            return write!(f, "{} of {} rules hold on {} rows", self.rules.len(), self.rules.len(), self.rows);
        }
        write!(f, "{failed} of {} rules failed on {} rows", self.rules.len(), self.rows)?;
        for outcome in self.failed() {
            write!(f, "\n  {outcome}")?;
        }
        Ok(())
    }
}

impl fmt::Display for RuleOutcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mark = match (self.passed, self.severity) {
            (true, _) => "ok",
            (false, Severity::Warning) => "warning",
            (false, Severity::Error) => "failed",
        };
        write!(f, "{mark}: {}: expected {}", self.rule, self.expected)?;
        match self.observed {
            Some(observed) => write!(f, ", found {observed}")?,
            None if self.hidden => write!(f, ", found what is not shown")?,
            None => write!(f, ", found no number")?,
        }
        if self.failing_rows > 0 {
            let rows = if self.failing_rows == 1 { "row" } else { "rows" };
            write!(f, "; {} {rows}", self.failing_rows)?;
        }
        if !self.sample_keys.is_empty() {
            write!(f, ": {}", self.sample_keys.join("; "))?;
        }
        Ok(())
    }
}
