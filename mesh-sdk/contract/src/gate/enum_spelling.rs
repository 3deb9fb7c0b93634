//! A list of allowed values has each value once.

use super::Rule;
use super::found::Found;
use super::subject::Subject;
use crate::Code;
use crate::diagnostic::Severity;
use crate::faults::Pointer;
use serde_json::Value;

pub(super) const RULE: Rule = Rule {
    code: Code(116),
    name: "enum-spelling",
    title: "one value in two spellings",
    severity: Severity::Error,
    check,
};

fn check(subject: &Subject<'_>, found: &mut Found) {
    for column in &subject.columns {
        if let Some(Value::Array(items)) = column.written.get("enum") {
            let list = column.pointer.key("enum");
            let values = items.iter().enumerate();
            let values = values.filter_map(|(at, item)| Some((list.item(at).key("value"), item.get("value")?)));
            judge(values, &column.path, found);
        }
        for (at, rule) in column.written.get("quality").and_then(Value::as_array).into_iter().flatten().enumerate() {
            if let Some(Value::Array(items)) = rule.get("arguments").and_then(|given| given.get("validValues")) {
                let list = column.pointer.key("quality").item(at).key("arguments").key("validValues");
                judge(items.iter().enumerate().map(|(at, item)| (list.item(at), item)), &column.path, found);
            }
        }
    }
}

fn judge<'a>(values: impl Iterator<Item = (Pointer, &'a Value)>, path: &str, found: &mut Found) {
    let mut seen: std::collections::HashMap<String, (Pointer, &Value)> = std::collections::HashMap::new();
    for (pointer, value) in values {
        let plain = match value {
            Value::String(text) => text.split_whitespace().collect::<Vec<_>>().join(" ").to_lowercase(),
            other => other.to_string(),
        };
        if let Some((first, same)) = seen.get(&plain) {
            let message = match (same, value) {
                (same, value) if *same == value => format!("the value {} stands twice", crate::shape::shown(value)),
                (same, value) => {
                    let (same, value) = (crate::shape::shown(same), crate::shape::shown(value));
                    format!("the values {same} and {value} differ only in case or blanks")
                }
            };
            found.again((first.clone(), pointer), path, message, "keep one spelling, and bring the data to it");
        } else {
            seen.insert(plain, (pointer, value));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::gate::tests::{breaks, keeps};

    #[test]
    fn values_differ_in_more_than_case_and_blanks() {
        breaks("FC-0116", "validValues: [A, B]", "validValues: [A, B, a]", "a");
        breaks("FC-0116", "validValues: [A, B]", "validValues: [A, B, ' A ']", "' A '");
        breaks("FC-0116", "validValues: [A, B]", "validValues: [A, B, A]", "A");
        keeps("FC-0116", "validValues: [A, B]", "validValues: [A, B, AB]");
        let newer = |values: &str| format!("enum: [{values}] # validValues");
        let column = "quality: [{metric: invalidValues, arguments: {validValues: [A, B]}, mustBe: 0}]";
        breaks(
            "FC-0116",
            column,
            &format!("{}\n       ", newer("{value: 'Charged Off'}, {value: charged  off}")),
            "charged  off",
        );
        keeps("FC-0116", column, &format!("{}\n       ", newer("{value: Charged Off}, {value: Charged}")));
    }
}
