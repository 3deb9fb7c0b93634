//! What the standard says about the key at a place of a document.

use std::sync::LazyLock;

use serde_json::Value;

use super::{odcs_json_schema, odps_json_schema};
use crate::diagnostic::Span;
use crate::yaml::{Kind, Node, read};

static ODCS: LazyLock<Value> = LazyLock::new(odcs_json_schema);
static ODPS: LazyLock<Value> = LazyLock::new(odps_json_schema);

/// A key and what it is for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Description {
    /// The key.
    pub key: String,
    /// What the standard says about it.
    pub text: String,
    /// The words allowed as its value; empty when any are.
    pub words: Vec<String>,
    /// Where the key stands.
    pub span: Span,
}

/// One step into a document.
enum Step<'a> {
    Key(&'a str),
    Item,
}

/// The key that stands at a byte of a contract; `None` when there is none there, or the text is not YAML.
#[must_use]
pub fn describe_contract(text: &str, byte: usize) -> Option<Description> {
    describe(&ODCS, text, byte)
}

/// The key that stands at a byte of a manifest; `None` when there is none there, or the text is not YAML.
#[must_use]
pub fn describe_manifest(text: &str, byte: usize) -> Option<Description> {
    describe(&ODPS, text, byte)
}

fn describe(schema: &Value, text: &str, byte: usize) -> Option<Description> {
    let root = read(text).ok()?;
    let mut steps = Vec::new();
    let span = find(&root, byte, &mut steps)?;
    let Some(Step::Key(key)) = steps.last() else { return None };
    let mut places = vec![schema];
    for step in &steps {
        places = places.into_iter().flat_map(|place| enter(schema, place, step)).collect();
    }
    let told = places.iter().find_map(|place| place.get("description").and_then(Value::as_str))?;
    let words = places.iter().find_map(|place| place.get("enum").and_then(Value::as_array));
    let words = words.into_iter().flatten().filter_map(Value::as_str).map(str::to_owned).collect();
    Some(Description { key: (*key).to_owned(), text: told.to_owned(), words, span })
}

/// The steps to the key at a byte, and the place of that key.
fn find<'a>(node: &'a Node, byte: usize, steps: &mut Vec<Step<'a>>) -> Option<Span> {
    match &node.kind {
        Kind::List(items) => {
            steps.push(Step::Item);
            let found = items.iter().find_map(|item| find(item, byte, steps));
            if found.is_none() {
                steps.pop();
            }
            found
        }
        Kind::Map(entries) => entries.iter().find_map(|entry| {
            steps.push(Step::Key(&entry.key));
            let span = entry.key_span;
            let here = (span.start..=span.start + span.len).contains(&byte);
            let found = if here { Some(span) } else { find(&entry.value, byte, steps) };
            if found.is_none() {
                steps.pop();
            }
            found
        }),
        _ => None,
    }
}

/// The schemas of what lies one step below a schema: several where it names alternatives.
fn enter<'a>(root: &'a Value, place: &'a Value, step: &Step<'_>) -> Vec<&'a Value> {
    let mut found = Vec::new();
    let below = match step {
        Step::Key(key) => place.get("properties").and_then(|properties| properties.get(key)),
        Step::Item => place.get("items"),
    };
    found.extend(below);
    let named = place.get("$ref").and_then(Value::as_str).and_then(|name| name.strip_prefix('#'));
    let alternatives = ["anyOf", "oneOf", "allOf"].into_iter().filter_map(|key| place.get(key)?.as_array()).flatten();
    for other in named.and_then(|pointer| root.pointer(pointer)).into_iter().chain(alternatives) {
        found.extend(enter(root, other, step));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_are_described_wherever_they_stand() {
        let text = "status: active\nschema:\n  - name: t\n    properties:\n      - name: a\n        logicalType: object\n        properties:\n          - {name: b, items: {classification: x}}\n    quality: [{metric: rowCount}]\nteam:\n  members: [{role: owner}]\n";
        let at = |word: &str| describe_contract(text, text.find(word).expect("a word") + 1);
        let told = |word: &str| at(word).map(|found| (found.key, found.text));
        for (word, told_in) in [
            ("status", "Lifecycle"),
            ("logicalType", "Type."),
            ("classification", "sensitive"),
            ("metric", "Metric"),
            ("role", "owner"),
        ] {
            let (key, text) = told(word).unwrap_or_else(|| panic!("{word}"));
            assert!(key == word && text.contains(told_in), "{key}: {text}");
        }
        assert_eq!(at("status").map(|found| found.words.len()), Some(5));
        assert_eq!(told("rowCount"), None, "a value is no key");
        assert_eq!(describe_contract("a: [", 0), None);
        let (key, _) = describe_manifest("outputPorts: []\n", 3).map(|found| (found.key, found.text)).expect("a key");
        assert_eq!(key, "outputPorts");
    }
}
