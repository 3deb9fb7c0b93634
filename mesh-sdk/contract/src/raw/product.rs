//! An ODPS document as written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::party::RawTeamParts;
use super::shared::{RawCustom, RawDefinition, RawDescription};

/// A data product of the Open Data Product Standard, 1.0 or 1.1.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "DataProduct")]
pub(crate) struct RawProduct {
    /// Version of the standard.
    #[schemars(required, extend("pattern" = r"^v1\.[01]\.[0-9]+$"))]
    pub(crate) api_version: Option<String>,
    /// `DataProduct`.
    #[schemars(required, extend("enum" = ["DataProduct"]))]
    pub(crate) kind: Option<String>,
    /// Identity over all versions.
    #[schemars(required)]
    pub(crate) id: Option<String>,
    /// Lifecycle status.
    #[schemars(required, extend("enum" = ["proposed", "draft", "active", "deprecated", "retired"]))]
    pub(crate) status: Option<String>,
    /// Human name.
    pub(crate) name: Option<String>,
    /// Semantic version of the product.
    pub(crate) version: Option<String>,
    /// Owning domain.
    pub(crate) domain: Option<String>,
    /// Tenant.
    pub(crate) tenant: Option<String>,
    /// Links to terms defined elsewhere.
    #[serde(default)]
    pub(crate) authoritative_definitions: Vec<RawDefinition>,
    /// Purpose, limitations, usage.
    pub(crate) description: Option<RawDescription>,
    /// Extensions.
    #[serde(default)]
    pub(crate) custom_properties: Vec<RawCustom>,
    /// Tags.
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// Where data comes from.
    #[serde(default)]
    pub(crate) input_ports: Vec<RawInputPort>,
    /// What is served.
    #[serde(default)]
    pub(crate) output_ports: Vec<RawOutputPort>,
    /// How the product is managed.
    #[serde(default)]
    pub(crate) management_ports: Vec<RawManagementPort>,
    /// Where to ask.
    #[serde(default)]
    pub(crate) support: Vec<RawProductSupport>,
    /// Who owns and works on it.
    pub(crate) team: Option<RawTeamParts>,
    /// When the product was made.
    #[schemars(extend("format" = "date-time"))]
    pub(crate) product_created_ts: Option<String>,
}

/// Where data comes from.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "InputPort")]
pub(crate) struct RawInputPort {
    /// Stable identifier.
    pub(crate) id: Option<String>,
    /// Name.
    #[schemars(required)]
    pub(crate) name: Option<String>,
    /// Version of its contract.
    #[schemars(required)]
    pub(crate) version: Option<String>,
    /// Its contract.
    #[schemars(required)]
    pub(crate) contract_id: Option<String>,
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

/// What is served.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "OutputPort")]
pub(crate) struct RawOutputPort {
    /// Stable identifier.
    pub(crate) id: Option<String>,
    /// Name.
    #[schemars(required)]
    pub(crate) name: Option<String>,
    /// What it holds.
    pub(crate) description: Option<String>,
    /// `tables`, `topic`, …
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    /// Version of its contract.
    #[schemars(required)]
    pub(crate) version: Option<String>,
    /// Its contract.
    pub(crate) contract_id: Option<String>,
    /// Software bills of materials.
    #[serde(default)]
    pub(crate) sbom: Vec<RawSbom>,
    /// Contracts that it is made from.
    #[serde(default)]
    pub(crate) input_contracts: Vec<RawInputContract>,
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

/// A software bill of materials.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "Sbom")]
pub(crate) struct RawSbom {
    /// `external`.
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    /// Where it is.
    #[schemars(required)]
    pub(crate) url: Option<String>,
}

/// A contract that an output port is made from.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "InputContract")]
pub(crate) struct RawInputContract {
    /// Its identity.
    #[schemars(required)]
    pub(crate) id: Option<String>,
    /// Its version.
    #[schemars(required)]
    pub(crate) version: Option<String>,
}

/// How the product is managed.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "ManagementPort")]
pub(crate) struct RawManagementPort {
    /// Name.
    #[schemars(required)]
    pub(crate) name: Option<String>,
    /// `discoverability`, `observability`, `control`, `dictionary`.
    #[schemars(required)]
    pub(crate) content: Option<String>,
    /// `rest` or `topic`.
    #[serde(rename = "type")]
    pub(crate) kind: Option<String>,
    /// Where it is.
    pub(crate) url: Option<String>,
    /// Channel.
    pub(crate) channel: Option<String>,
    /// What it is for.
    pub(crate) description: Option<String>,
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
pub(crate) struct RawProductSupport {
    /// Name of the channel.
    #[schemars(required)]
    pub(crate) channel: Option<String>,
    /// Address.
    #[schemars(required)]
    pub(crate) url: Option<String>,
    /// What it is for.
    pub(crate) description: Option<String>,
    /// `email`, `slack`, …
    pub(crate) tool: Option<String>,
    /// `interactive`, `announcements`, `issues`.
    pub(crate) scope: Option<String>,
    /// Where to ask for an invitation.
    pub(crate) invitation_url: Option<String>,
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
