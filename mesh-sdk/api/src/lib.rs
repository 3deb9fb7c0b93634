//! Governance's request and response types, and its typed client.
//!
//! The types are the REST interface: governance answers with them and describes them in its OpenAPI document, a product
//! or a tool sends and reads them through [`Client`]. Requests refuse fields they do not know; answers may grow new ones.

pub mod agreement;
pub mod audit;
pub mod client;
pub mod consumption;
pub mod contract;
pub mod event;
pub mod key;
pub mod lifecycle;
pub mod lineage;
pub mod lineage_graph;
pub mod page;
pub mod port;
pub mod problem;
pub mod product;
pub mod quality;
pub mod receipt;
pub mod report;
pub mod rule;
pub mod search;
pub mod subscription;
mod version;

pub use agreement::{
    AgreementAction, AgreementDetail, AgreementEvent, AgreementQuery, AgreementStatus, AgreementSummary, DecideAccess,
    Grants, GrantsQuery, RenewAccess, RequestAccess,
};
pub use audit::{AuditQuery, AuditRecord, Checkpoint, Prune, SealedCheckpoint};
pub use client::{Client, ClientError};
pub use consumption::{PortRead, PortReader, ReadersQuery, ReadsRecorded, RecordReads, UnusedPort, UnusedPortsQuery};
pub use contract::{RegisterContract, Registration, RegistrationStatus, Validation};
pub use event::{Event, EventData, EventKind};
pub use key::{Jwk, Keys};
pub use lifecycle::{Decide, Deprecate, Transition, VersionEvent};
pub use lineage_graph::{
    Affected, BatchStatus, BatchSummary, BatchTaken, EventTaken, FailedEvent, ImpactQuery, ImpactReader, ImpactStep,
    LineageAnswer, LineageDirection, LineageEdge, LineageEdgeKind, LineageNode, LineageNodeKind, LineageQuery,
};
pub use page::{Page, PageRequest};
pub use port::{PortDetail, PortSummary, VersionDetail, VersionSummary};
pub use problem::{Diagnostic, Problem, Severity};
pub use product::{ProductDetail, ProductOutput, ProductSummary, RegisterProduct};
pub use quality::{
    PortQuality, PortRun, QualityAffected, QualityRequest, QualityResult, ResultsRequest, RunState, ServiceLevel,
    ServiceLevelWindow,
};
pub use receipt::{Receipt, verify_receipt};
pub use report::{ReportedEdge, ReportedEnd, ReportedPort, ReportedResult, ReportedResultsQuery};
pub use rule::{
    ProposeRules, RuleAction, RulePort, RuleQuestion, RuleSetDetail, RuleSetSummary, RuleStage, StageRules,
    TriedRefusal, TriedRules, TryRules,
};
pub use search::{
    EntryKind, FacetCount, Freshness, Highlight, HighlightPart, SearchFacets, SearchHit, SearchPage, SearchRequest,
};
pub use subscription::{EventFilter, EventsRequest, NewSubscription, Subscribe, Subscription};
