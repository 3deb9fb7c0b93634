//! Access agreements: dated, expiring grants of a port to a principal for named purposes.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use mesh_contract::{PortName, PortVersion};
use serde::{Deserialize, Serialize};

use crate::identity::{Principal, Purpose};

/// One grant.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Agreement {
    /// Identity of the agreement, for audit.
    pub id: String,
    /// The port granted.
    pub port: PortName,
    /// The major version of its contract. Another major is another agreement: it may hold what this one did not.
    pub major: u64,
    /// The principal it is granted to.
    pub principal: String,
    /// Purposes it is granted for; empty grants nothing.
    pub purposes: Vec<Purpose>,
    /// Columns it is granted for; `None` for all of them, those of later minor versions included. Empty grants nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub columns: Option<BTreeSet<String>>,
    /// Before then it is not in force.
    pub starts: DateTime<Utc>,
    /// From then on it is void.
    pub expires: DateTime<Utc>,
}

/// The agreements in force, as known to whoever decides.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Agreements(Vec<Agreement>);

/// What all agreements of one question grant together.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Grant {
    /// The agreements it rests on, ascending.
    pub ids: Vec<String>,
    /// Columns that any of them grants; `None` for all.
    pub columns: Option<BTreeSet<String>>,
    /// When the first of them ends.
    pub expires: DateTime<Utc>,
}

impl Agreements {
    /// A set of agreements.
    #[must_use]
    pub fn new(agreements: Vec<Agreement>) -> Self {
        Self(agreements)
    }

    /// What the agreements grant `principal` of `port` for `purpose` at `now`.
    #[must_use]
    pub fn grant(
        &self,
        port: &PortVersion,
        principal: &Principal,
        purpose: Option<&Purpose>,
        now: DateTime<Utc>,
    ) -> Option<Grant> {
        let purpose = purpose?;
        let granting = self.0.iter().filter(|agreement| {
            agreement.port == port.name
                && agreement.major == port.major
                && agreement.principal == principal.name
                && agreement.in_force(now)
                && agreement.purposes.contains(purpose)
        });
        granting.fold(None, |grant: Option<Grant>, agreement| {
            Some(match grant {
                None => Grant::of(agreement),
                Some(grant) => grant.and(agreement),
            })
        })
    }
}

impl Agreement {
    /// Whether it grants anything at `now`.
    #[must_use]
    pub fn in_force(&self, now: DateTime<Utc>) -> bool {
        self.starts <= now && now < self.expires && self.columns.as_ref().is_none_or(|columns| !columns.is_empty())
    }
}

impl Grant {
    fn of(agreement: &Agreement) -> Self {
        Self { ids: vec![agreement.id.clone()], columns: agreement.columns.clone(), expires: agreement.expires }
    }

    fn and(mut self, agreement: &Agreement) -> Self {
        if let Err(place) = self.ids.binary_search(&agreement.id) {
            self.ids.insert(place, agreement.id.clone());
        }
        self.columns = self.columns.zip(agreement.columns.as_ref()).map(|(columns, more)| &columns | more);
        self.expires = self.expires.min(agreement.expires);
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: i64) -> DateTime<Utc> {
        DateTime::from_timestamp(seconds, 0).expect("a time")
    }

    fn agreement(id: &str, columns: Option<&[&str]>, expires: i64) -> Agreement {
        Agreement {
            id: id.into(),
            port: "lending.loans".parse().expect("a name"),
            major: 1,
            principal: "omar".into(),
            purposes: vec![Purpose("risk-reporting".into())],
            columns: columns.map(|names| names.iter().map(|name| (*name).to_owned()).collect()),
            starts: at(100),
            expires: at(expires),
        }
    }

    fn ask(agreements: &[Agreement], port: &str, major: u64, who: &str, why: &str, when: i64) -> Option<Grant> {
        let port = PortVersion { name: port.parse().expect("a name"), major };
        let principal = Principal { name: who.into(), roles: Vec::new() };
        Agreements::new(agreements.to_vec()).grant(&port, &principal, Some(&Purpose(why.into())), at(when))
    }

    #[test]
    fn only_the_very_port_major_principal_purpose_and_time_are_granted() {
        let one = [agreement("a", None, 200)];
        let granted = |port, major, who, why, when| ask(&one, port, major, who, why, when).is_some();
        assert!(granted("lending.loans", 1, "omar", "risk-reporting", 100));
        assert!(!granted("lending.mortgages", 1, "omar", "risk-reporting", 100));
        assert!(!granted("lending.loans", 2, "omar", "risk-reporting", 100));
        assert!(!granted("lending.loans", 1, "ana", "risk-reporting", 100));
        assert!(!granted("lending.loans", 1, "omar", "marketing", 100));
        assert!(!granted("lending.loans", 1, "omar", "risk-reporting", 99));
        assert!(!granted("lending.loans", 1, "omar", "risk-reporting", 200));
        let port = PortVersion { name: "lending.loans".parse().expect("a name"), major: 1 };
        let omar = Principal { name: "omar".into(), roles: Vec::new() };
        assert_eq!(Agreements::new(one.to_vec()).grant(&port, &omar, None, at(100)), None, "without a purpose");
    }

    #[test]
    fn agreements_add_up_and_end_with_the_first() {
        let (some, more) = (agreement("b", Some(&["id"]), 300), agreement("a", Some(&["rate"]), 200));
        let ask = |agreements: &[Agreement]| ask(agreements, "lending.loans", 1, "omar", "risk-reporting", 150);
        let both = ask(&[some.clone(), more.clone()]).expect("granted");
        assert_eq!(both.ids, ["a", "b"]);
        assert_eq!(both.columns, Some(["id".to_owned(), "rate".to_owned()].into()));
        assert_eq!(both.expires, at(200));
        assert_eq!(ask(&[more.clone(), some.clone()]), Some(both), "in any order");
        assert_eq!(ask(&[some, agreement("c", None, 400)]).expect("granted").columns, None);
        assert_eq!(ask(&[agreement("d", Some(&[]), 300)]), None, "no columns are no grant");
    }

    #[test]
    fn an_agreement_reads_as_it_was_written() {
        for agreement in [agreement("a", None, 200), agreement("b", Some(&["id"]), 200)] {
            let text = serde_json::to_string(&agreement).expect("JSON");
            assert_eq!(serde_json::from_str::<Agreement>(&text).expect("an agreement"), agreement);
        }
    }
}
