//! OpenLineage run events, written to the letter of version 2-0-2 of the schema and read leniently.
//!
//! Facets that this room knows are typed; every other stands in `other` as it was written, so an event of another
//! producer is read and written without loss of a facet.

mod column_lineage;
mod dataset_facets;
mod facet;
mod job_facets;
mod run_facets;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

pub use column_lineage::{ColumnLineage, Field, InputField, InputTransformation};
pub use dataset_facets::{
    Assertions, DatasetFacets, DatasetVersion, InputFacets, OutputFacets, Read, Schema, SchemaField, Statistics,
    TestedRule, Written,
};
pub use facet::{Body, Facet, Others};
pub use job_facets::{JobFacets, JobType, Sql};
pub use run_facets::{ErrorMessage, NominalTime, Parent, ParentJob, ParentRun, ProcessingEngine, RunFacets};

/// Who makes the events of this mesh: the program and its version, as a URI.
pub const PRODUCER: &str = concat!("urn:fince:", env!("CARGO_PKG_VERSION"));

const SCHEMA_URL: &str = "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent";

/// One change of one run's state.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RunEvent {
    /// Where the run is.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub event_type: Option<EventType>,
    /// When this happened.
    pub event_time: DateTime<Utc>,
    /// The run.
    pub run: Run,
    /// What was run.
    pub job: Job,
    /// What it reads.
    #[serde(default)]
    pub inputs: Vec<InputDataset>,
    /// What it writes.
    #[serde(default)]
    pub outputs: Vec<OutputDataset>,
    /// Who says so, a URI.
    pub producer: String,
    /// The schema this is written in.
    #[serde(rename = "schemaURL")]
    pub schema_url: String,
}

/// A run's state. It begins with one `START` and ends with one of `COMPLETE`, `ABORT`, `FAIL`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub enum EventType {
    /// It began.
    Start,
    /// It goes on.
    Running,
    /// It ended well.
    Complete,
    /// It was stopped, or not begun.
    Abort,
    /// It failed.
    Fail,
    /// Anything else.
    Other,
}

/// A run of a job.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Run {
    /// A UUID.
    pub run_id: String,
    /// What is known of it.
    #[serde(default)]
    pub facets: RunFacets,
}

/// What is run, again and again.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Job {
    /// Who runs it.
    pub namespace: String,
    /// Its name there.
    pub name: String,
    /// What is known of it.
    #[serde(default)]
    pub facets: JobFacets,
}

/// A dataset that a run reads.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct InputDataset {
    /// Where it is.
    pub namespace: String,
    /// Its name there.
    pub name: String,
    /// What is known of it.
    #[serde(default)]
    pub facets: DatasetFacets,
    /// What is known of this reading.
    #[serde(default)]
    pub input_facets: InputFacets,
}

/// A dataset that a run writes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct OutputDataset {
    /// Where it is.
    pub namespace: String,
    /// Its name there.
    pub name: String,
    /// What is known of it.
    #[serde(default)]
    pub facets: DatasetFacets,
    /// What is known of this writing.
    #[serde(default)]
    pub output_facets: OutputFacets,
}

impl RunEvent {
    /// An event of this mesh.
    #[must_use]
    pub fn new(event_type: EventType, event_time: DateTime<Utc>, run: Run, job: Job) -> Self {
        Self {
            event_type: Some(event_type),
            event_time,
            run,
            job,
            inputs: Vec::new(),
            outputs: Vec::new(),
            producer: PRODUCER.into(),
            schema_url: SCHEMA_URL.into(),
        }
    }
}

impl EventType {
    /// Whether nothing follows it in the run.
    #[must_use]
    pub fn is_final(self) -> bool {
        matches!(self, Self::Complete | Self::Abort | Self::Fail)
    }
}
