//! Whether a document has the shape that its JSON Schema states; the schema is the only list of keys there is.

use std::sync::LazyLock;

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{Draft, PatternOptions, ValidationError, Validator};
use serde_json::Value;

use crate::Code;
use crate::codes;
use crate::schema::{odcs_json_schema, odps_json_schema};
use crate::suggest::suggest;

/// The shape of contracts.
pub(crate) static ODCS: LazyLock<Shape> = LazyLock::new(|| Shape::new(odcs_json_schema()));
/// The shape of manifests.
pub(crate) static ODPS: LazyLock<Shape> = LazyLock::new(|| Shape::new(odps_json_schema()));

/// Something in a document that its schema does not allow.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// JSON pointer of the place.
    pub pointer: String,
    /// Stable code.
    pub code: Code,
    /// What is wrong.
    pub message: String,
    /// What to do.
    pub help: Option<String>,
    /// Whether the key rather than its value is at fault.
    pub(crate) at_key: bool,
    /// What stands in for the value so that the rest of the document can still be read.
    pub(crate) stand_in: Option<Value>,
}

/// A compiled schema.
pub(crate) struct Shape {
    schema: Value,
    validator: Result<Validator, String>,
}

impl Shape {
    fn new(schema: Value) -> Self {
        // Neither files nor addresses are fetched (the crate is built without its resolvers), and patterns run in
        // linear time: both documents and schemas may come from strangers.
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .with_pattern_options(PatternOptions::regex())
            .should_validate_formats(true)
            .build(&schema)
            .map_err(|error| error.to_string());
        Self { schema, validator }
    }

    /// Every fault, in no particular order.
    pub(crate) fn check(&self, document: &Value) -> Vec<Fault> {
        match &self.validator {
            Ok(validator) => validator.iter_errors(document).flat_map(|error| self.faults(&error)).collect(),
            Err(error) => vec![fault("", codes::WRONG_SHAPE, format!("the schema itself is not usable: {error}"))],
        }
    }

    fn faults(&self, error: &ValidationError<'_>) -> Vec<Fault> {
        let pointer = error.instance_path().as_str();
        let value = error.instance();
        match error.kind() {
            ValidationErrorKind::AdditionalProperties { unexpected } => {
                let known = self.known_keys(error.schema_path().as_str());
                unexpected.iter().map(|key| unknown_key(pointer, key, &known)).collect()
            }
            ValidationErrorKind::Required { property } => {
                let key = property.as_str().unwrap_or_default();
                vec![fault(pointer, codes::MISSING_KEY, format!("the key `{key}` is missing"))]
            }
            ValidationErrorKind::Type { kind } => vec![wrong_type(pointer, kind, value)],
            ValidationErrorKind::Enum { options } => vec![unknown_word(pointer, value, options)],
            ValidationErrorKind::AnyOf { context } | ValidationErrorKind::OneOfNotValid { context } => {
                self.best_branch(pointer, context, value)
            }
            ValidationErrorKind::Pattern { .. } => vec![unknown_version(pointer, value)],
            ValidationErrorKind::Format { format } => {
                let message = format!("{} is not a {}", shown(value), form(format));
                vec![fault(pointer, codes::BAD_FORM, message)]
            }
            ValidationErrorKind::MinItems { limit } => {
                vec![fault(pointer, codes::WRONG_SHAPE, format!("at least {limit} items are needed"))]
            }
            ValidationErrorKind::MaxItems { limit } => {
                vec![fault(pointer, codes::WRONG_SHAPE, format!("at most {limit} items are allowed"))]
            }
            ValidationErrorKind::Minimum { .. } | ValidationErrorKind::ExclusiveMinimum { .. } => {
                let message = format!("{} is too small", shown(value));
                vec![fault(pointer, codes::EMPTY_RANGE, message)]
            }
            _ => vec![fault(pointer, codes::WRONG_SHAPE, error.to_string())],
        }
    }

    /// Of alternatives, the one whose outer type the value has is what the author meant.
    fn best_branch(&self, pointer: &str, context: &[Vec<ValidationError<'static>>], value: &Value) -> Vec<Fault> {
        let wrong_outside = |error: &ValidationError<'_>| {
            matches!(error.kind(), ValidationErrorKind::Type { .. }) && error.instance_path().as_str() == pointer
        };
        match context.iter().find(|errors| !errors.iter().any(wrong_outside)) {
            Some(errors) => errors.iter().flat_map(|error| self.faults(error)).collect(),
            None => {
                let expected: Vec<String> = context
                    .iter()
                    .flatten()
                    .filter_map(|error| match error.kind() {
                        ValidationErrorKind::Type { kind } => Some(expected(kind)),
                        _ => None,
                    })
                    .collect();
                let message = format!("expected {}, found {}", expected.join(" or "), shown(value));
                let mut wrong = fault(pointer, codes::WRONG_SHAPE, message);
                wrong.stand_in = Some(Value::Null);
                vec![wrong]
            }
        }
    }

