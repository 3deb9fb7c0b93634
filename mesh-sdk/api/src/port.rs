//! Reading ports and the versions of their contracts.

use chrono::{DateTime, Utc};
use mesh_contract::PortName;
use semver::Version;
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

use crate::contract::RegistrationStatus;

/// A port in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PortSummary {
    /// Name.
    #[schema(value_type = String, example = "lending.loans")]
    pub name: PortName,
    /// Identity of its contract.
    pub id: String,
    /// What the port holds, as its newest contract says.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// Newest version in force, of a port without one the newest registered; a release before any pre-release.
    #[serde(with = "crate::version")]
    #[schema(value_type = String, example = "1.0.0")]
    pub newest: Version,
    /// Majors in force, of a port without one those registered; ascending.
    pub majors: Vec<u64>,
}

/// A port.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct PortDetail {
    /// As in the list.
    #[serde(flatten)]
    pub summary: PortSummary,
    /// Versions of its contract that the product said it serves, ascending; empty when no product serves it.
    #[schema(example = json!(["1.0.0"]))]
    pub served: Vec<String>,
    /// Where the product answers Flight SQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "uri")]
    pub endpoint: Option<Url>,
}

/// A registered contract version in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VersionSummary {
    /// Version.
    #[serde(with = "crate::version")]
    #[schema(value_type = String, example = "1.0.0")]
    pub version: Version,
    /// Major version.
    pub major: u64,
    /// `sha256:` and 64 hex digits, over the document's canonical form.
    pub hash: String,
    /// Where it is in its life.
    pub status: RegistrationStatus,
    /// How often that changed: the number of its newest event.
    pub revision: u64,
    /// When it is to be retired, once it is deprecated with a date.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sunset: Option<DateTime<Utc>>,
    /// When it was registered.
    pub registered_at: DateTime<Utc>,
    /// Who registered it.
    pub registered_by: String,
}

impl VersionSummary {
    /// The entity tag of the version as it is here: its content, which never changes, and its revision.
    #[must_use]
    pub fn etag(&self) -> String {
        format!("\"{}+{}\"", self.hash, self.revision)
    }
}

/// A registered contract version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VersionDetail {
    /// The port.
    #[schema(value_type = String, example = "lending.loans")]
    pub port: PortName,
    /// Identity of the contract over all its versions.
    pub id: String,
    /// As in the list.
    #[serde(flatten)]
    pub summary: VersionSummary,
    /// The ODCS document as written.
    pub document: String,
}
