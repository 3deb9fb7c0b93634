//! Reports over all that governance knows, for who governs: lists to be read as a whole and worked on elsewhere.

use chrono::{DateTime, NaiveDate, Utc};
use mesh_contract::PortName;
use mesh_contract::model::Classification;
use semver::Version;
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::{IntoParams, ToSchema};

use crate::contract::RegistrationStatus;
use crate::lineage_graph::{LineageEdgeKind, LineageNodeKind};
use crate::quality::{PortRun, QualityResult};
use crate::search::ClassificationLabel;

/// A major version of a port, with what is known of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportedPort {
    /// The port.
    #[schema(value_type = String, example = "lending.loans")]
    pub port: PortName,
    /// Major version of its contract.
    pub major: u64,
    /// Newest version of the major that is in force; of a major without one, the newest registered.
    #[serde(with = "crate::version")]
    #[schema(value_type = String, example = "1.0.0")]
    pub version: Version,
    /// Where that version is in its life.
    pub status: RegistrationStatus,
    /// Identity of the contract.
    pub contract: String,
    /// What the port holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Who answers for it.
    pub owners: Vec<String>,
    /// How sensitive its most sensitive column is; absent when this program can no longer read the contract.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<ClassificationLabel>)]
    pub classification: Option<Classification>,
    /// When that version was registered.
    pub registered_at: DateTime<Utc>,
    /// When it is to be retired, once it is deprecated with a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sunset: Option<DateTime<Utc>>,
    /// Where a product answers Flight SQL for this major; absent when none said that it serves it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "uri")]
    pub endpoint: Option<Url>,
    /// How old the newest snapshot may be, as the contract says; whole seconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub latency_s: Option<u64>,
    /// When a snapshot was published last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub published_at: Option<DateTime<Utc>>,
    /// The run that ended last, also without a snapshot.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_run: Option<PortRun>,
    /// Rules that the last run that checked any has checked.
    pub rules: u64,
    /// Those of them that did not hold.
    pub rules_broken: u64,
}

/// An edge of the lineage graph, in the direction in which data flows. An edge between datasets is told for each job that
/// makes it; one between columns besides.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportedEdge {
    /// Its identity: 32 hex digits, the same for the same edge.
    pub id: String,
    /// How it is known.
    pub kind: LineageEdgeKind,
    /// Where data comes from.
    pub from: ReportedEnd,
    /// Where it goes.
    pub to: ReportedEnd,
    /// By which job, as `namespace:name`; absent for what somebody read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub job: Option<String>,
    /// How a column matters: OpenLineage's subtypes.
    pub ways: Vec<String>,
    /// Since when the job does it, by the times of its runs; of what somebody read, the first day.
    pub since: DateTime<Utc>,
    /// The last day on which somebody read it; absent for what jobs do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last_read: Option<NaiveDate>,
}

/// An end of an edge.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportedEnd {
    /// What it is: a dataset, a column, the rows of a dataset, or a reader.
    pub kind: LineageNodeKind,
    /// Namespace of the dataset; `mesh` within the mesh. Absent for a reader.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Name of the dataset or the reader.
    #[schema(example = "lending.loans_v1")]
    pub name: String,
    /// Name of the column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
}

/// What a run found of a rule of a port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ReportedResult {
    /// The port.
    #[schema(value_type = String, example = "lending.loans")]
    pub port: PortName,
    /// Major version of its contract.
    pub major: u64,
    /// What was found.
    #[serde(flatten)]
    pub result: QualityResult,
    /// Counts up in the order in which governance heard of runs: all results of one run have the same.
    pub heard: u64,
}

/// Which results are reported.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ReportedResultsQuery {
    /// Only of runs that were heard of behind this number: the greatest `heard` of those that the caller has. A run is heard
    /// of as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub after: Option<u64>,
    /// `next` of the page before; none for the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Most entries in the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 500, default = 100)]
    pub limit: Option<u32>,
}
