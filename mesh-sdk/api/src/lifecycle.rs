//! The life of a contract version: what may be asked for, and what happened.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::contract::RegistrationStatus;

/// A step in the life of a contract version.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Transition {
    /// It was registered.
    Propose,
    /// It may come into force.
    Approve,
    /// It will never come into force.
    Reject,
    /// It comes into force.
    Activate,
    /// It stays in force until its sunset, or its successor has taken its place.
    Deprecate,
    /// It is no longer in force.
    Retire,
}

/// Why a transition is asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `reason`")]
pub struct Decide {
    /// In words, for the record: 1 to 2,000 characters.
    #[schema(min_length = 1, max_length = 2000, example = "reviewed with the data protection officer")]
    pub reason: String,
}

/// Deprecates a version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `reason` and `sunset`")]
pub struct Deprecate {
    /// In words, for the record: 1 to 2,000 characters.
    #[schema(min_length = 1, max_length = 2000, example = "replaced by major 2")]
    pub reason: String,
    /// When it is to be retired: later than now, and within ten years.
    pub sunset: DateTime<Utc>,
}

/// Something that happened to a contract version.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct VersionEvent {
    /// Place in the version's own list, from 1, without gaps.
    pub number: u64,
    /// What happened.
    pub transition: Transition,
    /// The status since.
    pub status: RegistrationStatus,
    /// When.
    pub at: DateTime<Utc>,
    /// Who: a principal's name, or `rules`.
    pub actor: String,
    /// Why.
    pub reason: String,
    /// The sunset, when it was deprecated with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sunset: Option<DateTime<Utc>>,
    /// Whom it concerns: consumers with an agreement on this major at that time. Told to the domain and to governance.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub concerns: Vec<String>,
}

impl Transition {
    const ALL: [Self; 6] = [Self::Propose, Self::Approve, Self::Reject, Self::Activate, Self::Deprecate, Self::Retire];

    /// The word on the wire, in paths and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Propose => "propose",
            Self::Approve => "approve",
            Self::Reject => "reject",
            Self::Activate => "activate",
            Self::Deprecate => "deprecate",
            Self::Retire => "retire",
        }
    }

    /// The transition of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|transition| transition.as_str() == word)
    }

    /// The status that it leads to.
    #[must_use]
    pub fn status(self) -> RegistrationStatus {
        match self {
            Self::Propose => RegistrationStatus::Proposed,
            Self::Approve => RegistrationStatus::Approved,
            Self::Reject => RegistrationStatus::Rejected,
            Self::Activate => RegistrationStatus::Active,
            Self::Deprecate => RegistrationStatus::Deprecated,
            Self::Retire => RegistrationStatus::Retired,
        }
    }
}
