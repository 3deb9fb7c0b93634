//! Reading the lineage graph, and what the ingest of OpenLineage events answers.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Where to begin, and how far to go. Exactly one of `product`, `port` and `dataset` is given, which also says what is taken
/// together: products, ports whatever their major version, datasets; or columns, when `column` is given too.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LineageQuery {
    /// A product, by its domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(example = "lending")]
    pub product: Option<String>,
    /// A port, or one major version of it (`lending.loans_v1`).
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(example = "lending.loans")]
    pub port: Option<String>,
    /// A dataset, by its OpenLineage name within `namespace`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub dataset: Option<String>,
    /// Namespace of `dataset`; `mesh` when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// A column of the port or dataset.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(example = "balance")]
    pub column: Option<String>,
    /// Which way.
    #[serde(default)]
    #[param(inline)]
    pub direction: LineageDirection,
    /// How many hops at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 100, default = 5)]
    pub depth: Option<u32>,
    /// The graph as it was at that time, by the times of events; now when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub as_of: Option<DateTime<Utc>>,
    /// Most nodes; the nearest are told.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 5000, default = 1000)]
    pub limit: Option<u32>,
}

impl LineageQuery {
    /// Hops when the query does not say.
    pub const DEPTH_DEFAULT: u32 = 5;
    /// Most hops.
    pub const DEPTH_MAX: u32 = 100;
    /// Nodes when the query does not say.
    pub const LIMIT_DEFAULT: u32 = 1_000;
    /// Most nodes.
    pub const LIMIT_MAX: u32 = 5_000;
}

/// Which way to walk.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LineageDirection {
    /// To where data comes from.
    Upstream,
    /// To where data goes.
    Downstream,
    /// Both.
    #[default]
    Both,
}

/// A part of the lineage graph.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LineageAnswer {
    /// The nodes: the start first, then the nearest upstream ones, then the nearest downstream ones.
    pub nodes: Vec<LineageNode>,
    /// The edges between them.
    pub edges: Vec<LineageEdge>,
    /// Whether there is more within the depth than is told.
    pub is_cut: bool,
    /// Whether others read some of these ports whose names the caller may not know.
    pub readers_untold: bool,
}

/// A node.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
pub struct LineageNode {
    /// What it is.
    pub kind: LineageNodeKind,
    /// Namespace of a dataset (with its columns and rows) or a job; `mesh` within the mesh.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub namespace: Option<String>,
    /// Domain of a product, name of a port, dataset, job, namespace or reader.
    #[schema(example = "lending.loans_v1")]
    pub name: String,
    /// Name of a column.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Hops from the start; below zero upstream.
    #[serde(default)]
    pub distance: i64,
}

/// What a node is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LineageNodeKind {
    /// A product.
    Product,
    /// All datasets of a namespace outside the mesh.
    Namespace,
    /// A port, whatever its major version.
    Port,
    /// A dataset: a major version of a port, an input of a product, or one outside the mesh.
    Dataset,
    /// A column.
    Column,
    /// The rows of a dataset: which there are, not their values.
    Rows,
    /// A job that reads and writes nothing.
    Job,
    /// A principal who reads.
    Reader,
}

/// An edge, in the direction in which data flows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct LineageEdge {
    /// Place in `nodes` of where data comes from.
    pub from: usize,
    /// Place in `nodes` of where it goes.
    pub to: usize,
    /// How it is known.
    pub kind: LineageEdgeKind,
    /// By which jobs, as `namespace:name`; the first ten.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub jobs: Vec<String>,
    /// How a column matters: OpenLineage's subtypes, with `(masking)` where values are hidden.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    #[schema(example = json!(["IDENTITY"]))]
    pub ways: Vec<String>,
}

/// How an edge is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum LineageEdgeKind {
    /// A manifest or a contract says so.
    Declared,
    /// A run did so.
    Observed,
    /// Somebody read it in the last 90 days.
    Consumed,
}

/// The event was taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventTaken {
    /// Whether it said anything that was not known: false for an event told again.
    pub new: bool,
}

/// What became of a batch of events, in the form of OpenLineage's `POST /lineage/batch`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BatchTaken {
    /// Whether every event was taken.
    pub status: BatchStatus,
    /// How many.
    pub summary: BatchSummary,
    /// Those that were not taken.
    #[serde(default)]
    pub failed_events: Vec<FailedEvent>,
}

/// Whether every event of a batch was taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum BatchStatus {
    /// Every one.
    Success,
    /// Not every one.
    PartialSuccess,
}

/// How many events of a batch were taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct BatchSummary {
    /// Events in the batch.
    pub received: usize,
    /// Taken.
    pub successful: usize,
    /// Not taken.
    pub failed: usize,
    /// Not taken, and worth another try.
    pub retriable: usize,
    /// Not taken, now or later.
    pub non_retriable: usize,
}

/// An event of a batch that was not taken.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct FailedEvent {
    /// Its place in the batch, from 0.
    pub index: usize,
    /// Why, with the code first.
    #[schema(example = "FC-4080: `job.name` is missing")]
    pub reason: String,
    /// Whether another try may succeed.
    pub retriable: bool,
}

/// Whom a change of a port, or of one of its columns, may reach.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct ImpactQuery {
    /// The port, or one major version of it (`lending.loans_v1`).
    #[param(example = "lending.loans")]
    pub port: String,
    /// The column; the whole port when not given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(example = "balance")]
    pub column: Option<String>,
    /// How many hops at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 100, default = 10)]
    pub depth: Option<u32>,
    /// `next` of the page before; none for the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Most entries in the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 500, default = 100)]
    pub limit: Option<u32>,
}

impl ImpactQuery {
    /// Hops when the query does not say.
    pub const DEPTH_DEFAULT: u32 = 10;
}

/// Something that a change may reach, nearest first; the port or column asked about comes first, with those who read it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Affected {
    /// What.
    pub node: LineageNode,
    /// A shortest way to it, from what was asked about on.
    pub path: Vec<ImpactStep>,
    /// Who read it in the last 90 days: of a column, who read that column or did not say which.
    pub readers: Vec<ImpactReader>,
    /// How many more read it whose names the caller may not know.
    pub readers_untold: u64,
}

/// A hop of a way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImpactStep {
    /// From there.
    pub from: LineageNode,
    /// By that job, as `namespace:name`.
    pub job: String,
    /// How that is known.
    pub kind: LineageEdgeKind,
    /// How a column matters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub ways: Vec<String>,
}

/// Somebody who reads what a change may reach.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ImpactReader {
    /// Who.
    #[schema(example = "omar")]
    pub principal: String,
    /// Columns read by name; empty when which ones is not known.
    pub columns: Vec<String>,
    /// When last, to the day.
    pub last_read: chrono::NaiveDate,
}
