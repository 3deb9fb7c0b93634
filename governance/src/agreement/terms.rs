//! What a port's contract says about access to some of its columns.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use mesh_contract::model::{AccessApproval, Classification};
use mesh_contract::{Contract, PortName};
use semver::Version;

use crate::failure::{self, Failure};
use crate::service::Service;

/// The terms of access to columns of one port.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Terms {
    /// The contract's version.
    pub(crate) version: Version,
    /// The columns.
    pub(crate) columns: BTreeSet<String>,
    /// Highest classification among them.
    pub(crate) classification: Classification,
    /// Whether personal data is among them.
    pub(crate) personal: bool,
    /// Tags of the contract, its table and the columns.
    pub(crate) tags: BTreeSet<String>,
    approvals: Vec<AccessApproval>,
}

impl Terms {
    /// The terms of access to `wanted` columns, or to all.
    ///
    /// # Errors
    /// Names of columns that the contract does not have.
    pub(crate) fn of(contract: &Contract, wanted: Option<&BTreeSet<String>>) -> Result<Self, Vec<String>> {
        let object = contract.objects.first();
        let properties = object.map(|object| object.properties.as_slice()).unwrap_or_default();
        let is_there = |name: &&String| properties.iter().any(|property| property.name == **name);
        let unknown: Vec<_> = wanted.into_iter().flatten().filter(|name| !is_there(name)).cloned().collect();
        if !unknown.is_empty() {
            return Err(unknown);
        }
        let is_wanted = |name: &String| wanted.is_none_or(|wanted| wanted.contains(name));
        let columns = || properties.iter().filter(|property| is_wanted(&property.name));
        let common = contract.tags.iter().chain(object.into_iter().flat_map(|object| &object.tags));
        Ok(Self {
            version: contract.version.clone(),
            classification: columns()
                .map(mesh_contract::model::Property::highest_classification)
                .max()
                .unwrap_or(Classification::Restricted),
            personal: columns().any(mesh_contract::model::Property::is_personal),
            tags: common.chain(columns().flat_map(|column| &column.tags)).cloned().collect(),
            columns: columns().map(|column| column.name.clone()).collect(),
            approvals: contract.access_approvals(),
        })
    }

    /// Whether governance decides beside the port's owner: from `confidential` on.
    pub(crate) fn needs_governance(&self) -> bool {
        self.classification >= Classification::Confidential
    }

    /// Whether the owner has approved such access in advance.
    pub(crate) fn approves(&self, purposes: &BTreeSet<String>, now: DateTime<Utc>, until: DateTime<Utc>) -> bool {
        let covers = |approval: &AccessApproval| {
            purposes.iter().all(|purpose| approval.purposes.contains(purpose))
                && self.classification <= approval.classification
                && until - now <= TimeDelta::days(i64::from(approval.days))
        };
        !self.needs_governance() && self.approvals.iter().any(covers)
    }

    /// The classification as contracts write it.
    pub(crate) fn classification_word(&self) -> &'static str {
        match self.classification {
            Classification::Public => "public",
            Classification::Internal => "internal",
            Classification::Confidential => "confidential",
            Classification::Restricted => "restricted",
        }
    }
}

/// The terms by the newest version of a port's major that is in force.
///
/// # Errors
/// When there is none, or it lacks a wanted column.
pub(crate) async fn read(
    service: &Service,
    port: &PortName,
    major: u64,
    wanted: Option<&BTreeSet<String>>,
) -> Result<Terms, Failure> {
    let missing = || Failure::new(failure::NOT_REGISTERED, format!("no version {major} of `{port}` is in force"));
    let versions = service.0.store.versions(port).await?;
    let newest = versions.into_iter().find(|version| version.major == major && version.status.is_in_force());
    let newest = newest.ok_or_else(missing)?;
    let (_, document) = service.0.store.version(port, &newest.version).await?.ok_or_else(missing)?;
    let (file, wanted) = (port.to_string(), wanted.cloned());
    // Megabytes of YAML take a while: not on a thread that answers others.
    let reading = tokio::task::spawn_blocking(move || {
        Contract::parse(&file, &document).map(|contract| Terms::of(&contract, wanted.as_ref()))
    });
    match reading.await.map_err(|error| Failure::internal(&error))? {
        Ok(Ok(terms)) => Ok(terms),
        Ok(Err(unknown)) => {
            let names: Vec<_> = unknown.iter().take(10).map(|name| format!("`{name}`")).collect();
            let detail = format!("`{port}` version `{}` has no column {}", newest.version, names.join(", "));
            Err(Failure::new(failure::BAD_WISH, detail))
        }
        Err(_) => Err(Failure::new(failure::BAD_WISH, format!("the contract of `{port}` can no longer be read"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contract() -> Contract {
        let text = "\
apiVersion: v3.1.0
kind: DataContract
id: urn:a
version: 1.2.0
status: active
domain: lending
tags: [retail]
schema:
  - name: loans
    tags: [book]
    properties:
      - {name: id, logicalType: integer, classification: public}
      - {name: rate, logicalType: number, physicalType: 'decimal(9,6)', classification: internal, tags: [price]}
      - name: income
        logicalType: integer
        classification: confidential
        customProperties: [{property: gdprCategory, value: financial}]
customProperties:
  - property: accessApproval
    value:
      - {purposes: [risk, audit], classification: internal, days: 30}
      - {purposes: [marketing], classification: public, days: 10}
";
        Contract::parse("loans.yaml", text).expect("a valid contract")
    }

    fn set(names: &[&str]) -> BTreeSet<String> {
        names.iter().map(|name| (*name).to_owned()).collect()
    }

    #[test]
    fn terms_are_those_of_the_wanted_columns() {
        let all = Terms::of(&contract(), None).expect("terms");
        assert_eq!((all.classification, all.personal), (Classification::Confidential, true));
        assert_eq!((all.columns, all.tags), (set(&["id", "income", "rate"]), set(&["book", "price", "retail"])));
        let some = Terms::of(&contract(), Some(&set(&["id"]))).expect("terms");
        assert_eq!((some.classification, some.personal), (Classification::Public, false));
        assert_eq!(some.tags, set(&["book", "retail"]));
        assert_eq!(Terms::of(&contract(), Some(&set(&["id", "no"]))), Err(vec!["no".to_owned()]));
    }

    #[test]
    fn only_what_one_item_covers_is_approved_in_advance() {
        let now = DateTime::UNIX_EPOCH;
        let approved = |columns: &[&str], purposes: &[&str], days| {
            let terms = Terms::of(&contract(), Some(&set(columns))).expect("terms");
            terms.approves(&set(purposes), now, now + TimeDelta::days(days))
        };
        assert!(approved(&["id", "rate"], &["risk", "audit"], 30));
        assert!(approved(&["id"], &["marketing"], 10));
        assert!(!approved(&["id"], &["risk"], 31), "too long");
        assert!(!approved(&["id", "rate"], &["marketing"], 10), "too sensitive");
        assert!(!approved(&["id"], &["risk", "marketing"], 10), "of two items");
        assert!(!approved(&["income"], &["risk"], 1), "governance decides");
    }
}
