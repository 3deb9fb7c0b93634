//! The table of columns.

use super::{Block, Cell, shown};
use crate::model::{Bound, DataType, Property, SchemaObject};

/// Every column in order, nested members below theirs as `address.city` and `lines[].price`.
pub(super) fn table(object: &SchemaObject) -> Block {
    let mut rows = Vec::new();
    for property in &object.properties {
        row(property, &property.name, &mut rows);
    }
    let head = vec!["Column", "Type", "Unit", "Classification", "Constraints", "Description"];
    Block::Table { head, rows }
}

fn row(property: &Property, path: &str, rows: &mut Vec<Vec<Cell>>) {
    let description = match (&property.business_name, &property.description) {
        (Some(name), Some(text)) => format!("{name}: {text}"),
        (Some(words), None) | (None, Some(words)) => words.clone(),
        (None, None) => String::new(),
    };
    rows.push(vec![
        Cell::Code(path.to_owned()),
        Cell::Code(property.data_type.to_string()),
        Cell::Text(property.unit.clone().unwrap_or_default()),
        Cell::Badge(property.classification.map(|level| level.as_str().to_owned()).unwrap_or_default()),
        Cell::Codes(constraints(property)),
        Cell::Text(description),
    ]);
    match &property.data_type {
        DataType::Object(members) => nested(members, path, rows),
        DataType::Array(item) => {
            if let DataType::Object(members) = &item.data_type {
                nested(members, &format!("{path}[]"), rows);
            }
        }
        _ => {}
    }
}

fn nested(members: &[Property], path: &str, rows: &mut Vec<Vec<Cell>>) {
    for member in members {
        row(member, &format!("{path}.{}", member.name), rows);
    }
}

fn constraints(property: &Property) -> Vec<String> {
    let limits = &property.constraints;
    let mut words = Vec::new();
    if property.primary_key_position.is_some() {
        words.push("primary key".to_owned());
    }
    words.extend(property.required.then(|| "required".to_owned()));
    words.extend(property.unique.then(|| "unique".to_owned()));
    words.extend(property.critical.then(|| "critical".to_owned()));
    words.extend(property.partition_position.map(|_| "partition".to_owned()));
    if !limits.enumeration.is_empty() {
        let values: Vec<String> = limits.enumeration.iter().map(shown).collect();
        words.push(format!("one of {}", values.join(", ")));
    }
    words.extend(limits.pattern.as_ref().map(|pattern| format!("matches {pattern}")));
    words.extend(limits.format.as_ref().map(|format| format!("format {format}")));
    words.extend(range("length", limits.length_min, limits.length_max));
    words.extend(range("items", limits.items_min, limits.items_max));
    words.extend(limits.minimum.as_ref().map(|bound| end(bound, "≥", ">")));
    words.extend(limits.maximum.as_ref().map(|bound| end(bound, "≤", "<")));
    words.extend(limits.multiple_of.map(|step| format!("multiple of {step}")));
    for relationship in &property.relationships {
        words.push(format!("→ {}", relationship.to.join(", ")));
    }
    words
}

fn range(what: &str, low: Option<u64>, high: Option<u64>) -> Option<String> {
    match (low, high) {
        (Some(low), Some(high)) => Some(format!("{what} {low} to {high}")),
        (Some(low), None) => Some(format!("{what} ≥ {low}")),
        (None, Some(high)) => Some(format!("{what} ≤ {high}")),
        (None, None) => None,
    }
}

fn end(bound: &Bound, inclusive: &str, exclusive: &str) -> String {
    format!("{} {}", if bound.exclusive { exclusive } else { inclusive }, shown(&bound.value))
}
