//! What a rule looks at.

use serde_json::Value;

use crate::faults::Pointer;
use crate::model::{Contract, DataType, Property, SchemaObject};

/// One contract, as resolved and as written, and the others that were given with it.
pub(super) struct Subject<'a> {
    pub(super) contract: &'a Contract,
    pub(super) document: &'a Value,
    pub(super) others: Vec<&'a Contract>,
    /// Every column and nested member, in the order of the text.
    pub(super) columns: Vec<Column<'a>>,
}

/// A column, or a member of a nested one.
pub(super) struct Column<'a> {
    pub(super) object: &'a SchemaObject,
    pub(super) property: &'a Property,
    pub(super) pointer: Pointer,
    /// The column as written.
    pub(super) written: &'a Value,
    /// `loans.term`, `customers.address.city`.
    pub(super) path: String,
}

impl<'a> Subject<'a> {
    pub(super) fn new(contract: &'a Contract, document: &'a Value, others: Vec<&'a Contract>) -> Self {
        let mut columns = Vec::new();
        for (pointer, object) in objects(contract) {
            let written = document.pointer(&pointer.to_string()).unwrap_or(&Value::Null);
            collect(object, &object.properties, (&pointer, &object.name, written), &mut columns);
        }
        Self { contract, document, others, columns }
    }

    /// The tables with their places.
    pub(super) fn objects(&self) -> impl Iterator<Item = (Pointer, &'a SchemaObject)> {
        objects(self.contract)
    }

    /// The contract's own keys, of which the first that is there is a place to report at.
    pub(super) fn place(&self, keys: &[&str]) -> Pointer {
        let there = keys.iter().find(|key| self.document.get(**key).is_some());
        Pointer::default().key(there.copied().unwrap_or("id"))
    }
}

fn objects(contract: &Contract) -> impl Iterator<Item = (Pointer, &SchemaObject)> {
    let list = Pointer::default().key("schema");
    contract.objects.iter().enumerate().map(move |(index, object)| (list.item(index), object))
}

fn collect<'a>(
    object: &'a SchemaObject,
    properties: &'a [Property],
    (owner, path, written): (&Pointer, &str, &'a Value),
    columns: &mut Vec<Column<'a>>,
) {
    let list = owner.key("properties");
    let written = written.get("properties").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    for (index, property) in properties.iter().enumerate() {
        let pointer = list.item(index);
        let path = format!("{path}.{}", property.name);
        let written = written.get(index).unwrap_or(&Value::Null);
        let nested_at = nests(&property.data_type).then(|| (pointer.clone(), path.clone()));
        columns.push(Column { object, property, pointer, written, path });
        if let Some((pointer, path)) = nested_at {
            nested(object, &property.data_type, (&pointer, &path, written), columns);
        }
    }
}

fn nests(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Object(_) | DataType::Array(_))
}

fn nested<'a>(
    object: &'a SchemaObject,
    data_type: &'a DataType,
    (pointer, path, written): (&Pointer, &str, &'a Value),
    columns: &mut Vec<Column<'a>>,
) {
    match data_type {
        DataType::Object(members) => collect(object, members, (pointer, path, written), columns),
        // The item has no name that anyone could be told; its members have.
        DataType::Array(item) => {
            let written = written.get("items").unwrap_or(&Value::Null);
            nested(object, &item.data_type, (&pointer.key("items"), path, written), columns);
        }
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
