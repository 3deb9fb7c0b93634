//! The JSON Schema (draft 2020-12) of one row.

use serde_json::{Map, Value, json};

use crate::model::{Bound, Constraints, Contract, DataType, Property, SchemaObject};

/// What one row of a table is as a JSON object. Members that the contract does not name are allowed, as adding a column
/// is a compatible change; days and times are text in their ISO 8601 form, decimals are numbers.
#[must_use]
pub fn json_schema(contract: &Contract, object: &SchemaObject) -> Value {
    let mut schema = Map::new();
    schema.insert("$schema".to_owned(), "https://json-schema.org/draft/2020-12/schema".into());
    schema.insert(
        "$id".to_owned(),
        format!("urn:fince:row:{}.{}:{}", contract.domain, object.name, contract.version).into(),
    );
    schema.insert("title".to_owned(), format!("{}.{}", contract.domain, object.name).into());
    if let Some(description) = &object.description {
        schema.insert("description".to_owned(), description.as_str().into());
    }
    schema.insert("x-contract-id".to_owned(), contract.id.as_str().into());
    schema.insert("x-contract-version".to_owned(), contract.version.to_string().into());
    schema.insert("x-contract-hash".to_owned(), contract.hash.as_str().into());
    schema.insert("type".to_owned(), "object".into());
    members(&object.properties, &mut schema);
    Value::Object(schema)
}

fn members(properties: &[Property], schema: &mut Map<String, Value>) {
    let named: Map<String, Value> =
        properties.iter().map(|property| (property.name.clone(), Value::Object(column(property)))).collect();
    let required: Vec<&str> =
        properties.iter().filter(|property| property.required).map(|property| property.name.as_str()).collect();
    schema.insert("properties".to_owned(), Value::Object(named));
    schema.insert("required".to_owned(), json!(required));
}

fn column(property: &Property) -> Map<String, Value> {
    let mut schema = Map::new();
    let word = type_word(&property.data_type);
    schema.insert("type".to_owned(), if property.required { json!(word) } else { json!([word, "null"]) });
    if let Some(name) = &property.business_name {
        schema.insert("title".to_owned(), name.as_str().into());
    }
    if let Some(description) = &property.description {
        schema.insert("description".to_owned(), description.as_str().into());
    }
    by_type(property, &mut schema);
    limits(property, &mut schema);
    if let Some(classification) = property.classification {
        schema.insert("x-classification".to_owned(), classification.as_str().into());
    }
    if let Some(unit) = &property.unit {
        schema.insert("x-unit".to_owned(), unit.as_str().into());
    }
    if !property.examples.is_empty() {
        schema.insert("examples".to_owned(), json!(property.examples));
    }
    schema
}

fn type_word(data_type: &DataType) -> &'static str {
    match data_type {
        DataType::String | DataType::Binary | DataType::Date | DataType::Timestamp { .. } | DataType::Time => "string",
        DataType::Integer { .. } => "integer",
        DataType::Decimal { scale: 0, .. } => "integer",
        DataType::Decimal { .. } | DataType::Float { .. } => "number",
        DataType::Boolean => "boolean",
        DataType::Object(_) => "object",
        DataType::Array(_) => "array",
    }
}

/// What the type alone says. `format` is only an annotation to most validators, so days and times have a pattern too.
fn by_type(property: &Property, schema: &mut Map<String, Value>) {
    const CLOCK: &str = r"([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](\.[0-9]{1,6})?";
    const DAY: &str = "[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])";
    let mut temporal = |format: &str, pattern: String| {
        schema.insert("format".to_owned(), format.into());
        schema.insert("pattern".to_owned(), pattern.into());
    };
    match &property.data_type {
        DataType::Date => temporal("date", format!("^{DAY}$")),
        DataType::Timestamp { utc: true } => {
            temporal("date-time", format!("^{DAY}[T ]{CLOCK}(Z|[+-][0-9]{{2}}:?[0-9]{{2}})$"));
        }
        DataType::Timestamp { utc: false } => {
            schema.insert("pattern".to_owned(), format!("^{DAY}[T ]{CLOCK}$").into());
        }
        DataType::Time => temporal("time", format!("^{CLOCK}$")),
        DataType::Binary => {
            schema.insert("contentEncoding".to_owned(), "base64".into());
        }
        DataType::Object(inner) => members(inner, schema),
        DataType::Array(item) => {
            schema.insert("items".to_owned(), Value::Object(column(item)));
        }
        _ => {}
    }
}

