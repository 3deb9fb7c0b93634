//! Schema objects.

use super::contract::newer_key;
use super::{keys, party, property, quality, references};
use crate::codes;
use crate::faults::{Faults, Pointer};
use crate::model::SchemaObject;
use crate::raw::property::{RawObject, RawProperty};

pub(super) fn objects(raw: &[RawObject], pointer: &Pointer, faults: &mut Faults<'_>) -> Vec<SchemaObject> {
    let mut objects: Vec<SchemaObject> = Vec::new();
    for (index, item) in raw.iter().enumerate() {
        let pointer = pointer.item(index);
        let object = object(item, &pointer, faults);
        if !object.name.is_empty() && objects.iter().any(|known| known.name.eq_ignore_ascii_case(&object.name)) {
            let message = format!("the object `{}` stands twice", object.name);
            faults.error(codes::DUPLICATE_NAME, &pointer.key("name"), message);
        }
        objects.push(object);
    }
    objects
}

fn object(raw: &RawObject, pointer: &Pointer, faults: &mut Faults<'_>) -> SchemaObject {
    let name = raw.name.clone().unwrap_or_default();
    let properties = property::properties(&raw.properties, &pointer.key("properties"), faults);
    if raw.name.is_some() && raw.description.is_none() {
        let message = format!("`{name}` has no description");
        faults.warning(codes::UNEXPLAINED, &pointer.key("name"), message).help("say what one row stands for");
    }
    let key = keys::primary(&raw.properties, &pointer.key("properties"), faults);
    let partition = keys::partition(&raw.properties, &pointer.key("properties"), faults);
    let mut object = SchemaObject {
        physical_name: raw.physical_name.clone(),
        description: raw.description.clone(),
        business_name: raw.business_name.clone(),
        granularity: raw.data_granularity_description.clone(),
        quality: quality::of_object(&raw.quality, &properties, &pointer.key("quality"), faults),
        tags: raw.tags.clone(),
        relationships: references::of_object(&raw.relationships, &name, &pointer.key("relationships"), faults),
        definitions: party::definitions(&raw.authoritative_definitions),
        custom: party::custom(&raw.custom_properties, &pointer.key("customProperties"), faults),
        name,
        properties,
    };
    for (property, (key, partition)) in object.properties.iter_mut().zip(key.into_iter().zip(partition)) {
        property.primary_key_position = key;
        property.partition_position = partition;
        property.required |= key.is_some();
    }
    object
}

/// Reports every key that needs version 3.2 of the standard.
pub(super) fn check_standard_version(objects: &[RawObject], faults: &mut Faults<'_>) {
    for (index, object) in objects.iter().enumerate() {
        let pointer = Pointer::default().key("schema").item(index);
        for (key, present) in [("synonyms", object.synonyms.is_some()), ("context", object.context.is_some())] {
            if present {
                newer_key(&pointer.key(key), key, faults);
            }
        }
        for (index, property) in object.properties.iter().enumerate() {
            check_property(property, &pointer.key("properties").item(index), faults);
        }
    }
}

fn check_property(property: &RawProperty, pointer: &Pointer, faults: &mut Faults<'_>) {
    for (key, present) in [
        ("enum", property.enumeration.is_some()),
        ("map", property.map.is_some()),
        ("semanticType", property.semantic_type.is_some()),
        ("synonyms", property.synonyms.is_some()),
    ] {
        if present {
            newer_key(&pointer.key(key), key, faults);
        }
    }
    for (index, member) in property.properties.iter().flatten().enumerate() {
        check_property(member, &pointer.key("properties").item(index), faults);
    }
    if let Some(item) = &property.items {
        check_property(item, &pointer.key("items"), faults);
    }
}
