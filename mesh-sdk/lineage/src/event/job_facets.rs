//! What is known of a job.

use serde::{Deserialize, Serialize};

use super::facet::{Body, Facet, Others};

/// Facets of a job.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobFacets {
    /// What sort of job it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_type: Option<Facet<JobType>>,
    /// The query it runs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub sql: Option<Facet<Sql>>,
    /// All others.
    #[serde(flatten)]
    pub other: Others,
}

/// `jobType`: what sort of job it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct JobType {
    /// `BATCH`, `STREAMING` or `SERVICE`.
    pub processing_type: String,
    /// Who makes the events.
    pub integration: String,
    /// The integration's own word.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub job_type: Option<String>,
}

/// `sql`: the query that a job runs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Sql {
    /// Its text.
    pub query: String,
    /// Whose SQL.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub dialect: Option<String>,
}

impl Body for JobType {
    const SCHEMA_URL: &'static str =
        "https://openlineage.io/spec/facets/2-0-4/JobTypeJobFacet.json#/$defs/JobTypeJobFacet";
}

impl Body for Sql {
    const SCHEMA_URL: &'static str = "https://openlineage.io/spec/facets/1-1-0/SQLJobFacet.json#/$defs/SQLJobFacet";
}
