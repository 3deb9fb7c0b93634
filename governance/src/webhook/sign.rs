//! Signatures in the Standard Webhooks form: HMAC-SHA-256 over identity, time and body.

use aws_lc_rs::{digest, hmac};
use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use chrono::{DateTime, Utc};
use mesh_policy::{SealError, Sealer};
use serde_json::json;

/// Audience that secrets are derived for; nothing that is sealed for it leaves governance.
const AUDIENCE: &str = "webhook-secret";

/// What a subscription's messages are signed with.
pub(crate) struct Secret(digest::Digest);

/// The secret of a subscription. It follows from governance's key, whose signatures are the same each time, so no database and no
/// backup holds it.
pub(crate) fn secret(sealer: &Sealer, number: i64, created_at: DateTime<Utc>) -> Result<Secret, SealError> {
    let sealed = sealer.seal(AUDIENCE, json!({"subscription": number}), created_at, created_at)?;
    Ok(Secret(digest::digest(&digest::SHA256, sealed.as_bytes())))
}

impl Secret {
    /// As the libraries of the receivers take it.
    pub(crate) fn told(&self) -> String {
        format!("whsec_{}", BASE64_STANDARD.encode(self.0))
    }

    /// The header `webhook-signature` of a message.
    pub(crate) fn signature(&self, id: &str, timestamp: i64, body: &str) -> String {
        let key = hmac::Key::new(hmac::HMAC_SHA256, self.0.as_ref());
        let tag = hmac::sign(&key, format!("{id}.{timestamp}.{body}").as_bytes());
        format!("v1,{}", BASE64_STANDARD.encode(tag))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_the_same_each_time_and_another_for_each_subscription() {
        let sealer = Sealer::new("governance", &Sealer::generate_key().expect("a key")).expect("a sealer");
        let other = Sealer::new("governance", &Sealer::generate_key().expect("a key")).expect("a sealer");
        let told = |sealer, number| secret(sealer, number, DateTime::UNIX_EPOCH).expect("a secret").told();
        assert_eq!(told(&sealer, 1), told(&sealer, 1));
        assert_ne!(told(&sealer, 1), told(&sealer, 2));
        assert_ne!(told(&sealer, 1), told(&other, 1));
        assert_eq!(told(&sealer, 1).len(), "whsec_".len() + 44);
    }

    #[test]
    fn a_signature_is_over_identity_time_and_body() {
        // Computed with Python's hmac over the SHA-256 of "key".
        let secret = Secret(digest::digest(&digest::SHA256, b"key"));
        assert_eq!(secret.told(), "whsec_LHDhK3oGRvkiefQnx7OOczTY5Tic/xZ6HcMOc/gmtoM=");
        assert_eq!(secret.signature("msg_1", 1_700_000_000, "{}"), "v1,zRf3+fBFPcRgXr7dUZsi1eLy5rxMsUhYd2J7o4ijEwo=");
    }
}
