//! Tests of rules: questions, and what the rules must say to them.

use std::collections::BTreeSet;

use mesh_api::RuleQuestion;
use serde::Deserialize;

use super::set::{RuleSet, Verdict};

/// A file of cases.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cases {
    /// The cases.
    pub cases: Vec<Case>,
}

/// One case.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Case {
    /// What it is about, for people.
    pub name: String,
    /// What is asked.
    pub ask: RuleQuestion,
    /// The rules that must refuse it, all of them by `@id`; none when it must be allowed.
    pub refused_by: BTreeSet<String>,
}

/// A case in which the rules say something else.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{name}: expected {}, found {}", shown(.expected), shown(.found))]
pub struct CaseFault {
    /// The case.
    pub name: String,
    /// The rules that must refuse it.
    pub expected: BTreeSet<String>,
    /// The rules that do.
    pub found: BTreeSet<String>,
}

impl Cases {
    /// The cases in which `rules` say something else than they must.
    #[must_use]
    pub fn faults(&self, rules: &RuleSet) -> Vec<CaseFault> {
        let judge = |case: &Case| {
            let found = match rules.ask(&case.ask) {
                Verdict::Allow => BTreeSet::new(),
                Verdict::Refuse(found) => found,
            };
            (found != case.refused_by).then(|| CaseFault {
                name: case.name.clone(),
                expected: case.refused_by.clone(),
                found,
            })
        };
        self.cases.iter().filter_map(judge).collect()
    }
}

fn shown(rules: &BTreeSet<String>) -> String {
    if rules.is_empty() {
        return "it to be allowed".to_owned();
    }
    format!("a refusal by {}", rules.iter().map(|rule| format!("`{rule}`")).collect::<Vec<_>>().join(", "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_case_holds_or_says_what_was_found() {
        let text = r#"{"cases": [
            {"name": "half a year", "refused_by": [], "ask": {"action": "request", "days": 183, "purposes": ["risk"],
             "principal": {"name": "omar"}, "port": {"name": "lending.loans", "classification": "restricted"}}},
            {"name": "a day more", "refused_by": [], "ask": {"action": "request", "days": 184, "purposes": ["risk"],
             "principal": {"name": "omar"}, "port": {"name": "lending.loans", "classification": "restricted"}}}
        ]}"#;
        let cases: Cases = serde_json::from_str(text).expect("cases");
        let faults = cases.faults(&RuleSet::defaults().expect("rules"));
        let told: Vec<_> = faults.iter().map(ToString::to_string).collect();
        assert_eq!(told, ["a day more: expected it to be allowed, found a refusal by `restricted-for-half-a-year`"]);
    }
}
