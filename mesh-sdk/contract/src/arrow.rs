//! The Arrow schema of a contract's table: what a consumer holds explains itself.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_schema::{DataType as ArrowType, Field, Fields, Schema, SchemaRef, TimeUnit};

use crate::model::{Classification, Contract, DataType, Property, SchemaObject};

/// Metadata key: the contract's identity.
pub const CONTRACT_ID: &str = "fince.contract.id";
/// Metadata key: the contract's semantic version.
pub const CONTRACT_VERSION: &str = "fince.contract.version";
/// Metadata key: the hash of the contract's canonical form.
pub const CONTRACT_HASH: &str = "fince.contract.hash";
/// Metadata key of a schema: `domain.port`.
pub const PORT: &str = "fince.port";
/// Metadata key of a field: what it means.
pub const DESCRIPTION: &str = "fince.description";
/// Metadata key of a field: how sensitive it is.
pub const CLASSIFICATION: &str = "fince.classification";
/// Metadata key of a field: its unit.
pub const UNIT: &str = "fince.unit";

/// The Arrow schema of one object of a contract. Columns that are not required are nullable.
#[must_use]
pub fn schema(contract: &Contract, object: &SchemaObject) -> SchemaRef {
    let mut metadata = origin(contract);
    metadata.insert(PORT.to_owned(), format!("{}.{}", contract.domain, object.name));
    if let Some(description) = &object.description {
        metadata.insert(DESCRIPTION.to_owned(), description.clone());
    }
    Arc::new(Schema::new_with_metadata(fields(contract, &object.properties), metadata))
}

/// The Arrow type of a resolved type; nested fields carry the metadata of their members.
#[must_use]
pub fn data_type(contract: &Contract, data_type: &DataType) -> ArrowType {
    match data_type {
        DataType::String | DataType::Time => ArrowType::Utf8,
        DataType::Integer { bits: 8 } => ArrowType::Int8,
        DataType::Integer { bits: 16 } => ArrowType::Int16,
        DataType::Integer { bits: 32 } => ArrowType::Int32,
        DataType::Integer { .. } => ArrowType::Int64,
        // A scale is at most 38 and so fits.
        DataType::Decimal { precision, scale } => ArrowType::Decimal128(*precision, i8::try_from(*scale).unwrap_or(0)),
        DataType::Float { bits: 32 } => ArrowType::Float32,
        DataType::Float { .. } => ArrowType::Float64,
        DataType::Boolean => ArrowType::Boolean,
        DataType::Date => ArrowType::Date32,
        DataType::Timestamp { utc } => ArrowType::Timestamp(TimeUnit::Microsecond, utc.then(|| "UTC".into())),
        DataType::Binary => ArrowType::Binary,
        DataType::Object(members) => ArrowType::Struct(fields(contract, members)),
        // Delta names the item so, whatever the contract calls it.
        DataType::Array(item) => ArrowType::List(Arc::new(field(contract, item).with_name("element"))),
    }
}

fn fields(contract: &Contract, properties: &[Property]) -> Fields {
    properties.iter().map(|property| field(contract, property)).collect()
}

fn field(contract: &Contract, property: &Property) -> Field {
    let mut metadata = origin(contract);
    if let Some(description) = &property.description {
        metadata.insert(DESCRIPTION.to_owned(), description.clone());
    }
    if let Some(classification) = property.classification {
        metadata.insert(CLASSIFICATION.to_owned(), classification.as_str().to_owned());
    }
    if let Some(unit) = &property.unit {
        metadata.insert(UNIT.to_owned(), unit.clone());
    }
    Field::new(&property.name, data_type(contract, &property.data_type), !property.required).with_metadata(metadata)
}

fn origin(contract: &Contract) -> HashMap<String, String> {
    HashMap::from([
        (CONTRACT_ID.to_owned(), contract.id.clone()),
        (CONTRACT_VERSION.to_owned(), contract.version.to_string()),
        (CONTRACT_HASH.to_owned(), contract.hash.to_string()),
    ])
}

impl Classification {
    /// The word as contracts write it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Public => "public",
            Self::Internal => "internal",
            Self::Confidential => "confidential",
            Self::Restricted => "restricted",
        }
    }
}
