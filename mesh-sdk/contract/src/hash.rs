//! The identity of a document's content.

use std::io::Write as _;

use serde_json::{Number, Value};
use sha2::{Digest, Sha256};

use crate::model::ContractHash;

impl ContractHash {
    /// The hash of a document: white space, comments, key order and the spelling of numbers do not change it.
    #[must_use]
    pub fn of(document: &Value) -> Self {
        let mut text = Text { sha: Sha256::new(), rest: Vec::with_capacity(CHUNK_LEN + 256) };
        text.value(document);
        text.sha.update(&text.rest);
        let hex: String = text.sha.finalize().iter().map(|byte| format!("{byte:02x}")).collect();
        Self(format!("sha256:{hex}"))
    }
}

/// Bytes hashed at a time.
const CHUNK_LEN: usize = 8 << 10;

/// The canonical text of a document, of which only the end is held.
struct Text {
    sha: Sha256,
    rest: Vec<u8>,
}

impl Text {
    fn value(&mut self, value: &Value) {
        if self.rest.len() >= CHUNK_LEN {
            self.sha.update(&self.rest);
            self.rest.clear();
        }
        match value {
            Value::Object(map) => {
                let mut entries: Vec<_> = map.iter().collect();
                entries.sort_unstable_by_key(|(key, _)| *key);
                self.rest.push(b'{');
                for (index, (key, value)) in entries.into_iter().enumerate() {
                    if index > 0 {
                        self.rest.push(b',');
                    }
                    self.text(key);
                    self.rest.push(b':');
                    self.value(value);
                }
                self.rest.push(b'}');
            }
            Value::Array(items) => {
                self.rest.push(b'[');
                for (index, item) in items.iter().enumerate() {
                    if index > 0 {
                        self.rest.push(b',');
                    }
                    self.value(item);
                }
                self.rest.push(b']');
            }
            Value::Number(number) => self.number(number),
            Value::Null => self.rest.extend_from_slice(b"null"),
            Value::Bool(true) => self.rest.extend_from_slice(b"true"),
            Value::Bool(false) => self.rest.extend_from_slice(b"false"),
            Value::String(text) => self.text(text),
        }
    }

    fn text(&mut self, text: &str) {
        // As JSON writes it; most texts have nothing to escape.
        if text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\') {
            self.rest.push(b'"');
            self.rest.extend_from_slice(text.as_bytes());
            self.rest.push(b'"');
        } else {
            self.rest.extend_from_slice(Value::from(text).to_string().as_bytes());
        }
    }

    fn number(&mut self, number: &Number) {
        // Writing to a vector does not fail.
        let _ = match number.as_f64() {
            // Whole numbers that a double holds exactly: `2`, `2.0` and `2e0` are one number.
            Some(float) if number.is_f64() && float.fract() == 0.0 && float.abs() < 9e15 => {
                write!(self.rest, "{float:.0}")
            }
            _ => write!(self.rest, "{number}"),
        };
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
