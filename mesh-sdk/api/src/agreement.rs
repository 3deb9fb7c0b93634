//! Access agreements: requests, decisions, and what is granted.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use mesh_contract::PortName;
use mesh_policy::Agreement;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

/// Asks for access to one major version of a port, in the caller's own name.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `port`, `major`, `purposes`, `until` and `reason`")]
pub struct RequestAccess {
    /// The port.
    #[schema(value_type = String, example = "lending.loans")]
    pub port: PortName,
    /// Major version of its contract.
    #[schema(example = 1)]
    pub major: u64,
    /// What the data is wanted for.
    #[schema(value_type = Vec<String>, min_items = 1, max_items = 20, example = json!(["risk-reporting"]))]
    pub purposes: BTreeSet<String>,
    /// Columns that are wanted; all of them when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>, min_items = 1, max_items = 2000)]
    pub columns: Option<BTreeSet<String>>,
    /// Until when, two years ahead at most.
    pub until: DateTime<Utc>,
    /// Why, for whoever decides.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

/// Decides on a request, or ends an agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `reason`")]
pub struct DecideAccess {
    /// Why, for whoever asked and for audit.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

/// Asks for a longer agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `until` and `reason`")]
pub struct RenewAccess {
    /// Until when, later than now granted and two years ahead at most.
    pub until: DateTime<Utc>,
    /// Why, for whoever decides.
    #[schema(min_length = 1, max_length = 2000)]
    pub reason: String,
}

/// Where an agreement is in its life.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum AgreementStatus {
    /// Waits for the port's owner, and for governance where the classification says so.
    Requested,
    /// In force.
    Active,
    /// In force, and a longer time is asked for.
    Renewing,
    /// Refused.
    Rejected,
    /// Ended before its time, by either side.
    Revoked,
    /// Its time is over.
    Expired,
}

/// An agreement, as it is listed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgreementSummary {
    /// Its identity.
    #[schema(example = "agr-42")]
    pub id: String,
    /// The port.
    #[schema(value_type = String, example = "lending.loans")]
    pub port: PortName,
    /// Major version of its contract.
    pub major: u64,
    /// Who asked, and whom it grants access.
    pub principal: String,
    /// What for.
    #[schema(value_type = Vec<String>)]
    pub purposes: BTreeSet<String>,
    /// Columns: as asked for until it is granted, from then on those that are granted. Absent: all that the contract has when
    /// it is granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>)]
    pub columns: Option<BTreeSet<String>>,
    /// Highest classification among those columns.
    pub classification: String,
    /// Whether governance decides beside the owner.
    pub needs_governance: bool,
    /// Where it is in its life.
    pub status: AgreementStatus,
    /// Until when it is asked for.
    pub until: DateTime<Utc>,
    /// Since when it is in force; absent until it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts: Option<DateTime<Utc>>,
    /// From then on it is void; absent until it is granted.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires: Option<DateTime<Utc>>,
    /// When it was asked for.
    pub requested_at: DateTime<Utc>,
    /// Number of its last event; the entity tag is made of it.
    pub revision: u64,
}

/// One agreement, with all that happened to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgreementDetail {
    /// What it says.
    #[serde(flatten)]
    pub summary: AgreementSummary,
    /// What happened to it, in order.
    pub events: Vec<AgreementEvent>,
}

/// Something that happened to an agreement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct AgreementEvent {
    /// Counts from 1.
    pub number: u64,
    /// When.
    pub at: DateTime<Utc>,
    /// Who did it: a principal; `governance` for what happened by itself.
    pub actor: String,
    /// What was done.
    pub action: AgreementAction,
    /// Why.
    pub reason: String,
    /// The status from then on.
    pub status: AgreementStatus,
}

/// What can be done to an agreement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "kebab-case")]
pub enum AgreementAction {
    /// Asked for.
    Request,
    /// Approved by a rule of the port's contract.
    ApproveByRule,
    /// Approved by the port's owner.
    ApproveAsOwner,
    /// Approved by governance.
    ApproveAsGovernance,
    /// Refused by either.
    Reject,
    /// A longer time was asked for.
    Renew,
    /// Ended before its time.
    Revoke,
    /// Its time was over.
    Expire,
}

