//! Events: what happened in governance, numbered in the order in which it was committed.

use chrono::{DateTime, Utc};
use mesh_contract::PortName;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use utoipa::ToSchema;

/// Something that happened. An event stream and a webhook carry the same document.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct Event {
    /// Place in the order of events, from 1, without gaps; an asker who may not see all of them sees gaps.
    pub sequence: u64,
    /// What sort of thing happened.
    #[serde(rename = "type")]
    pub kind: EventKind,
    /// When.
    #[serde(rename = "timestamp")]
    pub at: DateTime<Utc>,
    /// Whom and what it is about.
    pub data: EventData,
}

/// Whom and what an event is about.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct EventData {
    /// Who did it: a principal, or a service for what happened by itself.
    pub actor: String,
    /// The domain.
    #[schema(example = "lending")]
    pub domain: String,
    /// The port, when it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "lending.loans")]
    pub port: Option<PortName>,
    /// The quality rule, when it is about one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Particulars, by the sort of event.
    #[schema(value_type = Object)]
    pub detail: Value,
}

/// What sort of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, ToSchema)]
pub enum EventKind {
    /// A contract version was registered: `version`, `hash`, `status`.
    #[serde(rename = "contract.registered")]
    ContractRegistered,
    /// A contract version moved on in its life: `version`, `from`, `to`.
    #[serde(rename = "contract.status_changed")]
    ContractStatusChanged,
    /// A product registered, or renewed its registration with something new: `version`.
    #[serde(rename = "product.registered")]
    ProductRegistered,
    /// An access agreement was requested, decided, renewed, revoked or ran out: `agreement`, `status`.
    #[serde(rename = "agreement.changed")]
    AgreementChanged,
    /// A port has a new snapshot: `run`, `snapshot`.
    #[serde(rename = "port.published")]
    PortPublished,
    /// A rule of a contract no longer holds: `run`, `severity`, `expected`, `actual`, and whom it concerns as `affected`.
    #[serde(rename = "quality.failed")]
    QualityFailed,
    /// A rule that did not hold holds again: `run`, `affected`.
    #[serde(rename = "quality.recovered")]
    QualityRecovered,
    /// A service level of a contract broke, or is kept again: `major`, `property`, `value`, `unit`, `kept`, and whom it
    /// concerns as `affected` (see the port's quality).
    #[serde(rename = "service_level.changed")]
    ServiceLevelChanged,
}

impl EventKind {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::ContractRegistered,
        Self::ContractStatusChanged,
        Self::ProductRegistered,
        Self::AgreementChanged,
        Self::PortPublished,
        Self::QualityFailed,
        Self::QualityRecovered,
        Self::ServiceLevelChanged,
    ];

    /// The word on the wire and in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::ContractRegistered => "contract.registered",
            Self::ContractStatusChanged => "contract.status_changed",
            Self::ProductRegistered => "product.registered",
            Self::AgreementChanged => "agreement.changed",
            Self::PortPublished => "port.published",
            Self::QualityFailed => "quality.failed",
            Self::QualityRecovered => "quality.recovered",
            Self::ServiceLevelChanged => "service_level.changed",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.as_str() == word)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_word_is_the_one_on_the_wire() {
        for kind in EventKind::ALL {
            assert_eq!(serde_json::to_value(kind).expect("json"), kind.as_str());
            assert_eq!(EventKind::parse(kind.as_str()), Some(kind));
        }
    }
}
