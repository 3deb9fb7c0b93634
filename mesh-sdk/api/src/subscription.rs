//! Subscribing to events: webhooks, and the stream of events.

use chrono::{DateTime, Utc};
use mesh_contract::PortName;
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::{IntoParams, ToSchema};

use crate::event::EventKind;

/// Asks for events to be sent to a webhook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `url`")]
pub struct Subscribe {
    /// Where they are sent: `https`, or an address that governance's settings trust.
    #[schema(value_type = String, format = "uri", example = "https://hooks.bank.example/mesh")]
    pub url: Url,
    /// Only of this domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "lending")]
    pub domain: Option<String>,
    /// Only of this port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "lending.loans")]
    pub port: Option<PortName>,
    /// Only of this quality rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Only of this sort.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<EventKind>,
}

/// Which events: those that pass all that is stated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct EventFilter {
    /// Only of this domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "lending")]
    pub domain: Option<String>,
    /// Only of this port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, example = "lending.loans")]
    pub port: Option<PortName>,
    /// Only of this quality rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Only of this sort.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<EventKind>,
}

/// Which events a stream carries: those that pass all that is stated.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsRequest {
    /// Only of this domain.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(example = "lending")]
    pub domain: Option<String>,
    /// Only of this port.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[param(value_type = Option<String>, example = "lending.loans")]
    pub port: Option<PortName>,
    /// Only of this quality rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rule: Option<String>,
    /// Only of this sort.
    #[serde(rename = "type", default, skip_serializing_if = "Option::is_none")]
    #[param(inline)]
    pub kind: Option<EventKind>,
}

/// A subscription.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Subscription {
    /// Its identity.
    #[schema(example = "sub-7")]
    pub id: String,
    /// Whose it is.
    pub principal: String,
    /// Where events are sent.
    #[schema(value_type = String, format = "uri")]
    pub url: Url,
    /// Which ones.
    #[serde(flatten)]
    pub filter: EventFilter,
    /// When it was made.
    pub created_at: DateTime<Utc>,
    /// From then on nothing is sent: it is made anew by who still may see the events.
    pub expires_at: DateTime<Utc>,
    /// Number of the last event that was delivered, or was none for it.
    pub delivered: u64,
    /// How often the event after that was tried in vain.
    pub attempts: u64,
    /// Why nothing is sent any more; absent while something is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ended: Option<String>,
}

/// A subscription that was just made.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct NewSubscription {
    /// The subscription.
    #[serde(flatten)]
    pub subscription: Subscription,
    /// What its messages are signed with, as the Standard Webhooks libraries take it. It is not told again.
    #[schema(pattern = "^whsec_")]
    pub secret: String,
}

impl std::fmt::Debug for NewSubscription {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        // The secret is one.
        f.debug_struct("NewSubscription").field("subscription", &self.subscription).finish_non_exhaustive()
    }
}

impl Subscribe {
    /// Which events are asked for.
    #[must_use]
    pub fn filter(&self) -> EventFilter {
        EventFilter { domain: self.domain.clone(), port: self.port.clone(), rule: self.rule.clone(), kind: self.kind }
    }
}

impl From<EventsRequest> for EventFilter {
    fn from(EventsRequest { domain, port, rule, kind }: EventsRequest) -> Self {
        Self { domain, port, rule, kind }
    }
}
