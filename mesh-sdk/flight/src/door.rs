//! Who comes in: bearer tokens on every call, and the login that gives one.
//!
//! A login happens in Handshake only, as ADBC, JDBC and pyarrow do it: `authorization: Basic …` goes in and
//! `authorization: Bearer …` comes back. A password on any other call is refused like any other unreadable token.

use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine;
use base64::prelude::BASE64_STANDARD_NO_PAD;
use mesh_policy::{AUDIENCE, Clock, Identity, Unsealer};
use tonic::metadata::MetadataMap;

use crate::refusal::Refusal;

mod throttle;

pub(crate) use throttle::Throttle;

/// Checks who calls.
#[derive(Clone)]
pub struct Door {
    /// Opens bearer tokens.
    pub unsealer: Unsealer,
    /// Tells whether a token is past its time.
    pub clock: Clock,
    /// Turns a user's name and password into a token; without it there is no login.
    pub login: Option<Arc<dyn Login>>,
}

/// Turns a user's name and password into a bearer token for [`AUDIENCE`].
pub trait Login: Send + Sync {
    /// The token, or nothing when the user is unknown or the password is wrong. It must take the same time for both,
    /// and for every wrong password.
    fn login(&self, user: &str, password: &str) -> Option<String>;
}

impl Door {
    /// Who sends these headers.
    pub(crate) fn identify(&self, headers: &MetadataMap) -> Result<Identity, Refusal> {
        let token = authorization(headers, "bearer").ok_or(Refusal::Unauthenticated)?;
        Identity::open(&self.unsealer, AUDIENCE, token, self.clock.now()).map_err(|_| Refusal::Unauthenticated)
    }

    /// The token for the name and password in these headers.
    pub(crate) fn login(
        &self,
        headers: &MetadataMap,
        peer: Option<IpAddr>,
        throttle: &Throttle,
    ) -> Result<String, Refusal> {
        let now = self.clock.now();
        if throttle.is_closed(peer, now) {
            return Err(Refusal::LoginThrottled);
        }
        let token = authorization(headers, "basic")
            // Java pads, Go does not.
            .and_then(|encoded| BASE64_STANDARD_NO_PAD.decode(encoded.trim_end_matches('=')).ok())
            .and_then(|decoded| String::from_utf8(decoded).ok())
            .and_then(|pair| {
                let (user, password) = pair.split_once(':')?;
                self.login.as_ref()?.login(user, password)
            });
        if token.is_none() {
            throttle.failed(peer, now);
        }
        token.ok_or(Refusal::Login)
    }
}

/// The credentials of the given scheme; schemes are case-insensitive.
fn authorization<'h>(headers: &'h MetadataMap, scheme: &str) -> Option<&'h str> {
    let (written, credentials) = headers.get("authorization")?.to_str().ok()?.trim().split_once(' ')?;
    written.eq_ignore_ascii_case(scheme).then(|| credentials.trim())
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, Utc};
    use mesh_policy::{Principal, Sealer};

    use super::*;

    struct TwoUsers(String);

    impl Login for TwoUsers {
        fn login(&self, user: &str, password: &str) -> Option<String> {
            (user == password && ["ana", "omar"].contains(&user)).then(|| self.0.clone())
        }
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).expect("a time")
    }

    fn door() -> (Door, Sealer) {
        let sealer = Sealer::new("bank", &Sealer::generate_key().expect("a key")).expect("a sealer");
        let door = Door { unsealer: sealer.unsealer(), clock: Clock::fixed(at(100)), login: None };
        (door, sealer)
    }

    fn omar() -> Identity {
        Identity { principal: Principal { name: "omar".into(), roles: vec![] }, purpose: None, expires: at(200) }
    }

    fn headers(authorization: &str) -> MetadataMap {
        let mut headers = MetadataMap::new();
        headers.insert("authorization", authorization.parse().expect("ascii"));
        headers
    }

    #[test]
    fn only_a_token_for_the_mesh_that_still_holds_identifies() {
        let (door, sealer) = door();
        let token = omar().seal(&sealer, AUDIENCE, at(90)).expect("sealed");
        assert_eq!(door.identify(&headers(&format!("Bearer {token}"))).expect("omar"), omar());
        assert_eq!(door.identify(&headers(&format!("bearer {token}"))).expect("omar"), omar());

        let elsewhere = omar().seal(&sealer, "ticket", at(90)).expect("sealed");
        let late = Door { clock: Clock::fixed(at(200)), ..door.clone() };
        assert!(matches!(late.identify(&headers(&format!("Bearer {token}"))), Err(Refusal::Unauthenticated)));
        for bad in [format!("Bearer {elsewhere}"), format!("Basic {token}"), "Bearer".into(), token] {
            assert!(matches!(door.identify(&headers(&bad)), Err(Refusal::Unauthenticated)), "{bad}");
        }
        assert!(matches!(door.identify(&MetadataMap::new()), Err(Refusal::Unauthenticated)));
    }

    #[test]
    fn unknown_users_and_wrong_passwords_look_the_same_and_run_out_of_tries() {
        let (door, _) = door();
        let door = Door { login: Some(Arc::new(TwoUsers("token".into()))), ..door };
        let throttle = Throttle::new(3);
        let peer = Some(IpAddr::from([127, 0, 0, 1]));
        let encoded = |text: &str| door.login(&headers(&format!("Basic {text}")), peer, &throttle);
        let login = |pair: &str| encoded(&BASE64_STANDARD_NO_PAD.encode(pair));
        assert_eq!(login("omar:omar").expect("a token"), "token");
        for padded_or_not in ["YW5hOmFuYQ==", "YW5hOmFuYQ"] {
            assert_eq!(encoded(padded_or_not).expect("a token"), "token");
        }
        for bad in ["omar:wrong", "nobody:omar", "omar"] {
            assert!(matches!(login(bad), Err(Refusal::Login)), "{bad}");
        }
        assert!(matches!(login("omar:omar"), Err(Refusal::LoginThrottled)));
    }
}
