//! What is known of a dataset, and of one reading or writing of it.

use mesh_contract::model::{DataType, Property, SchemaObject};
use serde::{Deserialize, Serialize};

use super::column_lineage::ColumnLineage;
use super::facet::{Body, Facet, Others};

/// Facets of a dataset, in or out.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DatasetFacets {
    /// Its columns.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub schema: Option<Facet<Schema>>,
    /// Where its columns come from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column_lineage: Option<Facet<ColumnLineage>>,
    /// Its snapshot.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub version: Option<Facet<DatasetVersion>>,
    /// All others.
    #[serde(flatten)]
    pub other: Others,
}

/// Facets of one reading.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InputFacets {
    /// How much was read.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub input_statistics: Option<Facet<Read>>,
    /// What was checked before it was used.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_quality_assertions: Option<Facet<Assertions>>,
    /// All others.
    #[serde(flatten)]
    pub other: Others,
}

/// Facets of one writing.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutputFacets {
    /// How much was written.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub output_statistics: Option<Facet<Written>>,
    /// What was checked before it was committed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub data_quality_assertions: Option<Facet<Assertions>>,
    /// All others.
    #[serde(flatten)]
    pub other: Others,
}

/// `schema`: a dataset's columns.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schema {
    /// In order.
    #[serde(default)]
    pub fields: Vec<SchemaField>,
}

/// A column, or a member of a nested one.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct SchemaField {
    /// Its name.
    pub name: String,
    /// Its type in a word.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub data_type: Option<String>,
    /// What it means.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Its place, from 1.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ordinal_position: Option<u64>,
    /// Its members.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<SchemaField>,
}

/// `version`: which snapshot of the dataset.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct DatasetVersion {
    /// The dataset's own word for it.
    pub dataset_version: String,
}

/// `inputStatistics`: how much was read.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Read(pub Statistics);

/// `outputStatistics`: how much was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Written(pub Statistics);

/// How much.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Statistics {
    /// Rows.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub row_count: Option<u64>,
    /// Bytes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub size: Option<u64>,
    /// Files.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_count: Option<u64>,
}

/// `dataQualityAssertions`: what was checked.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Assertions {
    /// Each rule.
    #[serde(default)]
    pub assertions: Vec<TestedRule>,
}

/// A rule and whether it held.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct TestedRule {
    /// What sort of rule: `not_null`, `unique`, `row_count`, …
    pub assertion: String,
    /// Whether it held.
    pub success: bool,
    /// The column, when it is about one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// `error` forbids the commit, `warn` does not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub severity: Option<String>,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// What it checks, in words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// What the measure had to be.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub expected: Option<String>,
    /// What it was.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actual: Option<String>,
}

impl Schema {
    /// The columns of a contract's table.
    #[must_use]
    pub fn of(object: &SchemaObject) -> Self {
        Self { fields: fields(&object.properties) }
    }
}

fn fields(properties: &[Property]) -> Vec<SchemaField> {
    let placed = properties.iter().zip(1_u64..);
    placed.map(|(property, place)| SchemaField { ordinal_position: Some(place), ..field(property) }).collect()
}

fn field(property: &Property) -> SchemaField {
    SchemaField {
        name: property.name.clone(),
        data_type: Some(property.data_type.to_string()),
        description: property.description.clone(),
        ordinal_position: None,
        fields: members(&property.data_type),
    }
}

fn members(data_type: &DataType) -> Vec<SchemaField> {
    match data_type {
        DataType::Object(properties) => fields(properties),
        DataType::Array(item) => members(&item.data_type),
        _ => Vec::new(),
    }
}

impl Body for Schema {
    const SCHEMA_URL: &'static str =
        "https://openlineage.io/spec/facets/1-2-0/SchemaDatasetFacet.json#/$defs/SchemaDatasetFacet";
}

impl Body for DatasetVersion {
    const SCHEMA_URL: &'static str =
        "https://openlineage.io/spec/facets/1-0-1/DatasetVersionDatasetFacet.json#/$defs/DatasetVersionDatasetFacet";
}

impl Body for Read {
    const SCHEMA_URL: &'static str = "https://openlineage.io/spec/facets/1-0-0/InputStatisticsInputDatasetFacet.json#/$defs/InputStatisticsInputDatasetFacet";
}

impl Body for Written {
    const SCHEMA_URL: &'static str = "https://openlineage.io/spec/facets/1-0-2/OutputStatisticsOutputDatasetFacet.json#/$defs/OutputStatisticsOutputDatasetFacet";
}

impl Body for Assertions {
    const SCHEMA_URL: &'static str = "https://openlineage.io/spec/facets/1-1-0/DataQualityAssertionsDatasetFacet.json#/$defs/DataQualityAssertionsDatasetFacet";
}
