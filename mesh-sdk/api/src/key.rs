//! The public keys that open receipts, as a JSON Web Key Set (RFC 7517, RFC 8037).

use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use mesh_policy::Unsealer;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// The public keys of one issuer: of governance's receipts, or of bearer tokens.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Keys {
    /// Issuer that what they seal names.
    pub issuer: String,
    /// The keys; any of them may have sealed it.
    pub keys: Vec<Jwk>,
}

/// One Ed25519 public key.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Jwk {
    /// Key type.
    #[schema(example = "OKP")]
    pub kty: String,
    /// Curve.
    #[schema(example = "Ed25519")]
    pub crv: String,
    /// Public key, base64url without padding.
    pub x: String,
    /// Use.
    #[serde(rename = "use")]
    #[schema(example = "sig")]
    pub usage: String,
    /// Algorithm.
    #[schema(example = "EdDSA")]
    pub alg: String,
}

impl Keys {
    /// The key that opens what one sealer seals.
    #[must_use]
    pub fn of(unsealer: &Unsealer) -> Self {
        Self { issuer: unsealer.issuer().to_owned(), keys: vec![Jwk::ed25519(unsealer.public_key())] }
    }

    /// One unsealer for each Ed25519 key in the set; keys of other kinds are passed over.
    pub fn unsealers(&self) -> impl Iterator<Item = Unsealer> {
        self.keys.iter().filter_map(Jwk::public_key).map(|key| Unsealer::new(&self.issuer, &key))
    }
}

impl Jwk {
    fn ed25519(public_key: &[u8]) -> Self {
        Self {
            kty: "OKP".into(),
            crv: "Ed25519".into(),
            x: BASE64_URL_SAFE_NO_PAD.encode(public_key),
            usage: "sig".into(),
            alg: "EdDSA".into(),
        }
    }

    /// The raw key, when it is a well-formed Ed25519 key.
    fn public_key(&self) -> Option<Vec<u8>> {
        let fits = self.kty == "OKP" && self.crv == "Ed25519";
        fits.then(|| BASE64_URL_SAFE_NO_PAD.decode(&self.x).ok()).flatten().filter(|key| key.len() == 32)
    }
}

#[cfg(test)]
mod tests {
    use mesh_policy::Sealer;

    use super::*;

    #[test]
    fn published_keys_open_what_the_sealer_seals() {
        let now = chrono::DateTime::UNIX_EPOCH;
        let sealer = Sealer::new("bank", &Sealer::generate_key().expect("a key")).expect("a sealer");
        let sealed =
            sealer.seal("a", serde_json::json!({"x": 1}), now, now + chrono::TimeDelta::days(1)).expect("sealed");
        let mut keys = Keys::of(&sealer.unsealer());
        keys.keys.insert(0, Jwk { kty: "RSA".into(), ..Jwk::ed25519(b"") });
        let unsealers: Vec<Unsealer> = keys.unsealers().collect();
        assert_eq!(unsealers.len(), 1, "only the Ed25519 key is usable");
        assert!(unsealers[0].open::<serde_json::Value>("a", &sealed, now).is_ok());
    }
}
