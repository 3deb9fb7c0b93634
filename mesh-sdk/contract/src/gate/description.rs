//! Tables and columns say what they mean.

use super::Rule;
use super::found::Found;
use super::subject::{Subject, says_something};
use crate::Code;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    code: Code(106),
    name: "description",
    title: "a table or column without a description",
    severity: Severity::Error,
    check,
};

fn check(subject: &Subject<'_>, found: &mut Found) {
    for (pointer, object) in subject.objects() {
        if !says_something(object.description.as_ref()) {
            let message = format!("`{}` has no description", object.name);
            found.at(pointer.key("name"), &object.name, message, "say what the table holds");
        }
    }
    for column in &subject.columns {
        if !says_something(column.property.description.as_ref()) {
            let message = format!("`{}` has no description", column.property.name);
            found.at(column.name(), &column.path, message, "who finds the data knows only what the contract says");
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::gate::tests::{breaks, keeps};

    #[test]
    fn tables_columns_and_members_have_one() {
        breaks("FC-0106", "    description: Loans of the book", "    businessName: Loans", "loans");
        breaks("FC-0106", "description: Principal lent", "description: ''", "loan_amount");
        breaks("FC-0106", "description: City of the borrower", "businessName: x", "city");
        keeps("FC-0106", "description: Principal lent", "description: What was lent");
    }
}
