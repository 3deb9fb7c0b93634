//! Bank-wide rules: what they are asked, and the versions in which they are kept.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use mesh_contract::PortName;
use mesh_policy::Principal;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What bank-wide rules are asked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RuleQuestion {
    /// What somebody wants to do.
    pub action: RuleAction,
    /// Who.
    #[schema(value_type = Object)]
    pub principal: Principal,
    /// To which port.
    pub port: RulePort,
    /// What the data is wanted for; nothing when it is about a registration.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub purposes: BTreeSet<String>,
    /// For how many days, begun ones included; 0 when it is about a registration.
    #[serde(default)]
    pub days: u32,
    /// Whom access would be granted; the principal itself when it is absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holder: Option<String>,
}

/// What bank-wide rules know of a port, or of the columns of it that are asked for.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RulePort {
    /// Its name.
    #[schema(value_type = String, example = "lending.loans")]
    pub name: PortName,
    /// Highest classification of a column.
    #[schema(example = "confidential")]
    pub classification: String,
    /// Tags of the contract, the table and the columns.
    #[serde(default)]
    #[schema(value_type = Vec<String>)]
    pub tags: BTreeSet<String>,
    /// Whether a column is personal data.
    #[serde(default)]
    pub personal: bool,
}

/// What somebody wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RuleAction {
    /// Ask for access, or for a longer one.
    Request,
    /// Approve a request.
    Approve,
    /// Register a contract version.
    Register,
}

/// How much a version of the rules counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum RuleStage {
    /// What it refuses is logged and goes through.
    Warn,
    /// What it refuses is refused.
    Enforce,
}

/// Proposes a version of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `rules` and `note`")]
pub struct ProposeRules {
    /// The rules in Cedar: `forbid` only, each with an `@id`.
    pub rules: String,
    /// What is new, and why.
    #[schema(min_length = 1, max_length = 2000)]
    pub note: String,
}

/// Moves a version of the rules to a stage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `stage` and `reason`")]
pub struct StageRules {
    /// Where to; `null` to withdraw it.
    #[serde(default)]
    pub stage: Option<RuleStage>,
    /// Why, for audit.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

/// A version of the rules.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RuleSetSummary {
    /// Counts from 1.
    pub version: u64,
    /// What was new, and why.
    pub note: String,
    /// Who proposed it.
    pub created_by: String,
    /// When.
    pub created_at: DateTime<Utc>,
    /// How much it counts; absent: not at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stage: Option<RuleStage>,
}

/// A version of the rules, with its text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct RuleSetDetail {
    /// What is said about it.
    #[serde(flatten)]
    pub summary: RuleSetSummary,
    /// The rules in Cedar.
    pub rules: String,
    /// The rules that ship with the service and always count beside them.
    pub defaults: String,
}

/// Asks what rules would have refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `rules` and `since`")]
pub struct TryRules {
    /// The rules in Cedar.
    pub rules: String,
    /// From when on; requests and registrations that were made since are held to the rules.
    pub since: DateTime<Utc>,
}

/// What rules would have refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TriedRules {
    /// Requests and registrations that were held to the rules.
    pub asked: u64,
    /// How many of them would have been refused.
    pub refused: u64,
    /// The newest of those, a hundred at most.
    pub refusals: Vec<TriedRefusal>,
}

/// A request or a registration that rules would have refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct TriedRefusal {
    /// When it was made.
    pub at: DateTime<Utc>,
    /// What was asked.
    pub question: RuleQuestion,
    /// The rules that would have refused it, by `@id`.
    pub rules: Vec<String>,
}

impl RuleAction {
    /// The word in rules and on the wire.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::Approve => "approve",
            Self::Register => "register",
        }
    }
}

impl RuleStage {
    /// The word on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Warn => "warn",
            Self::Enforce => "enforce",
        }
    }

    /// The stage of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Warn, Self::Enforce].into_iter().find(|stage| stage.as_str() == word)
    }
}
