//! The development issuer: names to identities, passwords to identities, identities to tokens.

use aws_lc_rs::constant_time::verify_slices_are_equal;
use chrono::{DateTime, TimeDelta, Utc};
use mesh_contract::PortName;
use mesh_policy::{AUDIENCE, Identity, Principal, Purpose, Sealer};

use crate::dev::principals::{Example, Granted, examples};
use crate::failure::{Failure, codes};

/// How long a development token is good for, in hours.
const TOKEN_HOURS: i64 = 12;

/// Before the domain in the name of a data product.
const PRODUCT: &str = "product:";

/// Why a product reads another product's port.
const PRODUCT_PURPOSE: &str = "data-product";

/// Days for which a product's own token is good: longer than a process runs.
const PRODUCT_TOKEN_DAYS: i64 = 365;

/// The local token issuer.
#[derive(Clone)]
pub(crate) struct DevelopmentIdentity {
    sealer: Sealer,
    examples: Vec<Example>,
}

impl DevelopmentIdentity {
    /// The issuer that seals with `sealer`.
    ///
    /// # Errors
    /// As [`examples`].
    pub(crate) fn new(sealer: Sealer) -> Result<Self, Failure> {
        Ok(Self { sealer, examples: examples()? })
    }

    /// The principals: name, and who it plays.
    pub(crate) fn principals(&self) -> impl Iterator<Item = (&str, &str)> {
        self.examples.iter().map(|example| (example.name.as_str(), example.about.as_str()))
    }

    /// The identity of a principal, or of a data product as `product:<domain>`, from `now` on.
    ///
    /// # Errors
    /// When there is no such principal; those that exist are named.
    pub(crate) fn identity(&self, name: &str, now: DateTime<Utc>) -> Result<Identity, Failure> {
        if let Some(domain) = name.strip_prefix(PRODUCT).filter(|domain| is_domain(domain)) {
            return Ok(product(domain, now));
        }
        let found = self.examples.iter().find(|example| example.name == name);
        found.map(|example| identity(example, now)).ok_or_else(|| {
            let names: Vec<_> = self.examples.iter().map(|example| format!("`{}`", example.name)).collect();
            Failure::failed(codes::PRINCIPAL, format!("there is no development principal `{name}`"))
                .help(format!("the principals are {}, and `{PRODUCT}<domain>` for a data product", names.join(", ")))
        })
    }

    /// The identity of whoever knows the password, which is the name.
    pub(crate) fn log_in(&self, name: &str, password: &str, now: DateTime<Utc>) -> Option<Identity> {
        let is = |known: &str, given: &str| verify_slices_are_equal(known.as_bytes(), given.as_bytes()).is_ok();
        // Everyone is compared in full, so that the time taken tells nothing about who exists.
        let found = self.examples.iter().fold(None, |found, example| {
            let matches = is(&example.name, name) & is(&example.name, password);
            if matches { Some(example) } else { found }
        });
        found.map(|example| identity(example, now))
    }

    /// A bearer token for an identity.
    ///
    /// # Errors
    /// When it cannot be sealed.
    pub(crate) fn token(&self, identity: &Identity, now: DateTime<Utc>) -> Result<String, Failure> {
        identity
            .seal(&self.sealer, AUDIENCE, now)
            .map_err(|error| Failure::environment(codes::KEY, "cannot seal a token").because(&error))
    }

    /// Who decides for a domain: the example principal that owns it, or else the mesh on this machine.
    pub(crate) fn owner(&self, domain: &str, now: DateTime<Utc>) -> Identity {
        let found = self.examples.iter().find(|example| example.principal().owns(domain));
        found.map(|example| identity(example, now)).unwrap_or_else(|| Identity {
            principal: Principal { name: "this-machine".to_owned(), roles: vec![format!("owner:{domain}")] },
            purpose: None,
            expires: now + TimeDelta::hours(TOKEN_HOURS),
        })
    }

    /// The identities that are to read every port.
    pub(crate) fn consumers(&self, now: DateTime<Utc>) -> Vec<Identity> {
        let consumers = self.examples.iter().filter(|example| example.agreements == Granted::EveryPort);
        consumers.map(|example| identity(example, now)).collect()
    }
}

/// Who a domain's product is, and why it reads other products' ports.
pub(crate) fn product(domain: &str, now: DateTime<Utc>) -> Identity {
    Identity {
        principal: Principal { name: format!("{PRODUCT}{domain}"), roles: vec![format!("service:{domain}")] },
        purpose: Some(Purpose(PRODUCT_PURPOSE.to_owned())),
        expires: now + TimeDelta::days(PRODUCT_TOKEN_DAYS),
    }
}

/// Whether a port's name could begin so.
fn is_domain(text: &str) -> bool {
    format!("{text}.port").parse::<PortName>().is_ok()
}

fn identity(example: &Example, now: DateTime<Utc>) -> Identity {
    Identity {
        principal: example.principal(),
        purpose: example.purpose.clone(),
        expires: now + TimeDelta::hours(TOKEN_HOURS),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn issuer() -> DevelopmentIdentity {
        let key = Sealer::generate_key().expect("a key");
        DevelopmentIdentity::new(Sealer::new("fince-dev", &key).expect("a sealer")).expect("an issuer")
    }

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).expect("a time")
    }

    #[test]
    fn the_password_is_the_name_and_nothing_else() {
        let issuer = issuer();
        assert_eq!(issuer.log_in("omar", "omar", at(0)), issuer.identity("omar", at(0)).ok());
        for (name, password) in [("omar", "ana"), ("omar", ""), ("omar", "omar "), ("root", "root"), ("", "")] {
            assert_eq!(issuer.log_in(name, password, at(0)), None, "{name} {password}");
        }
    }

    #[test]
    fn a_token_carries_purpose_and_twelve_hours() {
        let issuer = issuer();
        let omar = issuer.identity("omar", at(0)).expect("omar");
        let token = issuer.token(&omar, at(0)).expect("a token");
        let unsealer = issuer.sealer.unsealer();
        assert_eq!(Identity::open(&unsealer, AUDIENCE, &token, at(12 * 3600 - 1)).expect("opens"), omar);
        assert!(Identity::open(&unsealer, AUDIENCE, &token, at(12 * 3600)).is_err());
    }

    #[test]
    fn a_product_is_known_by_its_domain() {
        let named = |name: &str| issuer().identity(name, at(0)).map(|identity| identity.principal);
        let lending = named("product:lending").expect("a product");
        assert_eq!((lending.name.as_str(), lending.is_owner("lending")), ("product:lending", false));
        for none in ["product:", "product:a b", "product:a.b", "products"] {
            assert!(named(none).is_err(), "{none}");
        }
    }

    #[test]
    fn lena_decides_for_lending_and_nobody_invented_for_the_rest() {
        let owner = |domain: &str| issuer().owner(domain, at(0)).principal;
        assert_eq!((owner("lending").name, owner("deposits").name), ("lena".to_owned(), "this-machine".to_owned()));
        assert!(owner("deposits").owns("deposits") && !owner("deposits").owns("lending"));
    }

    #[test]
    fn omar_is_to_read_what_runs_and_ana_nothing() {
        let names: Vec<String> =
            issuer().consumers(at(0)).into_iter().map(|identity| identity.principal.name).collect();
        assert_eq!(names, ["omar"]);
    }
}
