//! Columns say how sensitive they are: policies decide by it.

use super::Rule;
use super::found::Found;
use super::subject::Subject;
use crate::Code;
use crate::diagnostic::Severity;

pub(super) const RULE: Rule = Rule {
    code: Code(107),
    name: "classification",
    title: "a column without a classification",
    severity: Severity::Error,
    check,
};

fn check(subject: &Subject<'_>, found: &mut Found) {
    for column in &subject.columns {
        if column.property.classification.is_none() {
            let message = format!("`{}` has no classification", column.property.name);
            let help = "one of `public`, `internal`, `confidential`, `restricted`; policies decide by it";
            found.at(column.name(), &column.path, message, help);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::gate::tests::{breaks, keeps};

    #[test]
    fn columns_and_members_have_one() {
        breaks(
            "FC-0107",
            "description: Principal lent, classification: internal",
            "description: Principal lent",
            "loan_amount",
        );
        breaks("FC-0107", "City of the borrower, classification: internal", "City", "city");
        keeps(
            "FC-0107",
            "description: Principal lent, classification: internal",
            "description: x, classification: public",
        );
    }
}