fn limits(property: &Property, schema: &mut Map<String, Value>) {
    let Constraints { enumeration, pattern, length_min, length_max, items_min, items_max, .. } = &property.constraints;
    if !enumeration.is_empty() {
        let mut allowed = enumeration.clone();
        if !property.required {
            allowed.push(Value::Null);
        }
        schema.insert("enum".to_owned(), Value::Array(allowed));
    }
    let text = matches!(property.data_type, DataType::String);
    if let Some(pattern) = pattern.as_ref().filter(|_| text) {
        // A contract's pattern holds for the whole text, a JSON Schema's for any part of it.
        schema.insert("pattern".to_owned(), format!("^(?:{pattern})$").into());
    }
    let counts = [("minLength", length_min), ("maxLength", length_max)].into_iter().filter(|_| text);
    for (key, count) in counts.chain([("minItems", items_min), ("maxItems", items_max)]) {
        if let Some(count) = count {
            schema.insert(key.to_owned(), (*count).into());
        }
    }
    if property.constraints.items_unique {
        schema.insert("uniqueItems".to_owned(), true.into());
    }
    ranges(property, schema);
}

fn ranges(property: &Property, schema: &mut Map<String, Value>) {
    let (low, high) = match property.data_type {
        DataType::Integer { bits: 8 } => (Some(i64::from(i8::MIN)), Some(i64::from(i8::MAX))),
        DataType::Integer { bits: 16 } => (Some(i64::from(i16::MIN)), Some(i64::from(i16::MAX))),
        DataType::Integer { bits: 32 } => (Some(i64::from(i32::MIN)), Some(i64::from(i32::MAX))),
        _ => (None, None),
    };
    let mut end = |bound: &Option<Bound>, of_type: Option<i64>, inclusive: &str, exclusive: &str| {
        match bound {
            Some(bound) if bound.value.is_number() => {
                let key = if bound.exclusive { exclusive } else { inclusive };
                schema.insert(key.to_owned(), bound.value.clone());
            }
            // JSON Schema compares numbers only.
            Some(bound) => {
                let key = if bound.exclusive { exclusive } else { inclusive };
                schema.insert(format!("x-{key}"), bound.value.clone());
            }
            None => {
                if let Some(limit) = of_type {
                    schema.insert(inclusive.to_owned(), limit.into());
                }
            }
        }
    };
    end(&property.constraints.minimum, low, "minimum", "exclusiveMinimum");
    end(&property.constraints.maximum, high, "maximum", "exclusiveMaximum");
}

#[cfg(test)]
mod tests {
    use super::super::tests::{EVERY_KIND, contract};
    use super::*;

    fn validator() -> jsonschema::Validator {
        let contract = contract(EVERY_KIND);
        jsonschema::validator_for(&json_schema(&contract, &contract.objects[0])).expect("a schema")
    }

    fn row() -> Value {
        json!({
            "id": 1, "tiny": -128, "amount": 12.5, "ratio": 0.1, "half": null, "select \"x\"": true, "day": "2024-02-29",
            "at": "2024-02-29T10:00:00Z", "local_at": "2024-02-29 10:00:00.5", "clock": "23:59:59", "raw": "AAE=",
            "code": "EUR", "kind": null, "address": {"city": "Bonn", "floors": [1, null]},
            "lines": [{"price": 1.25}], "more": "than the contract says"
        })
    }

    #[test]
    fn every_kind_has_its_schema() {
        let contract = contract(EVERY_KIND);
        insta::assert_snapshot!(format!("{:#}", json_schema(&contract, &contract.objects[0])));
    }

    #[test]
    fn a_row_is_held_to_everything_the_contract_says() {
        let validator = validator();
        assert!(validator.is_valid(&row()), "{:?}", validator.validate(&row()));
        for (pointer, bad) in [
            ("/id", json!(0)),
            ("/id", json!(null)),
            ("/id", json!(1.5)),
            ("/tiny", json!(128)),
            ("/amount", json!(0)),
            ("/amount", json!(1000.51)),
            ("/select \"x\"", json!("yes")),
            ("/day", json!("29.02.2024")),
            ("/at", json!("2024-02-29T10:00:00")),
            ("/clock", json!("24:00:00")),
            ("/code", json!("EURO")),
            ("/code", json!("aEUR")),
            ("/kind", json!("b")),
            ("/address/city", json!(null)),
            ("/address/floors/0", json!("first")),
            ("/lines", json!([])),
            ("/lines/0/price", json!("1")),
        ] {
            let mut row = row();
            *row.pointer_mut(pointer).expect("a place") = bad.clone();
            assert!(!validator.is_valid(&row), "{pointer} {bad}");
        }
    }
}
