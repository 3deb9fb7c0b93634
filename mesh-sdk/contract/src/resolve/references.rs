//! References to columns: relationships and service levels.

use crate::codes;
use crate::faults::{Faults, Pointer};
use crate::model::{Contract, DataType, Property, Relationship, SchemaObject};
use crate::raw::property::RawRelationship;
use crate::suggest::suggest;

/// A column's own relationships: it is where they start.
pub(super) fn of_property(
    raw: &[RawRelationship],
    name: &str,
    pointer: &Pointer,
    faults: &mut Faults<'_>,
) -> Vec<Relationship> {
    let mut relationships = Vec::new();
    for (index, item) in raw.iter().enumerate() {
        if item.from.is_some() {
            let message = "a column's relationship starts at the column";
            faults
                .key_error(codes::OPTION_NOT_APPLICABLE, &pointer.item(index).key("from"), message)
                .help("leave `from` out");
        }
        let Some(to) = &item.to else { continue };
        relationships.push(Relationship { kind: kind(item), from: vec![name.to_owned()], to: to.to_vec() });
    }
    relationships
}

/// A table's relationships.
pub(super) fn of_object(
    raw: &[RawRelationship],
    object: &str,
    pointer: &Pointer,
    faults: &mut Faults<'_>,
) -> Vec<Relationship> {
    let mut relationships = Vec::new();
    for (index, item) in raw.iter().enumerate() {
        let Some(from) = &item.from else {
            faults.error(codes::MISSING_KEY, &pointer.item(index), "the key `from` is missing");
            continue;
        };
        let Some(to) = &item.to else { continue };
        let from: Vec<String> = from.to_vec().iter().map(|column| local(column, object)).collect();
        let to = to.to_vec();
        if from.len() != to.len() {
            let message = format!("`from` has {} columns and `to` has {}", from.len(), to.len());
            faults.error(codes::WRONG_SHAPE, &pointer.item(index), message).help("name them in pairs");
        }
        relationships.push(Relationship { kind: kind(item), from, to });
    }
    relationships
}

fn kind(raw: &RawRelationship) -> String {
    raw.kind.clone().unwrap_or_else(|| "foreignKey".to_owned())
}

/// `loans.loan_id` within `loans` is `loan_id`.
fn local(column: &str, object: &str) -> String {
    column.strip_prefix(object).and_then(|rest| rest.strip_prefix('.')).unwrap_or(column).to_owned()
}

/// Checks every reference into the document itself; what lies in other contracts cannot be seen from here.
pub(super) fn check(contract: &Contract, faults: &mut Faults<'_>) {
    for (index, object) in contract.objects.iter().enumerate() {
        let pointer = Pointer::default().key("schema").item(index);
        for (index, relationship) in object.relationships.iter().enumerate() {
            let pointer = pointer.key("relationships").item(index);
            for column in &relationship.from {
                check_column(object, column, &pointer.key("from"), faults);
            }
            check_targets(contract, &relationship.to, &pointer, faults);
        }
        for (index, property) in object.properties.iter().enumerate() {
            let pointer = pointer.key("properties").item(index).key("relationships");
            for (index, relationship) in property.relationships.iter().enumerate() {
                check_targets(contract, &relationship.to, &pointer.item(index), faults);
            }
        }
    }
    check_service_levels(contract, faults);
}

fn check_targets(contract: &Contract, targets: &[String], pointer: &Pointer, faults: &mut Faults<'_>) {
    for target in targets {
        // References with slashes go by identifiers and may lead into other files.
        if target.contains('/') {
            continue;
        }
        if let Some((name, column)) = target.split_once('.')
            && let Some(object) = contract.objects.iter().find(|object| object.name == name)
        {
            check_column(object, column, &pointer.key("to"), faults);
        }
    }
}

fn check_service_levels(contract: &Contract, faults: &mut Faults<'_>) {
    for (index, level) in contract.sla.iter().enumerate() {
        let pointer = Pointer::default().key("slaProperties").item(index).key("element");
        let elements = level.element.iter().flat_map(|element| element.split(','));
        for element in elements.map(str::trim) {
            let (name, column) = match element.split_once('.') {
                Some((name, column)) => (name, Some(column)),
                None => (element, None),
            };
            match (contract.objects.iter().find(|object| object.name == name), column) {
                (Some(object), Some(column)) => check_column(object, column, &pointer, faults),
                (Some(_), None) => {}
                (None, _) => {
                    let known: Vec<&str> = contract.objects.iter().map(|object| object.name.as_str()).collect();
                    unknown(&format!("there is no object `{name}`"), name, &known, &pointer, faults);
                }
            }
        }
    }
}

fn check_column(object: &SchemaObject, column: &str, pointer: &Pointer, faults: &mut Faults<'_>) {
    let mut members: &[Property] = &object.properties;
    for step in column.split('.') {
        let Some(property) = members.iter().find(|property| property.name == step) else {
            let known: Vec<&str> = members.iter().map(|property| property.name.as_str()).collect();
            unknown(&format!("`{}` has no column `{column}`", object.name), step, &known, pointer, faults);
            return;
        };
        members = match &property.data_type {
            DataType::Object(members) => members,
            _ => &[],
        };
    }
}

fn unknown(message: &str, word: &str, known: &[&str], pointer: &Pointer, faults: &mut Faults<'_>) {
    let last = faults.error(codes::UNKNOWN_COLUMN, pointer, message);
    if let Some(near) = suggest(word, known) {
        last.help(format!("did you mean `{near}`?"));
    }
}
