//! The first steps that contracts and manifests share: text, tree, shape.

use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::codes;
use crate::diagnostic::{Diagnostic, Report};
use crate::faults::Faults;
use crate::shape::{Shape, repair};
use crate::yaml::{Node, read};

/// A document that is YAML; its shape may still have faults.
pub(crate) struct Document {
    pub(crate) node: Node,
    pub(crate) value: Value,
}

/// Reads the text.
///
/// # Errors
/// The report of a text that is not one YAML document.
pub(crate) fn open(file: &str, text: &str) -> Result<Document, Report> {
    let node = read(text).map_err(|faults| Report::new(file, text, faults))?;
    let value = node.to_value();
    Ok(Document { node, value })
}

impl Document {
    /// Checks keys and shape, and fills the types of the document as written as far as that is possible.
    pub(crate) fn fill<T: DeserializeOwned>(&self, shape: &Shape, faults: &mut Faults<'_>) -> Option<T> {
        for (key, first, again) in self.node.repeated_keys() {
            let message = format!("the key `{key}` stands twice");
            faults.push(
                Diagnostic::error(codes::DUPLICATE_KEY, message, again)
                    .label(first, "first here")
                    .help("keep one of them; programs differ in which one wins"),
            );
        }
        let found = shape.check(&self.value);
        let as_it_is = found.is_empty() && !has_whole_float(&self.value);
        let repaired = (!as_it_is).then(|| {
            let mut repaired = self.value.clone();
            repair(&mut repaired, &found);
            whole_numbers(&mut repaired);
            repaired
        });
        faults.take(found);
        match T::deserialize(repaired.as_ref().unwrap_or(&self.value)) {
            Ok(raw) => Some(raw),
            Err(error) => {
                // The schema is generated from the types, so a document without faults always fills them.
                if !faults.has_errors() {
                    faults.push(Diagnostic::error(codes::WRONG_SHAPE, error.to_string(), self.node.span));
                }
                None
            }
        }
    }
}

fn has_whole_float(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().any(has_whole_float),
        Value::Object(map) => map.values().any(has_whole_float),
        Value::Number(number) => number.is_f64() && number.as_f64().is_some_and(|float| float.fract() == 0.0),
        Value::Null | Value::Bool(_) | Value::String(_) => false,
    }
}

/// `3.0` is a whole number to the schema, and so it is to the types.
fn whole_numbers(value: &mut Value) {
    match value {
        Value::Array(items) => items.iter_mut().for_each(whole_numbers),
        Value::Object(map) => map.values_mut().for_each(whole_numbers),
        Value::Number(number) => {
            let whole = number.as_f64().filter(|float| float.fract() == 0.0 && float.abs() < 9e15);
            if let Some(whole) = whole
                && number.is_f64()
                && let Ok(whole) = format!("{whole:.0}").parse::<i64>()
            {
                *value = Value::from(whole);
            }
        }
        Value::Null | Value::Bool(_) | Value::String(_) => {}
    }
}
