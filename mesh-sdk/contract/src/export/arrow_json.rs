//! An Arrow schema as JSON, in the form that Arrow's integration tests share over all languages.

use std::collections::HashMap;

use arrow_schema::{DataType, Field, Schema, TimeUnit};
use serde_json::{Value, json};

/// `{"fields":[{"name","nullable","type","children","metadata"}],"metadata":[{"key","value"}]}`; metadata in the order of
/// its keys, so that one schema has one text.
#[must_use]
pub fn arrow_json(schema: &Schema) -> Value {
    let fields: Vec<Value> = schema.fields().iter().map(|member| field(member)).collect();
    json!({ "fields": fields, "metadata": metadata(schema.metadata()) })
}

fn field(member: &Field) -> Value {
    json!({
        "name": member.name(),
        "nullable": member.is_nullable(),
        "type": data_type(member.data_type()),
        "children": children(member.data_type()),
        "metadata": metadata(member.metadata()),
    })
}

fn children(data_type: &DataType) -> Vec<Value> {
    match data_type {
        DataType::Struct(members) => members.iter().map(|member| field(member)).collect(),
        DataType::List(item) => vec![field(item)],
        _ => Vec::new(),
    }
}

/// The types that [`crate::arrow::schema`] makes; no other reaches this.
fn data_type(data_type: &DataType) -> Value {
    let integer = |bits: u8| json!({ "name": "int", "bitWidth": bits, "isSigned": true });
    match data_type {
        DataType::Int8 => integer(8),
        DataType::Int16 => integer(16),
        DataType::Int32 => integer(32),
        DataType::Int64 => integer(64),
        DataType::Decimal128(precision, scale) => {
            json!({ "name": "decimal", "precision": precision, "scale": scale, "bitWidth": 128 })
        }
        DataType::Float32 => json!({ "name": "floatingpoint", "precision": "SINGLE" }),
        DataType::Float64 => json!({ "name": "floatingpoint", "precision": "DOUBLE" }),
        DataType::Boolean => json!({ "name": "bool" }),
        DataType::Date32 => json!({ "name": "date", "unit": "DAY" }),
        DataType::Timestamp(unit, zone) => {
            let unit = match unit {
                TimeUnit::Second => "SECOND",
                TimeUnit::Millisecond => "MILLISECOND",
                TimeUnit::Microsecond => "MICROSECOND",
                TimeUnit::Nanosecond => "NANOSECOND",
            };
            match zone {
                Some(zone) => json!({ "name": "timestamp", "unit": unit, "timezone": zone.as_ref() }),
                None => json!({ "name": "timestamp", "unit": unit }),
            }
        }
        DataType::Binary => json!({ "name": "binary" }),
        DataType::Struct(_) => json!({ "name": "struct" }),
        DataType::List(_) => json!({ "name": "list" }),
        _ => json!({ "name": "utf8" }),
    }
}

fn metadata(entries: &HashMap<String, String>) -> Vec<Value> {
    let mut entries: Vec<_> = entries.iter().collect();
    entries.sort();
    entries.into_iter().map(|(key, value)| json!({ "key": key, "value": value })).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{EVERY_KIND, contract};
    use super::*;
    use crate::arrow;

    #[test]
    fn every_kind_has_its_arrow_type() {
        let contract = contract(EVERY_KIND);
        let mut shown = arrow_json(&arrow::schema(&contract, &contract.objects[0]));
        // The metadata of every column repeats the contract's hash.
        strip(&mut shown);
        insta::assert_snapshot!(shown.to_string());
    }

    fn strip(value: &mut Value) {
        match value {
            Value::Object(map) => {
                map.shift_remove("metadata");
                map.values_mut().for_each(strip);
            }
            Value::Array(items) => items.iter_mut().for_each(strip),
            _ => {}
        }
    }
}