    fn known_keys(&self, schema_path: &str) -> Vec<&str> {
        let owner = schema_path.rsplit_once('/').map_or("", |(owner, _)| owner);
        self.schema
            .pointer(owner)
            .and_then(|schema| schema.get("properties"))
            .and_then(Value::as_object)
            .map(|keys| keys.keys().map(String::as_str).collect())
            .unwrap_or_default()
    }
}

/// Puts stand-ins where values of a wrong type are, so that the document can be read into its types.
pub(crate) fn repair(document: &mut Value, faults: &[Fault]) {
    for fault in faults {
        let Some(stand_in) = &fault.stand_in else { continue };
        let Some((parent, last)) = fault.pointer.rsplit_once('/') else {
            *document = Value::Object(serde_json::Map::new());
            return;
        };
        match document.pointer_mut(parent) {
            Some(Value::Object(map)) => {
                map.shift_remove(&last.replace("~1", "/").replace("~0", "~"));
            }
            Some(Value::Array(items)) => {
                if let Some(item) = last.parse::<usize>().ok().and_then(|index| items.get_mut(index)) {
                    *item = stand_in.clone();
                }
            }
            _ => {}
        }
    }
}

fn fault(pointer: &str, code: Code, message: String) -> Fault {
    Fault { pointer: pointer.to_owned(), code, message, help: None, at_key: false, stand_in: None }
}

fn unknown_key(pointer: &str, key: &str, known: &[&str]) -> Fault {
    let escaped = key.replace('~', "~0").replace('/', "~1");
    let help = match suggest(key, known) {
        Some(near) => format!("did you mean `{near}`?"),
        None => "extensions belong under `customProperties`".to_owned(),
    };
    Fault {
        help: Some(help),
        at_key: true,
        ..fault(&format!("{pointer}/{escaped}"), codes::UNKNOWN_KEY, format!("unknown key `{key}`"))
    }
}

fn wrong_type(pointer: &str, kind: &TypeKind, value: &Value) -> Fault {
    let expected = expected(kind);
    let message = format!("expected {expected}, found {}", shown(value));
    let help = match value {
        Value::Number(_) | Value::Bool(_) if expected == "text" => Some("put it in quotes".to_owned()),
        Value::String(text)
            if expected.contains("`true`") && ["yes", "no", "on", "off"].contains(&text.to_lowercase().as_str()) =>
        {
            Some("booleans are `true` and `false`".to_owned())
        }
        Value::String(_) if expected == "a list" => Some("begin each item with `- `".to_owned()),
        Value::Null => Some("give it a value, or leave the key out".to_owned()),
        _ => None,
    };
    let stand_in = match expected.as_str() {
        "text" => Value::from(""),
        "a list" => Value::Array(Vec::new()),
        "a mapping" => Value::Object(serde_json::Map::new()),
        _ => Value::from(0),
    };
    Fault { help, stand_in: Some(stand_in), ..fault(pointer, codes::WRONG_SHAPE, message) }
}

fn unknown_word(pointer: &str, value: &Value, options: &Value) -> Fault {
    let words: Vec<&str> = options.as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    let listed = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let near = value.as_str().and_then(|text| suggest(text, &words));
    let help = match near {
        Some(near) => format!("did you mean `{near}`? allowed: {listed}"),
        None => format!("allowed: {listed}"),
    };
    let message = format!("{} is not a word this key knows", shown(value));
    // A value that is not even text has been reported as such and would not fit its type.
    let stand_in = (!value.is_string()).then_some(Value::Null);
    Fault { help: Some(help), stand_in, ..fault(pointer, codes::UNKNOWN_WORD, message) }
}

fn unknown_version(pointer: &str, value: &Value) -> Fault {
    let help = if pointer == "/apiVersion" {
        "contracts are read in `v3.1.0` and `v3.2.0` of the standard, manifests in `v1.0.0` and `v1.1.0`"
    } else {
        "see the standard for the form of this key"
    };
    let message = format!("{} is not a version that can be read", shown(value));
    Fault { help: Some(help.to_owned()), ..fault(pointer, codes::UNKNOWN_WORD, message) }
}

fn expected(kind: &TypeKind) -> String {
    let names: Vec<String> = match kind {
        TypeKind::Single(single) => vec![single.to_string()],
        TypeKind::Multiple(set) => set.iter().map(|single| single.to_string()).collect(),
    };
    let words = names.iter().map(|name| match name.as_str() {
        "string" => "text",
        "object" => "a mapping",
        "array" => "a list",
        "boolean" => "`true` or `false`",
        "integer" => "a whole number",
        "number" => "a number",
        other => other,
    });
    words.collect::<Vec<_>>().join(" or ")
}

fn form(format: &str) -> &str {
    match format {
        "date" => "date of the form `2026-01-31`",
        "date-time" => "time of the form `2026-01-31T09:30:00Z`",
        other => other,
    }
}

/// A value in an error message: short, and never with line breaks.
pub(crate) fn shown(value: &Value) -> String {
    match value {
        Value::Null => "nothing".to_owned(),
        Value::String(text) => format!("`{}`", shorten(text)),
        Value::Bool(_) | Value::Number(_) => format!("`{value}`"),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "a mapping".to_owned(),
    }
}

pub(crate) fn shorten(text: &str) -> String {
    let line: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).take(61).collect();
    match line.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line,
    }
}
