//! What a contract says about access to its port.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::{Classification, Contract, DataType, Property};

/// The custom property that lists what is granted by itself.
const APPROVALS: &str = "accessApproval";

/// Requests that the port's owner has approved in advance: an item of the custom property `accessApproval`.
///
/// ```yaml
/// customProperties:
///   - property: accessApproval
///     value:
///       - {purposes: [risk-reporting], classification: internal, days: 90}
/// ```
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, expecting = "an object with `purposes`, `classification` and `days`")]
pub struct AccessApproval {
    /// Purposes that are approved.
    pub purposes: Vec<String>,
    /// Highest classification of a column that is approved.
    pub classification: Classification,
    /// Most days for which access is approved, counted from its beginning.
    pub days: u32,
}

impl AccessApproval {
    /// The longest access that may be approved in advance.
    pub const DAYS_MAX: u32 = 366;

    /// Reads one item.
    ///
    /// # Errors
    /// A sentence on what is wrong with it.
    pub(crate) fn read(item: &Value) -> Result<Self, String> {
        let approval: Self = serde_json::from_value(item.clone()).map_err(|error| error.to_string())?;
        if approval.purposes.is_empty() || approval.purposes.iter().any(|purpose| purpose.trim().is_empty()) {
            return Err("`purposes` names no purpose".to_owned());
        }
        if approval.classification > Classification::Internal {
            return Err("`classification` is `public` or `internal`: what is above is decided case by case".to_owned());
        }
        if !(1..=Self::DAYS_MAX).contains(&approval.days) {
            return Err(format!("`days` is `{}`: expected 1 to {}", approval.days, Self::DAYS_MAX));
        }
        Ok(approval)
    }

    /// The items of a contract's extensions, as written; `Err` when the property is there and no list.
    pub(crate) fn written(contract: &Contract) -> Result<&[Value], &Value> {
        match contract.custom.get(APPROVALS) {
            None => Ok(&[]),
            Some(Value::Array(items)) => Ok(items),
            Some(other) => Err(other),
        }
    }
}

impl Contract {
    /// What the port's owner has approved in advance. An item that cannot be read approves nothing; the gate tells of it.
    #[must_use]
    pub fn access_approvals(&self) -> Vec<AccessApproval> {
        let items = AccessApproval::written(self).unwrap_or_default();
        items.iter().filter_map(|item| AccessApproval::read(item).ok()).collect()
    }
}

impl Property {
    /// The highest classification among the column and its nested members. What is not classified counts as the highest
    /// there is.
    #[must_use]
    pub fn highest_classification(&self) -> Classification {
        let own = self.classification.unwrap_or(Classification::Restricted);
        members(&self.data_type).map(Self::highest_classification).fold(own, Ord::max)
    }

    /// Whether the column or a nested member is personal data: it states a GDPR category.
    #[must_use]
    pub fn is_personal(&self) -> bool {
        self.custom.contains_key("gdprCategory") || members(&self.data_type).any(Self::is_personal)
    }
}

/// The named members of a nested type. The item of an array has no classification of its own, so it is looked through.
fn members(data_type: &DataType) -> Box<dyn Iterator<Item = &Property> + '_> {
    match data_type {
        DataType::Object(properties) => Box::new(properties.iter()),
        DataType::Array(item) => members(&item.data_type),
        _ => Box::new(std::iter::empty()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn contract(columns: &str, custom: &str) -> Contract {
        let text = format!(
            "apiVersion: v3.1.0\nkind: DataContract\nid: urn:a\nversion: 1.0.0\nstatus: active\ndomain: lending\n\
             schema:\n  - name: loans\n    properties:\n{columns}{custom}"
        );
        Contract::parse("loans.yaml", &text).expect("a valid contract")
    }

    const ID: &str = "      - {name: id, logicalType: integer, classification: public}\n";

    fn approvals(value: &str) -> Vec<AccessApproval> {
        contract(ID, &format!("customProperties: [{{property: accessApproval, value: {value}}}]\n")).access_approvals()
    }

    #[test]
    fn approvals_are_read_and_what_is_wrong_approves_nothing() {
        let found = approvals("[{purposes: [risk, audit], classification: internal, days: 90}]");
        let purposes = vec!["risk".to_owned(), "audit".to_owned()];
        assert_eq!(found, [AccessApproval { purposes, classification: Classification::Internal, days: 90 }]);
        for wrong in [
            "{purposes: [risk], classification: internal, days: 90}",
            "[{purposes: [], classification: internal, days: 90}]",
            "[{purposes: [' '], classification: internal, days: 90}]",
            "[{purposes: [risk], classification: confidential, days: 90}]",
            "[{purposes: [risk], classification: internal, days: 0}]",
            "[{purposes: [risk], classification: internal, days: 367}]",
            "[{purposes: [risk], classification: internal, days: 9, columns: [id]}]",
            "[{purposes: [risk], classification: internal}]",
        ] {
            assert_eq!(approvals(wrong), [], "{wrong}");
        }
        assert_eq!(contract(ID, "").access_approvals(), []);
    }

    #[test]
    fn a_column_is_as_sensitive_as_the_most_sensitive_within() {
        let contract = contract(
            "      - {name: open, logicalType: integer, classification: public}\n      \
                   - {name: unsaid, logicalType: integer}\n      \
                   - name: people\n        logicalType: array\n        classification: internal\n        items:\n          \
                       name: person\n          logicalType: object\n          properties:\n            \
                         - {name: tax, logicalType: string, classification: restricted, \
                              customProperties: [{property: gdprCategory, value: identity}]}\n",
            "",
        );
        let of = |name: &str| {
            let column = contract.objects[0].property(name).expect("a column");
            (column.highest_classification(), column.is_personal())
        };
        assert_eq!(of("open"), (Classification::Public, false));
        assert_eq!(of("unsaid"), (Classification::Restricted, false));
        assert_eq!(of("people"), (Classification::Restricted, true));
    }
}
