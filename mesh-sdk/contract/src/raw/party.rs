//! Team, support, roles, servers, service levels and price.

use std::collections::BTreeMap;

use schemars::JsonSchema;
use serde::Deserialize;
use serde_json::Value;

use super::shared::{RawCustom, RawDefinition};

/// A team with members, or the older list of members.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(untagged)]
#[schemars(rename = "TeamOrMembers")]
pub(crate) enum RawTeam {
    /// ODCS 3.1: a team.
    Team(RawTeamParts),
    /// Deprecated: members only.
    Members(Vec<RawMember>),
}

/// Who owns the data and works on it.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "Team")]
pub(crate) struct RawTeamParts {
    /// Stable identifier.
    pub(crate) id: Option<String>,
    /// Name of the team.
    pub(crate) name: Option<String>,
    /// What the team does.
    pub(crate) description: Option<String>,
    /// Its members.
    #[serde(default)]
    pub(crate) members: Vec<RawMember>,
    /// Tags.
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// Extensions.
    #[serde(default)]
    pub(crate) custom_properties: Vec<RawCustom>,
    /// Links to terms defined elsewhere.
    #[serde(default)]
    pub(crate) authoritative_definitions: Vec<RawDefinition>,
}

/// A member of the team.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "TeamMember")]
pub(crate) struct RawMember {
    /// Stable identifier.
    pub(crate) id: Option<String>,
    /// Login or address.
    #[schemars(required)]
    pub(crate) username: Option<String>,
    /// Name.
    pub(crate) name: Option<String>,
    /// What the member does.
    pub(crate) description: Option<String>,
    /// `owner`, `steward`, …
    pub(crate) role: Option<String>,
    /// First day.
    #[schemars(extend("format" = "date"))]
    pub(crate) date_in: Option<String>,
    /// Last day.
    #[schemars(extend("format" = "date"))]
    pub(crate) date_out: Option<String>,
    /// Who followed.
    pub(crate) replaced_by_username: Option<String>,
    /// Tags.
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// Extensions.
    #[serde(default)]
    pub(crate) custom_properties: Vec<RawCustom>,
    /// Links to terms defined elsewhere.
    #[serde(default)]
    pub(crate) authoritative_definitions: Vec<RawDefinition>,
}

/// Where to ask.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "Support")]
pub(crate) struct RawSupport {
    /// Stable identifier.
    pub(crate) id: Option<String>,
    /// Name of the channel.
    #[schemars(required)]
    pub(crate) channel: Option<String>,
    /// Address.
    pub(crate) url: Option<String>,
    /// What it is for.
    pub(crate) description: Option<String>,
    /// `email`, `slack`, …
    pub(crate) tool: Option<String>,
    /// `interactive`, `announcements`, `issues`, `notifications`.
    pub(crate) scope: Option<String>,
    /// Where to ask for an invitation.
    pub(crate) invitation_url: Option<String>,
    /// Extensions.
    #[serde(default)]
    pub(crate) custom_properties: Vec<RawCustom>,
}

/// A role that gives access.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "Role")]
pub(crate) struct RawRole {
    /// Stable identifier.
    pub(crate) id: Option<String>,
    /// Name of the role.
    #[schemars(required)]
    pub(crate) role: Option<String>,
    /// What it is for.
    pub(crate) description: Option<String>,
    /// `read`, `write`.
    pub(crate) access: Option<String>,
    /// Who approves first.
    pub(crate) first_level_approvers: Option<String>,
    /// Who approves second.
    pub(crate) second_level_approvers: Option<String>,
    /// Extensions.
    #[serde(default)]
    pub(crate) custom_properties: Vec<RawCustom>,
}

/// Where the data is; keys beyond these depend on the type.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(rename = "Server")]
pub(crate) struct RawServer {
    /// Name.
    #[schemars(required)]
    pub(crate) server: Option<String>,
    /// `local`, `s3`, `postgres`, …
    #[serde(rename = "type")]
    #[schemars(required)]
    pub(crate) kind: Option<String>,
    /// Extensions.
    #[serde(default)]
    pub(crate) custom_properties: Vec<RawCustom>,
    /// What the type needs: `path`, `format`, `location`, `host`, …
    #[serde(flatten)]
    pub(crate) settings: BTreeMap<String, Value>,
}

/// A service level.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "SlaProperty")]
pub(crate) struct RawSla {
    /// Stable identifier.
    pub(crate) id: Option<String>,
    /// `frequency`, `latency`, `retention`, …
    #[schemars(required)]
    pub(crate) property: Option<String>,
    /// Agreed value.
    #[schemars(required, with = "RawScalar")]
    pub(crate) value: Option<Value>,
    /// Second value, where the property has two.
    #[schemars(with = "RawScalar")]
    #[serde(default)]
    pub(crate) value_ext: Option<Value>,
    /// Unit of the value: `d`, `h`, `y`, …
    pub(crate) unit: Option<String>,
    /// Columns it is measured on, `object.property`, with commas between several.
    pub(crate) element: Option<String>,
    /// `regulatory`, `analytics`, `operational`.
    pub(crate) driver: Option<String>,
    /// For people.
    pub(crate) description: Option<String>,
    /// What runs the check.
    pub(crate) scheduler: Option<String>,
    /// When the check runs.
    pub(crate) schedule: Option<String>,
}

/// Price, kept and not used.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "Price")]
pub(crate) struct RawPrice {
    /// Stable identifier.
    pub(crate) id: Option<String>,
    /// Amount a unit.
    pub(crate) price_amount: Option<f64>,
    /// ISO 4217 code.
    pub(crate) price_currency: Option<String>,
    /// Unit.
    pub(crate) price_unit: Option<String>,
}

/// A text, number, boolean or null.
#[derive(JsonSchema)]
#[schemars(rename = "Scalar", transparent)]
pub(crate) struct RawScalar(#[schemars(extend("type" = ["string", "number", "boolean", "null"]))] Value);