/// Which agreements are asked for. Of all that match, the caller sees those that it may.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AgreementQuery {
    /// Of this port, `domain.port`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub port: Option<String>,
    /// Of the ports of this domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// Of this principal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub principal: Option<String>,
    /// In this status.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<AgreementStatus>,
    /// `next` of the page before; none for the first page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cursor: Option<String>,
    /// Most entries in the page.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 1, maximum = 500, default = 100)]
    pub limit: Option<u32>,
}

/// Whose grants are asked for, and how long to wait for news.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct GrantsQuery {
    /// The domain whose ports are granted.
    pub domain: String,
    /// The revision that the caller holds; without it the answer comes at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
    /// Most seconds to wait for another revision.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(minimum = 0, maximum = 25, default = 0)]
    pub wait: Option<u64>,
}

/// All agreements in force over the ports of one domain.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Grants {
    /// Moves with every change, and when an agreement runs out.
    pub revision: u64,
    /// Seconds for which the agreements may be relied on without asking again.
    pub lease_s: u64,
    /// The agreements.
    #[schema(value_type = Vec<AgreementInForce>)]
    pub agreements: Vec<Agreement>,
}

impl Grants {
    /// Longest wait for news.
    pub const WAIT_S_MAX: u64 = 25;
}

/// How [`Agreement`] reads, for the description of the interface.
#[derive(ToSchema)]
#[expect(dead_code, reason = "only its schema is used")]
pub(crate) struct AgreementInForce {
    /// Its identity, for audit.
    id: String,
    /// The port.
    #[schema(example = "lending.loans")]
    port: String,
    /// Major version of its contract.
    major: u64,
    /// Whom it grants access.
    principal: String,
    /// What for.
    purposes: Vec<String>,
    /// Columns that are granted; all when absent.
    columns: Option<Vec<String>>,
    /// Since when.
    starts: DateTime<Utc>,
    /// From then on it is void.
    expires: DateTime<Utc>,
}

impl AgreementStatus {
    /// All of them.
    pub const ALL: [Self; 6] =
        [Self::Requested, Self::Active, Self::Renewing, Self::Rejected, Self::Revoked, Self::Expired];

    /// The word on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Requested => "requested",
            Self::Active => "active",
            Self::Renewing => "renewing",
            Self::Rejected => "rejected",
            Self::Revoked => "revoked",
            Self::Expired => "expired",
        }
    }

    /// The status of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|status| status.as_str() == word)
    }

    /// Whether access is granted.
    #[must_use]
    pub fn in_force(self) -> bool {
        matches!(self, Self::Active | Self::Renewing)
    }
}

impl AgreementAction {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Request,
        Self::ApproveByRule,
        Self::ApproveAsOwner,
        Self::ApproveAsGovernance,
        Self::Reject,
        Self::Renew,
        Self::Revoke,
        Self::Expire,
    ];

    /// The word on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Request => "request",
            Self::ApproveByRule => "approve-by-rule",
            Self::ApproveAsOwner => "approve-as-owner",
            Self::ApproveAsGovernance => "approve-as-governance",
            Self::Reject => "reject",
            Self::Renew => "renew",
            Self::Revoke => "revoke",
            Self::Expire => "expire",
        }
    }

    /// The action of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|action| action.as_str() == word)
    }
}

impl AgreementSummary {
    /// The entity tag, for `If-Match`.
    #[must_use]
    pub fn tag(&self) -> String {
        format!("\"{}\"", self.revision)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_those_on_the_wire() {
        for status in AgreementStatus::ALL {
            assert_eq!(serde_json::to_value(status).expect("json"), status.as_str());
            assert_eq!(AgreementStatus::parse(status.as_str()), Some(status));
        }
        for action in AgreementAction::ALL {
            assert_eq!(serde_json::to_value(action).expect("json"), action.as_str());
            assert_eq!(AgreementAction::parse(action.as_str()), Some(action));
        }
    }
}
