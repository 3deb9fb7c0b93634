//! What a rule looks at.

use serde_json::Value;

use crate::faults::Pointer;
use crate::model::{Contract, DataType, Property, SchemaObject};

/// One contract, as resolved and as written, and the others that were given with it.
pub(super) struct Subject<'a> {
    pub(super) contract: &'a Contract,
    pub(super) document: &'a Value,
    pub(super) others: Vec<&'a Contract>,
}

/// A column, or a member of a nested one.
pub(super) struct Column<'a> {
    pub(super) object: &'a SchemaObject,
    pub(super) property: &'a Property,
    pub(super) pointer: Pointer,
    /// `loans.term`, `customers.address.city`.
    pub(super) path: String,
}

impl<'a> Subject<'a> {
    /// The tables with their places.
    pub(super) fn objects(&self) -> impl Iterator<Item = (Pointer, &'a SchemaObject)> {
        let list = Pointer::default().key("schema");
        self.contract.objects.iter().enumerate().map(move |(index, object)| (list.item(index), object))
    }

    /// Every column and nested member, in the order of the text.
    pub(super) fn columns(&self) -> Vec<Column<'a>> {
        let mut columns = Vec::new();
        for (pointer, object) in self.objects() {
            collect(object, &object.properties, (&pointer, &object.name), &mut columns);
        }
        columns
    }

    /// The contract's own keys, of which the first that is there is a place to report at.
    pub(super) fn place(&self, keys: &[&str]) -> Pointer {
        let there = keys.iter().find(|key| self.document.get(**key).is_some());
        Pointer::default().key(there.copied().unwrap_or("id"))
    }

    /// What is written at a place.
    pub(super) fn written(&self, pointer: &Pointer) -> Option<&'a Value> {
        self.document.pointer(&pointer.to_string())
    }
}

fn collect<'a>(
    object: &'a SchemaObject,
    properties: &'a [Property],
    (owner, path): (&Pointer, &str),
    columns: &mut Vec<Column<'a>>,
) {
    for (index, property) in properties.iter().enumerate() {
        let pointer = owner.key("properties").item(index);
        let path = format!("{path}.{}", property.name);
        columns.push(Column { object, property, pointer: pointer.clone(), path: path.clone() });
        nested(object, &property.data_type, (&pointer, &path), columns);
    }
}

fn nested<'a>(
    object: &'a SchemaObject,
    data_type: &'a DataType,
    (pointer, path): (&Pointer, &str),
    columns: &mut Vec<Column<'a>>,
) {
    match data_type {
        DataType::Object(members) => collect(object, members, (pointer, path), columns),
        // The item has no name that anyone could be told; its members have.
        DataType::Array(item) => nested(object, &item.data_type, (&pointer.key("items"), path), columns),
        _ => {}
    }
}

impl Column<'_> {
    /// Where its name stands.
    pub(super) fn name(&self) -> Pointer {
        self.pointer.key("name")
    }
}

/// Whether a text is there and says something.
pub(super) fn says_something(text: Option<&String>) -> bool {
    text.is_some_and(|text| !text.trim().is_empty())
}
