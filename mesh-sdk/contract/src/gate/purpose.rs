//! The contract says what the data is for.

use super::Rule;
use super::found::Found;
use super::subject::{Subject, says_something};
use crate::Code;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule =
    Rule { code: Code(102), name: "purpose", title: "no purpose", severity: Severity::Error, check };

fn check(subject: &Subject<'_>, found: &mut Found) {
    if !says_something(subject.contract.description.purpose.as_ref()) {
        let place = subject.place(&["description"]);
        let help = "write `purpose:` under `description:`, a sentence on what the data is for";
        found.of_contract(place, "the contract does not say what the data is for", help);
    }
}

#[cfg(test)]
mod tests {
    use crate::gate::tests::{breaks, keeps};

    #[test]
    fn purpose_is_stated() {
        breaks("FC-0102", "  purpose: ", "  usage: ", "description");
        breaks("FC-0102", "purpose: Say", "purpose: \" \" # Say", "description");
        keeps("FC-0102", "purpose: Say", "purpose: We say");
    }
}
