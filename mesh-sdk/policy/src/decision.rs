//! (contract, identity, agreements, time) → decision. The permit in a decision is the only key to data.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use mesh_contract::{Contract, PortVersion, model::ContractHash};

use crate::agreement::Agreements;
use crate::identity::Identity;

/// The answer to "may this identity read this port?".
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Decision {
    /// Yes, within the permit.
    Permit(Box<Permit>),
    /// No.
    Deny(Denial),
}

/// Proof that a decision was made. It has no public constructor: only [`decide`] makes one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Permit {
    port: PortVersion,
    contract: ContractHash,
    identity: Identity,
    basis: Basis,
    columns: Option<BTreeSet<String>>,
    expires: DateTime<Utc>,
}

/// What a permit rests on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Basis {
    /// The principal owns the domain.
    Owner,
    /// The principal works for governance.
    Governance,
    /// Access agreements, by id.
    Agreements(Vec<String>),
}

/// Why not; for audit, never for the asker, who is told only that there is no such table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denial {
    /// The identity is past its time.
    IdentityExpired,
    /// No rule and no agreement grants the port.
    NoAgreement,
}

/// Decides whether `identity` may read `port` under `contract` at `now`. Default is deny.
#[must_use]
pub fn decide(
    port: &PortVersion,
    contract: &Contract,
    identity: &Identity,
    agreements: &Agreements,
    now: DateTime<Utc>,
) -> Decision {
    if identity.expires <= now {
        return Decision::Deny(Denial::IdentityExpired);
    }
    let principal = &identity.principal;
    let (basis, columns, expires) = if principal.owns(port.name.domain()) {
        (Basis::Owner, None, identity.expires)
    } else if principal.governs() {
        (Basis::Governance, None, identity.expires)
    } else {
        match agreements.grant(port, principal, identity.purpose.as_ref(), now) {
            Some(grant) => (Basis::Agreements(grant.ids), grant.columns, grant.expires.min(identity.expires)),
            None => return Decision::Deny(Denial::NoAgreement),
        }
    };
    Decision::Permit(Box::new(Permit {
        port: port.clone(),
        contract: contract.hash.clone(),
        identity: identity.clone(),
        basis,
        columns,
        expires,
    }))
}

impl Permit {
    /// The port and major it opens.
    #[must_use]
    pub fn port(&self) -> &PortVersion {
        &self.port
    }

    /// The contract it was decided under.
    #[must_use]
    pub fn contract(&self) -> &ContractHash {
        &self.contract
    }

    /// Whom it was given to.
    #[must_use]
    pub fn identity(&self) -> &Identity {
        &self.identity
    }

    /// What it rests on.
    #[must_use]
    pub fn basis(&self) -> &Basis {
        &self.basis
    }

    /// Names of the columns it opens, of those the contract has; `None` for all.
    #[must_use]
    pub fn columns(&self) -> Option<&BTreeSet<String>> {
        self.columns.as_ref()
    }

    /// From then on it is void.
    #[must_use]
    pub fn expires(&self) -> DateTime<Utc> {
        self.expires
    }
}
