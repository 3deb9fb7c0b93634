//! Receipts: governance's sealed word that it accepted a contract version.
//!
//! A product keeps the receipt beside its data. When governance cannot be reached at start, a receipt that still opens
//! and names the contract's hash lets the product serve what was accepted before.

use chrono::{DateTime, TimeDelta, Utc};
use mesh_contract::PortName;
use mesh_policy::{SealError, Sealer, Unsealer};
use semver::Version;
use serde::{Deserialize, Serialize};

/// Audience that receipts are sealed for, so that no bearer token can pass as one.
const RECEIPT_AUDIENCE: &str = "receipt";

/// What a receipt states.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Receipt {
    /// Identity of the contract over all its versions.
    pub contract: String,
    /// The port it is for.
    pub port: PortName,
    /// Its version.
    #[serde(with = "crate::version")]
    pub version: Version,
    /// Its hash.
    pub hash: String,
    /// When it was accepted.
    pub accepted_at: DateTime<Utc>,
}

impl Receipt {
    /// How long a receipt holds: a product that has not heard from governance for this long may no longer serve.
    pub const LIFETIME: TimeDelta = TimeDelta::days(90);

    /// Seals the statement at `now`, for [`Receipt::LIFETIME`].
    ///
    /// # Errors
    /// As [`Sealer::seal`].
    pub fn seal(&self, sealer: &Sealer, now: DateTime<Utc>) -> Result<String, SealError> {
        sealer.seal(RECEIPT_AUDIENCE, self, now, now + Self::LIFETIME)
    }
}

/// Opens a sealed receipt.
///
/// # Errors
/// As [`Unsealer::open`].
pub fn verify_receipt(unsealer: &Unsealer, sealed: &str, now: DateTime<Utc>) -> Result<Receipt, SealError> {
    unsealer.open::<Receipt>(RECEIPT_AUDIENCE, sealed, now).map(|(receipt, _)| receipt)
}

#[cfg(test)]
mod tests {
    use mesh_policy::{AUDIENCE, Identity, Principal};

    use super::*;

    #[test]
    fn a_receipt_opens_until_it_expires_and_a_bearer_token_never_does() {
        let now = DateTime::from_timestamp(1_700_000_000, 0).expect("a time");
        let sealer = Sealer::new("governance", &Sealer::generate_key().expect("a key")).expect("a sealer");
        let receipt = Receipt {
            contract: "0f3c".into(),
            port: "lending.loans".parse().expect("a name"),
            version: Version::new(1, 2, 3),
            hash: "sha256:00".into(),
            accepted_at: now,
        };
        let sealed = receipt.seal(&sealer, now).expect("sealed");
        assert_eq!(verify_receipt(&sealer.unsealer(), &sealed, now).expect("opens"), receipt);
        let late = now + Receipt::LIFETIME;
        assert!(matches!(verify_receipt(&sealer.unsealer(), &sealed, late), Err(SealError::Expired(_))));

        let identity =
            Identity { principal: Principal { name: "omar".into(), roles: vec![] }, purpose: None, expires: late };
        let token = identity.seal(&sealer, AUDIENCE, now).expect("sealed");
        assert!(verify_receipt(&sealer.unsealer(), &token, now).is_err());
        assert!(Identity::open(&sealer.unsealer(), AUDIENCE, &sealed, now).is_err());
    }
}
