//! The identity of a document's content.

use serde_json::Value;
use sha2::{Digest, Sha256};

use crate::model::ContractHash;

impl ContractHash {
    /// The hash of a document: white space, comments, key order and the spelling of numbers do not change it.
    #[must_use]
    pub fn of(document: &Value) -> Self {
        let mut text = String::new();
        write(document, &mut text);
        let digest = Sha256::digest(text.as_bytes());
        let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
        Self(format!("sha256:{hex}"))
    }
}

fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(map) => {
            let mut keys: Vec<_> = map.iter().collect();
            keys.sort_by_key(|(key, _)| *key);
            text.push('{');
            for (index, (key, value)) in keys.into_iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                text.push_str(&Value::from(key.as_str()).to_string());
                text.push(':');
                write(value, text);
            }
            text.push('}');
        }
        Value::Array(items) => {
            text.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    text.push(',');
                }
                write(item, text);
            }
            text.push(']');
        }
        Value::Number(number) => match number.as_f64() {
            // Whole numbers that a double holds exactly: `2`, `2.0` and `2e0` are one number.
            Some(float) if !number.is_i64() && !number.is_u64() && float.fract() == 0.0 && float.abs() < 9e15 => {
                text.push_str(&format!("{float:.0}"));
            }
            _ => text.push_str(&number.to_string()),
        },
        Value::Null | Value::Bool(_) | Value::String(_) => text.push_str(&value.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn order_and_number_spelling_do_not_matter_and_content_does() {
        let hash = ContractHash::of(&json!({"a": 1, "b": {"x": 2.0, "y": [true, null]}}));
        assert_eq!(hash, ContractHash::of(&json!({"b": {"y": [true, null], "x": 2}, "a": 1.0})));
        assert_ne!(hash, ContractHash::of(&json!({"a": 1, "b": {"x": 2.5, "y": [true, null]}})));
        assert_ne!(hash, ContractHash::of(&json!({"a": "1", "b": {"x": 2, "y": [true, null]}})));
        insta::assert_snapshot!(ContractHash::of(&json!({})), @"sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a");
    }
}
