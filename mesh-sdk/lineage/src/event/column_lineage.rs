//! `columnLineage` 1-2-0: the column graph as OpenLineage writes it.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::facet::{Body, Facet};
use crate::graph::Lineage;
use crate::sources::{Dataset, InputColumn, Sources};
use crate::transformation::Transformation;

/// Where a dataset's columns come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct ColumnLineage {
    /// Each column's inputs.
    #[serde(default)]
    pub fields: BTreeMap<String, Field>,
    /// What decides which rows there are; it affects every column.
    #[serde(default)]
    pub dataset: Vec<InputField>,
}

/// One column's inputs.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Field {
    /// The inputs.
    pub input_fields: Vec<InputField>,
}

/// A dependency on a column.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputField {
    /// Where its dataset is.
    pub namespace: String,
    /// Its dataset.
    pub name: String,
    /// The column.
    pub field: String,
    /// The ways in which it matters.
    #[serde(default)]
    pub transformations: Vec<InputTransformation>,
}

/// A way in which a column matters, as a producer wrote it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputTransformation {
    /// `DIRECT` or `INDIRECT`.
    #[serde(rename = "type")]
    pub class: String,
    /// As [`crate::Kind::subtype`]; another producer may have words of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub subtype: Option<String>,
    /// In words.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Whether the input's values are hidden.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub masking: Option<bool>,
}

impl From<&Lineage> for ColumnLineage {
    fn from(lineage: &Lineage) -> Self {
        let fields = lineage.columns.iter();
        Self {
            fields: fields.map(|column| (column.name.clone(), Field::from(&column.sources))).collect(),
            dataset: inputs(&lineage.rows),
        }
    }
}

impl From<&Lineage> for Facet<ColumnLineage> {
    fn from(lineage: &Lineage) -> Self {
        ColumnLineage::from(lineage).into()
    }
}

impl From<&Sources> for Field {
    fn from(sources: &Sources) -> Self {
        Self { input_fields: inputs(sources) }
    }
}

impl InputField {
    /// The column it names.
    #[must_use]
    pub fn column(&self) -> InputColumn {
        InputColumn { dataset: Dataset::new(&self.namespace, &self.name), field: self.field.clone() }
    }
}

impl From<Transformation> for InputTransformation {
    fn from(way: Transformation) -> Self {
        Self {
            class: if way.kind.is_direct() { "DIRECT".into() } else { "INDIRECT".into() },
            subtype: Some(way.kind.subtype().into()),
            description: Some(String::new()),
            masking: Some(way.masking),
        }
    }
}

fn inputs(sources: &Sources) -> Vec<InputField> {
    sources.iter().map(|(column, ways)| input(column, ways)).collect()
}

fn input(column: &InputColumn, ways: &BTreeSet<Transformation>) -> InputField {
    InputField {
        namespace: column.dataset.namespace.clone(),
        name: column.dataset.name.clone(),
        field: column.field.clone(),
        transformations: ways.iter().copied().map(InputTransformation::from).collect(),
    }
}

impl Body for ColumnLineage {
    const SCHEMA_URL: &'static str =
        "https://openlineage.io/spec/facets/1-2-0/ColumnLineageDatasetFacet.json#/$defs/ColumnLineageDatasetFacet";
}
