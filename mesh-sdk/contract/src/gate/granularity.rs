//! A table says what one row stands for.

use super::Rule;
use super::found::Found;
use super::subject::{Subject, says_something};
use crate::Code;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule =
    Rule { code: Code(111), name: "granularity", title: "no granularity", severity: Severity::Error, check };

fn check(subject: &Subject<'_>, found: &mut Found) {
    for (pointer, object) in subject.objects() {
        if !says_something(object.granularity.as_ref()) {
            let message = format!("`{}` does not say what one row stands for", object.name);
            let help = "write `dataGranularityDescription: one row a loan`, say";
            found.at(pointer.key("name"), &object.name, message, help);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::gate::tests::{breaks, keeps};

    #[test]
    fn tables_state_it() {
        breaks("FC-0111", "dataGranularityDescription: one row a loan", "businessName: Loans", "loans");
        keeps("FC-0111", "one row a loan", "one row for each loan");
    }
}
