//! Bearer tokens: an identity, sealed for one audience, in the mesh always [`AUDIENCE`](crate::identity::AUDIENCE).

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::identity::{Identity, Principal, Purpose};
use crate::seal::{SealError, Sealer, Unsealer};

/// What a bearer token states, under the claim names that OIDC issuers use.
#[derive(Serialize, Deserialize)]
struct Claims {
    sub: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    purpose: Option<Purpose>,
}

impl Identity {
    /// Writes the identity as a bearer token for `audience`, good until the identity expires.
    ///
    /// # Errors
    /// As [`Sealer::seal`].
    pub fn seal(&self, sealer: &Sealer, audience: &str, now: DateTime<Utc>) -> Result<String, SealError> {
        let claims = Claims {
            sub: self.principal.name.clone(),
            roles: self.principal.roles.clone(),
            purpose: self.purpose.clone(),
        };
        sealer.seal(audience, claims, now, self.expires)
    }

    /// Reads a bearer token that was made for `audience`.
    ///
    /// # Errors
    /// As [`Unsealer::open`].
    pub fn open(unsealer: &Unsealer, audience: &str, token: &str, now: DateTime<Utc>) -> Result<Self, SealError> {
        let (claims, expires) = unsealer.open::<Claims>(audience, token, now)?;
        let principal = Principal { name: claims.sub, roles: claims.roles };
        Ok(Self { principal, purpose: claims.purpose, expires })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::identity::AUDIENCE;

    #[test]
    fn an_identity_survives_its_token_whole() {
        let now = DateTime::from_timestamp(100, 0).expect("a time");
        let sealer = Sealer::new("bank", &Sealer::generate_key().expect("a key")).expect("a sealer");
        let omar = Identity {
            principal: Principal { name: "omar".into(), roles: vec!["analyst".into()] },
            purpose: Some(Purpose("risk-reporting".into())),
            expires: DateTime::from_timestamp(200, 0).expect("a time"),
        };
        let token = omar.seal(&sealer, AUDIENCE, now).expect("sealed");
        assert_eq!(Identity::open(&sealer.unsealer(), AUDIENCE, &token, now).expect("opens"), omar);
        assert!(Identity::open(&sealer.unsealer(), "ticket", &token, now).is_err());
    }
}
