//! Columns, members and items.

use std::collections::HashMap;

use serde_json::Value;

use super::types::Resolved;
use super::values::{fits, type_words};
use super::{constraints, party, quality, references, types};
use crate::codes;
use crate::faults::{Faults, Pointer};
use crate::model::{Classification, DataType, Property, Transform};
use crate::raw::property::RawProperty;
use crate::shape::shown;
use crate::suggest::suggest;

/// The columns of a table, or the members of an object.
pub(super) fn properties(raw: &[RawProperty], list: &Pointer, faults: &mut Faults<'_>) -> Vec<Property> {
    let mut properties: Vec<Property> = Vec::with_capacity(raw.len());
    let mut known: HashMap<String, usize> = HashMap::with_capacity(raw.len());
    for (index, item) in raw.iter().enumerate() {
        let pointer = list.item(index);
        match item.name.as_deref() {
            None => {
                faults.error(codes::MISSING_KEY, &pointer, "the key `name` is missing");
            }
            Some("") => {
                faults.error(codes::BAD_NAME, &pointer.key("name"), "a column's name is not empty");
            }
            Some(name) if name.len() > 255 || name.contains(|c: char| c.is_control() || c == '.') => {
                faults
                    .error(
                        codes::BAD_NAME,
                        &pointer.key("name"),
                        format!("{} is not a column's name", shown(&name.into())),
                    )
                    .help("at most 255 bytes, without dots and control characters");
            }
            Some(name) => {
                let first = *known.entry(name.to_ascii_lowercase()).or_insert(index);
                if first != index {
                    let first = faults.span(&list.item(first).key("name"));
                    faults
                        .error(codes::DUPLICATE_NAME, &pointer.key("name"), format!("the column `{name}` stands twice"))
                        .label(first, "first here")
                        .help("names differ in more than upper and lower case");
                }
            }
        }
        let property = property(item, item.name.clone().unwrap_or_default(), &pointer, faults);
        explain(item, &pointer, faults);
        properties.push(property);
    }
    properties
}

/// The item of an array.
pub(super) fn item(raw: &RawProperty, pointer: &Pointer, faults: &mut Faults<'_>) -> Property {
    property(raw, raw.name.clone().unwrap_or_else(|| "element".to_owned()), pointer, faults)
}

fn property(raw: &RawProperty, name: String, pointer: &Pointer, faults: &mut Faults<'_>) -> Property {
    let Resolved { data_type, length_max } = types::resolve(raw, pointer, faults);
    let custom = party::custom(&raw.custom_properties, &pointer.key("customProperties"), faults);
    let unit = unit(&custom, (&data_type, raw.physical_type.is_some()), pointer, faults);
    let mut constraints = constraints::resolve(raw, &data_type, pointer, faults);
    constraints.length_max = match (constraints.length_max, length_max) {
        (Some(option), Some(physical)) => Some(option.min(physical)),
        (option, physical) => option.or(physical),
    };
    let quality = quality::of_property(&raw.quality, &name, &data_type, &pointer.key("quality"), faults);
    quality::fill_enumeration(&quality, &mut constraints);
    check_examples(raw, &data_type, pointer, faults);
    Property {
        physical_name: raw.physical_name.clone(),
        business_name: raw.business_name.clone(),
        description: raw.description.clone(),
        physical_type: raw.physical_type.clone(),
        required: raw.required.unwrap_or(false),
        unique: raw.unique.unwrap_or(false),
        primary_key_position: None,
        partition_position: None,
        constraints,
        quality,
        classification: classification(raw.classification.as_deref(), pointer, faults),
        unit,
        critical: raw.critical_data_element.unwrap_or(false),
        examples: raw.examples.clone(),
        tags: raw.tags.clone(),
        relationships: references::of_property(&raw.relationships, &name, &pointer.key("relationships"), faults),
        transform: transform(raw),
        definitions: party::definitions(&raw.authoritative_definitions),
        custom,
        name,
        data_type,
    }
}

fn explain(raw: &RawProperty, pointer: &Pointer, faults: &mut Faults<'_>) {
    let Some(name) = &raw.name else { return };
    let missing: Vec<&str> =
        [("description", raw.description.is_none()), ("classification", raw.classification.is_none())]
            .into_iter()
            .filter_map(|(key, missing)| missing.then_some(key))
            .collect();
    if !missing.is_empty() {
        let message = format!("`{name}` has no {}", missing.join(" and no "));
        faults
            .warning(codes::UNEXPLAINED, &pointer.key("name"), message)
            .help("who finds the data knows only what the contract says");
    }
}

fn unit(
    custom: &std::collections::BTreeMap<String, Value>,
    (data_type, physical): (&DataType, bool),
    pointer: &Pointer,
    faults: &mut Faults<'_>,
) -> Option<String> {
    let unit = custom.get("unit")?.as_str()?.to_owned();
    let currency = unit.len() == 3 && unit.bytes().all(|b| b.is_ascii_uppercase());
    if currency && matches!(data_type, DataType::Float { .. }) {
        let place = pointer.key(if physical { "physicalType" } else { "logicalType" });
        faults
            .error(codes::MONEY_AS_FLOAT, &place, format!("an amount in `{unit}` as a binary fraction loses cents"))
            .help("write `physicalType: decimal(18,2)`");
    }
    Some(unit)
}

fn classification(text: Option<&str>, pointer: &Pointer, faults: &mut Faults<'_>) -> Option<Classification> {
    let words = ["public", "internal", "confidential", "restricted"];
    let text = text?;
    match text {
        "public" => Some(Classification::Public),
        "internal" => Some(Classification::Internal),
        "confidential" => Some(Classification::Confidential),
        "restricted" => Some(Classification::Restricted),
        other => {
            let near = suggest(other, &words).map(|near| format!("did you mean `{near}`? ")).unwrap_or_default();
            faults
                .error(
                    codes::UNKNOWN_WORD,
                    &pointer.key("classification"),
                    format!("`{other}` is not a classification"),
                )
                .help(format!("{near}allowed: `public`, `internal`, `confidential`, `restricted`"));
            None
        }
    }
}

fn check_examples(raw: &RawProperty, data_type: &DataType, pointer: &Pointer, faults: &mut Faults<'_>) {
    let formatted = raw.logical_type_options.as_ref().is_some_and(|options| options.format.is_some());
    for (index, example) in raw.examples.iter().enumerate() {
        // Examples of a column with a format of its own are written in that format.
        let own_format = formatted && example.is_string() && constraints::is_temporal(data_type);
        if !own_format && !fits(data_type, example) {
            let message = format!("the example {} is not {}", shown(example), type_words(data_type));
            faults.error(codes::WRONG_VALUE_TYPE, &pointer.key("examples").item(index), message);
        }
    }
}

fn transform(raw: &RawProperty) -> Option<Transform> {
    let transform = Transform {
        sources: raw.transform_source_objects.clone(),
        logic: raw.transform_logic.clone(),
        description: raw.transform_description.clone(),
    };
    (transform != Transform::default()).then_some(transform)
}
