//! Servers, service levels, team, support and roles, resolved.

use std::collections::BTreeMap;

use serde_json::Value;

/// ODCS `servers`.
#[derive(Clone, Debug, PartialEq)]
pub struct Server {
    /// Name.
    pub server: String,
    /// Type, as written.
    pub kind: String,
    /// Everything else.
    pub settings: BTreeMap<String, Value>,
}

/// ODCS `slaProperties`.
#[derive(Clone, Debug, PartialEq)]
pub struct SlaProperty {
    /// `freshness`, `retention`, `availability`, …
    pub property: String,
    /// Value.
    pub value: Value,
    /// Unit of the value.
    pub unit: Option<String>,
    /// Column it is measured on, `object.property`.
    pub element: Option<String>,
    /// What it is for.
    pub driver: Option<String>,
}

/// ODCS `team.members`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TeamMember {
    /// Login or address.
    pub username: String,
    /// Name.
    pub name: Option<String>,
    /// `owner`, `steward`, …
    pub role: Option<String>,
}

/// ODCS `support`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SupportChannel {
    /// Name.
    pub channel: String,
    /// Where.
    pub url: Option<String>,
    /// Tool.
    pub tool: Option<String>,
}

/// ODCS `roles`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Role {
    /// Name.
    pub role: String,
    /// `read`, `write`.
    pub access: Option<String>,
    /// What it is for.
    pub description: Option<String>,
}

impl TeamMember {
    /// Whether the member answers for the data: `owner`, `data owner`, …
    #[must_use]
    pub fn is_owner(&self) -> bool {
        self.role.as_deref().is_some_and(|role| role.to_lowercase().contains("owner"))
    }
}
