//! The contract says what the data must not be used for.

use super::Rule;
use super::found::Found;
use super::subject::{Subject, says_something};
use crate::Code;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule =
    Rule { code: Code(103), name: "limitations", title: "no limitations", severity: Severity::Error, check };

fn check(subject: &Subject<'_>, found: &mut Found) {
    if !says_something(subject.contract.description.limitations.as_ref()) {
        let place = subject.place(&["description"]);
        let help = "write `limitations:` under `description:`, a sentence on what the data must not be used for";
        found.of_contract(place, "the contract does not say what the data must not be used for", help);
    }
}

#[cfg(test)]
mod tests {
    use crate::gate::tests::{breaks, keeps};

    #[test]
    fn limitations_is_stated() {
        breaks("FC-0103", "  limitations: ", "  usage: ", "description");
        breaks("FC-0103", "limitations: Say", "limitations: \" \" # Say", "description");
        keeps("FC-0103", "limitations: Say", "limitations: We say");
    }
}
