//! Who asks, and why.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// The audience of every bearer token in the mesh. One token serves both Flight and REST, so there is one audience:
/// the mesh itself. Tickets and receipts carry audiences of their own and never open as an identity.
pub const AUDIENCE: &str = "fince";

/// A person or a service that asks. Roles are `governance`, `owner:<domain>`, `service:<domain>`, or the bank's own.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Principal {
    /// Unique name (the token's `sub`).
    pub name: String,
    /// Roles as the issuer states them.
    #[serde(default)]
    pub roles: Vec<String>,
}

/// Why data is asked for: GDPR purpose limitation.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Purpose(pub String);

/// A verified statement of who asks and why, and until when it holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Identity {
    /// Who.
    pub principal: Principal,
    /// Why; `None` when the issuer states none.
    pub purpose: Option<Purpose>,
    /// From then on the identity is void.
    pub expires: DateTime<Utc>,
}

impl Principal {
    /// Whether the principal works for governance.
    #[must_use]
    pub fn governs(&self) -> bool {
        self.has_role("governance", None)
    }

    /// Whether the principal owns the domain, or is its product.
    #[must_use]
    pub fn owns(&self, domain: &str) -> bool {
        self.has_role("owner", Some(domain)) || self.has_role("service", Some(domain))
    }

    /// Whether the principal is an owner of the domain, which its product is not: whoever decides is a person.
    #[must_use]
    pub fn is_owner(&self, domain: &str) -> bool {
        self.has_role("owner", Some(domain))
    }

    /// Whether the principal owns some domain, or is some domain's product.
    #[must_use]
    pub fn owns_any(&self) -> bool {
        self.domains().next().is_some()
    }

    /// The domains that the principal owns, or is the product of.
    pub fn domains(&self) -> impl Iterator<Item = &str> {
        self.roles.iter().filter_map(|role| {
            let (kind, domain) = role.split_once(':')?;
            (matches!(kind, "owner" | "service") && !domain.is_empty()).then_some(domain)
        })
    }

    fn has_role(&self, kind: &str, domain: Option<&str>) -> bool {
        self.roles.iter().any(|role| match (role.split_once(':'), domain) {
            (Some((written, of)), Some(domain)) => written == kind && of == domain,
            (None, None) => role == kind,
            _ => false,
        })
    }
}
