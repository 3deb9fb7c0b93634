//! Holds a domain's functions, called through SQL, against a table of reference values. Each domain's tests include it.

use std::collections::BTreeMap;

use mesh_sdk::function::{Decimal, Functions, answer};
use serde::Deserialize;

/// Calls asked in one query.
const CALLS: usize = 200;

/// Calls and their expected values, from one reference implementation.
#[derive(Deserialize)]
struct Reference {
    source: String,
    tolerance: String,
    /// A call in SQL, and its value; null for none.
    calls: BTreeMap<String, Option<String>>,
    /// Tables that the calls read, each a query over literals.
    given: BTreeMap<String, String>,
}

/// Panics with every call that does not agree.
pub(crate) async fn check(functions: &Functions, json: &str) {
    let references: BTreeMap<String, Reference> = serde_json::from_str(json).expect("a table of reference values");
    let mut wrong = Vec::new();
    for (name, reference) in &references {
        assert!(!reference.calls.is_empty(), "`{name}` has no calls");
        let tolerance = Decimal::from_str_exact(&reference.tolerance).expect("a tolerance");
        let given: Vec<String> = reference.given.iter().map(|(name, rows)| format!("{name} AS {rows}")).collect();
        let given = if given.is_empty() { String::new() } else { format!("WITH {} ", given.join(", ")) };
        let calls: Vec<_> = reference.calls.iter().collect();
        for some in calls.chunks(CALLS) {
            let sql = some.iter().enumerate().map(|(number, (call, _))| format!("{call} AS call_{number}"));
            let sql: Vec<String> = sql.collect();
            let answers = answer(functions, &format!("{given}SELECT {}", sql.join(", "))).await;
            let row = answers.unwrap_or_else(|error| panic!("{name}: {error}")).remove(0);
            for ((call, expected), found) in some.iter().zip(row) {
                if !agree(expected.as_deref(), found.as_deref(), tolerance) {
                    let source = &reference.source;
                    wrong.push(format!("{call}: {found:?}, and {expected:?} by {source}"));
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} calls disagree:\n{}", wrong.len(), wrong.join("\n"));
}

fn agree(expected: Option<&str>, found: Option<&str>, tolerance: Decimal) -> bool {
    let number = |text: &str| text.parse::<Decimal>();
    match (expected, found) {
        (None, None) => true,
        (Some(expected), Some(found)) => match (number(expected), number(found)) {
            (Ok(expected), Ok(found)) => (expected - found).abs() <= tolerance,
            _ => expected == found,
        },
        _ => false,
    }
}
