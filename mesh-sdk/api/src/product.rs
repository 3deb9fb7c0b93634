//! Registering and reading data products.

use chrono::{DateTime, Utc};
use mesh_contract::PortName;
use semver::Version;
use serde::{Deserialize, Serialize};
use url::Url;
use utoipa::ToSchema;

/// Registers a data product, which every product does on each start.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields, expecting = "an object with `manifest`")]
pub struct RegisterProduct {
    /// The ODPS manifest as written.
    pub manifest: String,
    /// File name to show in diagnostics.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(example = "domains/lending/product.odps.yaml")]
    pub file: Option<String>,
    /// Where the product answers Flight SQL; without it, what was known stays. It is shown to consumers; governance never
    /// calls it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "uri", example = "grpc://127.0.0.1:8461")]
    pub endpoint: Option<Url>,
}

/// A data product in a list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProductSummary {
    /// Owning domain.
    #[schema(example = "lending")]
    pub domain: String,
    /// Identity of the product over all its versions.
    pub id: String,
    /// Human name.
    pub name: String,
    /// Version that registered last.
    #[serde(with = "crate::version")]
    #[schema(value_type = String, example = "1.0.0")]
    pub version: Version,
    /// Where it answers Flight SQL.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<String>, format = "uri")]
    pub endpoint: Option<Url>,
    /// When it registered last.
    pub registered_at: DateTime<Utc>,
    /// Who registered it.
    pub registered_by: String,
}

/// A data product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProductDetail {
    /// As in the list.
    #[serde(flatten)]
    pub summary: ProductSummary,
    /// The ports it serves, each under the contract version that it serves it under.
    pub outputs: Vec<ProductOutput>,
    /// The ODPS manifest as written.
    pub manifest: String,
}

/// One output port of a product.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct ProductOutput {
    /// The port.
    #[schema(value_type = String, example = "lending.loans")]
    pub port: PortName,
    /// Version of the contract it is served under.
    #[serde(with = "crate::version")]
    #[schema(value_type = String, example = "1.0.0")]
    pub version: Version,
}
