//! The schema of a Delta table, as the Delta protocol writes it in `metaData.schemaString`.

use serde_json::{Map, Value, json};

use crate::arrow::{CLASSIFICATION, UNIT};
use crate::model::{DataType, Property, SchemaObject};

/// `{"type":"struct","fields":[…]}`; descriptions stand as `comment` in the fields' metadata, where engines look.
#[must_use]
pub fn delta(object: &SchemaObject) -> Value {
    structure(&object.properties)
}

fn structure(properties: &[Property]) -> Value {
    let fields: Vec<Value> = properties.iter().map(field).collect();
    json!({ "type": "struct", "fields": fields })
}

fn field(property: &Property) -> Value {
    let mut metadata = Map::new();
    if let Some(description) = &property.description {
        metadata.insert("comment".to_owned(), Value::from(description.as_str()));
    }
    if let Some(classification) = property.classification {
        metadata.insert(CLASSIFICATION.to_owned(), Value::from(classification.as_str()));
    }
    if let Some(unit) = &property.unit {
        metadata.insert(UNIT.to_owned(), Value::from(unit.as_str()));
    }
    json!({
        "name": property.name,
        "type": data_type(&property.data_type),
        "nullable": !property.required,
        "metadata": metadata,
    })
}

fn data_type(data_type: &DataType) -> Value {
    match data_type {
        // Delta has no time of day.
        DataType::String | DataType::Time => "string".into(),
        DataType::Integer { bits: 8 } => "byte".into(),
        DataType::Integer { bits: 16 } => "short".into(),
        DataType::Integer { bits: 32 } => "integer".into(),
        DataType::Integer { .. } => "long".into(),
        DataType::Decimal { precision, scale } => format!("decimal({precision},{scale})").into(),
        DataType::Float { bits: 32 } => "float".into(),
        DataType::Float { .. } => "double".into(),
        DataType::Boolean => "boolean".into(),
        DataType::Date => "date".into(),
        DataType::Timestamp { utc: true } => "timestamp".into(),
        DataType::Timestamp { utc: false } => "timestamp_ntz".into(),
        DataType::Binary => "binary".into(),
        DataType::Object(members) => structure(members),
        DataType::Array(item) => json!({
            "type": "array",
            "elementType": self::data_type(&item.data_type),
            "containsNull": !item.required,
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{EVERY_KIND, contract};
    use super::*;

    #[test]
    fn every_kind_has_its_delta_type() {
        let contract = contract(EVERY_KIND);
        insta::assert_snapshot!(format!("{:#}", delta(&contract.objects[0])));
    }
}
