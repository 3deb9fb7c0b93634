//! What is known of a run.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::facet::{Body, Facet, Others};

/// Facets of a run.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunFacets {
    /// The run that this one is a part of.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parent: Option<Facet<Parent>>,
    /// Why it failed.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error_message: Option<Facet<ErrorMessage>>,
    /// When it was due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nominal_time: Option<Facet<NominalTime>>,
    /// What executes it.
    #[serde(rename = "processing_engine", skip_serializing_if = "Option::is_none")]
    pub processing_engine: Option<Facet<ProcessingEngine>>,
    /// All others.
    #[serde(flatten)]
    pub other: Others,
}

/// `parent`: the run that this one is a part of.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parent {
    /// The run.
    pub run: ParentRun,
    /// Its job.
    pub job: ParentJob,
}

/// A run by its id.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ParentRun {
    /// A UUID.
    pub run_id: String,
}

/// A job by its names.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ParentJob {
    /// Who runs it.
    pub namespace: String,
    /// Its name there.
    pub name: String,
}

/// `errorMessage`: why a run failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ErrorMessage {
    /// In words.
    pub message: String,
    /// The language of the program that failed.
    pub programming_language: String,
    /// Where in the program.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stack_trace: Option<String>,
}

/// `nominalTime`: when a scheduled run was due, which is not when it began.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NominalTime {
    /// When it was due.
    pub nominal_start_time: DateTime<Utc>,
    /// When the next is due.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub nominal_end_time: Option<DateTime<Utc>>,
}

/// `processing_engine`: what executes the run.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProcessingEngine {
    /// Its version.
    pub version: String,
    /// Its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Version of what makes the events.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub openlineage_adapter_version: Option<String>,
}

impl Body for Parent {
    const SCHEMA_URL: &'static str =
        "https://openlineage.io/spec/facets/1-2-0/ParentRunFacet.json#/$defs/ParentRunFacet";
}

impl Body for ErrorMessage {
    const SCHEMA_URL: &'static str =
        "https://openlineage.io/spec/facets/1-0-1/ErrorMessageRunFacet.json#/$defs/ErrorMessageRunFacet";
}

impl Body for NominalTime {
    const SCHEMA_URL: &'static str =
        "https://openlineage.io/spec/facets/1-0-1/NominalTimeRunFacet.json#/$defs/NominalTimeRunFacet";
}

impl Body for ProcessingEngine {
    const SCHEMA_URL: &'static str =
        "https://openlineage.io/spec/facets/1-1-1/ProcessingEngineRunFacet.json#/$defs/ProcessingEngineRunFacet";
}
