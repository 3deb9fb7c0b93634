//! A contract in the forms that other tools read: all pure functions of the resolved contract.
//!
//! Arrow's binary form (IPC) needs Arrow's writer, which this room does not link; its schema is [`crate::arrow::schema`].

mod arrow_json;
mod ddl;
mod delta;
mod html;
mod json_schema;
mod literal;
mod markdown;
mod page;

use crate::Code;
use crate::codes;
use crate::model::{Contract, SchemaObject};

pub use arrow_json::arrow_json;
pub use ddl::{Dialect, ddl};
pub use delta::delta;
pub use html::html;
pub use json_schema::json_schema;
pub use markdown::markdown;

/// Why a contract cannot take a form.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ExportError {
    /// The form describes one table, and the contract has several or none.
    #[error("this form describes one table, and the contract has {}", .0.len())]
    NotOneObject(Vec<String>),
    /// No table has the name asked for.
    #[error("the contract has no table `{0}`")]
    UnknownObject(String, Vec<String>),
}

impl ExportError {
    /// Its stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        codes::NOT_ONE_TABLE
    }

    /// What to do.
    #[must_use]
    pub fn help(&self) -> String {
        let (Self::NotOneObject(names) | Self::UnknownObject(_, names)) = self;
        if names.is_empty() {
            return "describe the table under `schema`".to_owned();
        }
        let names: Vec<String> = names.iter().map(|name| format!("`{name}`")).collect();
        format!("name one of its tables: {}", names.join(", "))
    }
}

/// The table that a form of one table describes: the one named, or the only one.
///
/// # Errors
/// When none has that name, or none is named and there is not exactly one.
pub fn one_object<'a>(contract: &'a Contract, name: Option<&str>) -> Result<&'a SchemaObject, ExportError> {
    let names = || contract.objects.iter().map(|object| object.name.clone()).collect();
    match (name, contract.objects.as_slice()) {
        (None, [object]) => Ok(object),
        (None, _) => Err(ExportError::NotOneObject(names())),
        (Some(name), objects) => objects
            .iter()
            .find(|object| object.name == name)
            .ok_or_else(|| ExportError::UnknownObject(name.to_owned(), names())),
    }
}

#[cfg(test)]
pub(crate) mod tests {
    use crate::model::Contract;

    /// A contract of one table `things` with these columns, each a YAML flow mapping.
    pub(crate) fn contract(columns: &[&str]) -> Contract {
        let mut text = String::from(
            "apiVersion: v3.2.0\nkind: DataContract\nid: urn:test:things\nname: Things\nversion: 1.2.0\nstatus: active\n\
             domain: test\ndescription: {purpose: Test}\nschema:\n  - name: things\n    physicalType: table\n    \
             description: Things of a test\n    properties:\n",
        );
        for column in columns {
            text.push_str(&format!("      - {column}\n"));
        }
        Contract::parse("things.odcs.yaml", &text).unwrap_or_else(|report| panic!("{report}"))
    }

    /// A column of each kind.
    pub(crate) const EVERY_KIND: &[&str] = &[
        "{name: id, logicalType: integer, physicalType: bigint, primaryKey: true, primaryKeyPosition: 1, required: true, unique: true, description: 'It''s an identity', classification: internal, logicalTypeOptions: {minimum: 1}}",
        "{name: tiny, logicalType: integer, physicalType: tinyint, description: t}",
        "{name: amount, logicalType: number, physicalType: 'decimal(18,2)', description: 'Money', logicalTypeOptions: {exclusiveMinimum: 0, maximum: 1000.5}, customProperties: [{property: unit, value: EUR}]}",
        "{name: ratio, logicalType: number, physicalType: double, description: r}",
        "{name: half, logicalType: number, physicalType: real, description: r}",
        "{name: 'select \"x\"', logicalType: boolean, required: true, description: 'an odd name'}",
        "{name: day, logicalType: date, description: d, logicalTypeOptions: {minimum: '2020-01-01'}}",
        "{name: at, logicalType: timestamp, physicalType: timestamp_tz, description: a, unique: true}",
        "{name: local_at, logicalType: timestamp, physicalType: timestamp_ntz, description: l}",
        "{name: clock, logicalType: time, description: c}",
        "{name: raw, logicalType: string, physicalType: binary, description: b}",
        "{name: code, logicalType: string, physicalType: varchar(3), required: true, description: c, logicalTypeOptions: {pattern: '[A-Z]{3}|X', minLength: 1}}",
        "{name: kind, logicalType: string, description: k, enum: [{value: a}, {value: \"it's\"}]}",
        "{name: address, logicalType: object, description: o, properties: [{name: city, logicalType: string, required: true, description: c}, {name: floors, logicalType: array, description: f, items: {logicalType: integer, physicalType: int}}]}",
        "{name: lines, logicalType: array, required: true, description: l, logicalTypeOptions: {minItems: 1, maxItems: 9}, items: {logicalType: object, properties: [{name: price, logicalType: number, physicalType: 'decimal(9,2)', description: p}]}}",
    ];
}
