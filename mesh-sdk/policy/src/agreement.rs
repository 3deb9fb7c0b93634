//! Access agreements: dated, expiring grants of a port to a principal for named purposes.

use chrono::{DateTime, Utc};
use mesh_contract::PortName;
use serde::{Deserialize, Serialize};

use crate::identity::{Principal, Purpose};

/// One grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// Identity of the agreement, for audit.
    pub id: String,
    /// The port granted.
    pub port: PortName,
    /// The principal it is granted to.
    pub principal: String,
    /// Purposes it is granted for; empty grants nothing.
    pub purposes: Vec<Purpose>,
    /// From then on it is void.
    pub expires: DateTime<Utc>,
}

/// The agreements in force, as known to whoever decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreements(Vec<Agreement>);

impl Agreements {
    /// A set of agreements.
    #[must_use]
    pub fn new(agreements: Vec<Agreement>) -> Self {
        Self(agreements)
    }

    /// The first agreement that grants `port` to `principal` for `purpose` at `now`.
    #[must_use]
    pub fn grant(
        &self,
        port: &PortName,
        principal: &Principal,
        purpose: Option<&Purpose>,
        now: DateTime<Utc>,
    ) -> Option<&Agreement> {
        let purpose = purpose?;
        self.0.iter().find(|agreement| {
            agreement.port == *port
                && agreement.principal == principal.name
                && agreement.expires > now
                && agreement.purposes.contains(purpose)
        })
    }
}
