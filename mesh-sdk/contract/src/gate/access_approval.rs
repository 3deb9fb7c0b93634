//! What is approved in advance can be read, for what cannot be read approves nothing.

use super::Rule;
use super::found::Found;
use super::subject::Subject;
use crate::Code;
use crate::diagnostic::Severity;
use crate::model::AccessApproval;
use crate::shape::shown;

pub(super) const RULE: Rule = Rule {
    code: Code(120),
    name: "access-approval",
    title: "an access approval that cannot be read",
    severity: Severity::Error,
    check,
};

const HELP: &str = "write `{purposes: [risk-reporting], classification: internal, days: 90}`";

fn check(subject: &Subject<'_>, found: &mut Found) {
    let place = || subject.place(&["customProperties"]);
    match AccessApproval::written(subject.contract) {
        Err(other) => {
            found.of_contract(place(), format!("`accessApproval` is no list but {}", shown(other)), HELP);
        }
        Ok(items) => {
            for error in items.iter().filter_map(|item| AccessApproval::read(item).err()) {
                found.of_contract(place(), format!("an item of `accessApproval` cannot be read: {error}"), HELP);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::gate::tests::{GOOD, codes_of};

    #[test]
    fn every_item_can_be_read() {
        let with = |value: &str| {
            codes_of(&format!("{GOOD}customProperties: [{{property: accessApproval, value: {value}}}]\n"))
        };
        assert_eq!(with("[{purposes: [risk], classification: public, days: 30}]"), "");
        assert_eq!(with("none"), "FC-0120");
        assert_eq!(with("[{purposes: [risk], classification: restricted, days: 30}, 1]"), "FC-0120 FC-0120");
    }
}
