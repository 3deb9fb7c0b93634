//! Registering and validating contracts.

use chrono::{DateTime, Utc};
use mesh_contract::PortName;
use semver::Version;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::problem::Diagnostic;

/// Registers one contract version, or asks whether it could be.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `document`")]
pub struct RegisterContract {
    /// The ODCS document as written: YAML, comments and all.
    pub document: String,
    /// File name to show in diagnostics.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "contracts/lending/loans.v1.odcs.yaml")]
    pub file: Option<String>,
}

/// A contract version that governance keeps. It never changes, except for its status.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Registration {
    /// The port that the contract is for.
    #[schema(value_type = String, example = "lending.loans")]
    pub port: PortName,
    /// Identity of the contract over all its versions.
    pub id: String,
    /// Version of the contract.
    #[serde(with = "crate::version")]
    #[schema(value_type = String, example = "1.0.0")]
    pub version: Version,
    /// `sha256:` and 64 hex digits, over the document's canonical form.
    #[schema(pattern = "^sha256:[0-9a-f]{64}$")]
    pub hash: String,
    /// Where it is in its life.
    pub status: RegistrationStatus,
    /// When it was registered.
    pub registered_at: DateTime<Utc>,
    /// Who registered it.
    pub registered_by: String,
    /// Sealed statement that it is in force (compact JWT): what a product keeps and may show when governance is down.
    /// Absent while the version is proposed or approved, and once it is retired or rejected.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub receipt: Option<String>,
}

/// A registration's way through life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RegistrationStatus {
    /// Waits for an officer.
    Proposed,
    /// An officer agreed, or the rules did; not served yet.
    Approved,
    /// In force.
    Active,
    /// In force, on its way out: it has a sunset, or a newer version of its major took its place.
    Deprecated,
    /// No longer in force, for good.
    Retired,
    /// Refused by an officer or withdrawn by its owner, for good: it was never in force.
    Rejected,
}

/// The contract could be registered.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Validation {
    /// The port that the contract is for.
    #[schema(value_type = String, example = "lending.loans")]
    pub port: PortName,
    /// Identity of the contract over all its versions.
    pub id: String,
    /// Version of the contract.
    #[serde(with = "crate::version")]
    #[schema(value_type = String, example = "1.0.0")]
    pub version: Version,
    /// `sha256:` and 64 hex digits, over the document's canonical form.
    pub hash: String,
    /// Whether this very version is registered already.
    pub registered: bool,
    /// What is allowed and leaves the contract's readers guessing.
    pub warnings: Vec<Diagnostic>,
}

impl RegistrationStatus {
    /// The word on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Proposed => "proposed",
            Self::Approved => "approved",
            Self::Active => "active",
            Self::Deprecated => "deprecated",
            Self::Retired => "retired",
            Self::Rejected => "rejected",
        }
    }

    /// The status of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Proposed, Self::Approved, Self::Active, Self::Deprecated, Self::Retired, Self::Rejected]
            .into_iter()
            .find(|status| status.as_str() == word)
    }

    /// Whether a product may serve the version: it is active or deprecated.
    #[must_use]
    pub fn is_in_force(self) -> bool {
        matches!(self, Self::Active | Self::Deprecated)
    }
}
