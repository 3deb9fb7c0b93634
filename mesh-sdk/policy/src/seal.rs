//! Sealed statements: claims signed with Ed25519 as compact JWTs, for bearer tokens, registration receipts and tickets.
//!
//! Issuer, audience and expiry are always required and always checked, against a time that is passed in; the algorithm
//! is fixed, so a token cannot choose a weaker one.

use std::sync::Arc;

use aws_lc_rs::signature::{Ed25519KeyPair, KeyPair};
use chrono::{DateTime, Utc};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

/// Makes sealed statements in the name of one issuer.
#[derive(Clone)]
pub struct Sealer {
    key: Arc<EncodingKey>,
    unsealer: Unsealer,
}

/// Opens statements sealed by one issuer.
#[derive(Clone)]
pub struct Unsealer {
    issuer: String,
    key: Arc<DecodingKey>,
    public: Arc<[u8]>,
}

/// Why a seal could not be made or opened.
#[derive(Debug, thiserror::Error)]
pub enum SealError {
    /// The key is not an Ed25519 key.
    #[error("the signing key is not a PKCS#8 Ed25519 key")]
    Key,
    /// Not a sealed statement of this issuer and audience, or tampered with.
    #[error("the seal does not hold")]
    Broken(#[source] jsonwebtoken::errors::Error),
    /// Past its time.
    #[error("the seal expired at {0}")]
    Expired(DateTime<Utc>),
}

#[derive(Serialize, Deserialize)]
struct Envelope<C> {
    iss: String,
    aud: String,
    iat: i64,
    exp: i64,
    #[serde(flatten)]
    claims: C,
}

impl Sealer {
    /// A sealer from a PKCS#8 document, as [`Sealer::generate_key`] makes.
    ///
    /// # Errors
    /// [`SealError::Key`] when the document is not an Ed25519 key.
    pub fn new(issuer: &str, pkcs8: &[u8]) -> Result<Self, SealError> {
        let pair = Ed25519KeyPair::from_pkcs8(pkcs8).map_err(|_| SealError::Key)?;
        Ok(Self {
            key: Arc::new(EncodingKey::from_ed_der(pkcs8)),
            unsealer: Unsealer::new(issuer, pair.public_key().as_ref()),
        })
    }

    /// A new private key as a PKCS#8 document, from the operating system's randomness.
    ///
    /// # Errors
    /// [`SealError::Key`] when the system gives no randomness.
    pub fn generate_key() -> Result<Vec<u8>, SealError> {
        let pair = Ed25519KeyPair::generate().map_err(|_| SealError::Key)?;
        let document = pair.to_pkcs8v1().map_err(|_| SealError::Key)?;
        Ok(document.as_ref().to_vec())
    }

    /// The unsealer that opens what this sealer seals.
    #[must_use]
    pub fn unsealer(&self) -> Unsealer {
        self.unsealer.clone()
    }

    /// Seals `claims` for `audience` until `expires`.
    ///
    /// # Errors
    /// [`SealError::Broken`] when the claims cannot be written as a JSON object.
    pub fn seal<C: Serialize>(
        &self,
        audience: &str,
        claims: C,
        now: DateTime<Utc>,
        expires: DateTime<Utc>,
    ) -> Result<String, SealError> {
        let envelope = Envelope {
            iss: self.unsealer.issuer.clone(),
            aud: audience.to_owned(),
            iat: now.timestamp(),
            exp: expires.timestamp(),
            claims,
        };
        jsonwebtoken::encode(&Header::new(Algorithm::EdDSA), &envelope, &self.key).map_err(SealError::Broken)
    }
}

impl Unsealer {
    /// An unsealer for `issuer`, whose raw Ed25519 public key is given.
    #[must_use]
    pub fn new(issuer: &str, public_key: &[u8]) -> Self {
        let key = Arc::new(DecodingKey::from_ed_der(public_key));
        Self { issuer: issuer.to_owned(), key, public: public_key.into() }
    }

    /// Whose statements it opens.
    #[must_use]
    pub fn issuer(&self) -> &str {
        &self.issuer
    }

    /// The issuer's raw Ed25519 public key.
    #[must_use]
    pub fn public_key(&self) -> &[u8] {
        &self.public
    }

    /// Opens a statement for `audience` and gives its claims and the time it expires.
    ///
    /// # Errors
    /// [`SealError::Broken`] for any other issuer, audience, algorithm or signature; [`SealError::Expired`] past its time.
    pub fn open<C: DeserializeOwned>(
        &self,
        audience: &str,
        sealed: &str,
        now: DateTime<Utc>,
    ) -> Result<(C, DateTime<Utc>), SealError> {
        let mut validation = Validation::new(Algorithm::EdDSA);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&[audience]);
        validation.set_required_spec_claims(&["iss", "aud", "exp"]);
        // The library would ask the wall clock; the time that was passed in is compared below.
        validation.validate_exp = false;
        let envelope: Envelope<C> =
            jsonwebtoken::decode(sealed, &self.key, &validation).map_err(SealError::Broken)?.claims;
        let expires = DateTime::from_timestamp(envelope.exp, 0).unwrap_or(DateTime::UNIX_EPOCH);
        if expires <= now {
            return Err(SealError::Expired(expires));
        }
        Ok((envelope.claims, expires))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::Principal;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).expect("a time")
    }

    fn omar() -> Principal {
        Principal { name: "omar".into(), roles: vec!["analyst".into()] }
    }

    #[test]
    fn a_seal_opens_for_its_audience_and_time_only() {
        let sealer = Sealer::new("bank", &Sealer::generate_key().expect("a key")).expect("a sealer");
        let sealed = sealer.seal("flight", omar(), at(100), at(200)).expect("sealed");
        let (claims, expires) = sealer.unsealer().open::<Principal>("flight", &sealed, at(150)).expect("opens");
        assert_eq!((claims, expires), (omar(), at(200)));

        let open = |unsealer: &Unsealer, audience, now| unsealer.open::<Principal>(audience, &sealed, now);
        assert!(matches!(open(&sealer.unsealer(), "flight", at(200)), Err(SealError::Expired(_))));
        assert!(matches!(open(&sealer.unsealer(), "rest", at(150)), Err(SealError::Broken(_))));
        let stranger = Unsealer::new("stranger", sealer.unsealer().public_key());
        assert!(matches!(open(&stranger, "flight", at(150)), Err(SealError::Broken(_))));
        let other = Sealer::new("bank", &Sealer::generate_key().expect("a key")).expect("a sealer");
        assert!(matches!(open(&other.unsealer(), "flight", at(150)), Err(SealError::Broken(_))));
    }

    #[test]
    fn a_token_cannot_choose_its_algorithm() {
        let sealer = Sealer::new("bank", &Sealer::generate_key().expect("a key")).expect("a sealer");
        let key = EncodingKey::from_secret(sealer.unsealer().public_key());
        let envelope = Envelope { iss: "bank".into(), aud: "flight".into(), iat: 100, exp: 200, claims: omar() };
        let forged = jsonwebtoken::encode(&Header::new(Algorithm::HS256), &envelope, &key).expect("forged");
        assert!(sealer.unsealer().open::<Principal>("flight", &forged, at(150)).is_err());
    }
}
