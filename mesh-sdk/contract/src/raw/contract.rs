//! An ODCS document as written.

use schemars::JsonSchema;
use serde::Deserialize;

use super::party::{RawPrice, RawRole, RawServer, RawSla, RawSupport, RawTeam};
use super::property::RawObject;
use super::shared::{RawContext, RawCustom, RawDefinition, RawDescription};

/// A data contract of the Open Data Contract Standard, 3.1 or 3.2.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(rename_all = "camelCase")]
#[schemars(deny_unknown_fields, rename = "DataContract")]
pub(crate) struct RawContract {
    /// Version of the standard.
    #[schemars(required, extend("pattern" = r"^v3\.[12]\.[0-9]+$"))]
    pub(crate) api_version: Option<String>,
    /// `DataContract`.
    #[schemars(required, extend("enum" = ["DataContract"]))]
    pub(crate) kind: Option<String>,
    /// Identity over all versions.
    #[schemars(required)]
    pub(crate) id: Option<String>,
    /// Semantic version of this document.
    #[schemars(required)]
    pub(crate) version: Option<String>,
    /// Lifecycle status.
    #[schemars(required, extend("enum" = ["proposed", "draft", "active", "deprecated", "retired"]))]
    pub(crate) status: Option<String>,
    /// Human name.
    pub(crate) name: Option<String>,
    /// Tenant.
    pub(crate) tenant: Option<String>,
    /// Owning domain.
    pub(crate) domain: Option<String>,
    /// Data product that serves it.
    pub(crate) data_product: Option<String>,
    /// Tags.
    #[serde(default)]
    pub(crate) tags: Vec<String>,
    /// Where the data is.
    #[serde(default)]
    pub(crate) servers: Vec<RawServer>,
    /// Purpose, limitations, usage.
    pub(crate) description: Option<RawDescription>,
    /// Tables.
    #[serde(default)]
    pub(crate) schema: Vec<RawObject>,
    /// Where to ask.
    #[serde(default)]
    pub(crate) support: Vec<RawSupport>,
    /// Price.
    pub(crate) price: Option<RawPrice>,
    /// Who owns and works on it.
    pub(crate) team: Option<RawTeam>,
    /// Roles that give access.
    #[serde(default)]
    pub(crate) roles: Vec<RawRole>,
    /// Deprecated: column that service levels are measured on.
    pub(crate) sla_default_element: Option<String>,
    /// Service levels.
    #[serde(default)]
    pub(crate) sla_properties: Vec<RawSla>,
    /// Links to terms defined elsewhere.
    #[serde(default)]
    pub(crate) authoritative_definitions: Vec<RawDefinition>,
    /// Extensions.
    #[serde(default)]
    pub(crate) custom_properties: Vec<RawCustom>,
    /// When the contract was made.
    #[schemars(extend("format" = "date-time"))]
    pub(crate) contract_created_ts: Option<String>,
    /// Guidance for software (3.2).
    pub(crate) context: Option<RawContext>,
}
