//! Keys and critical data elements are checked before they are published.

use super::Rule;
use super::found::Found;
use super::subject::{Column, Subject};
use crate::Code;
use crate::diagnostic::Severity;
use crate::model::{Measure, QualityRule};

pub(super) const RULE: Rule = Rule {
    code: Code(110),
    name: "quality",
    title: "a key or critical element that nothing checks",
    severity: Severity::Error,
    check,
};

fn check(subject: &Subject<'_>, found: &mut Found) {
    for column in &subject.columns {
        let key = column.property.primary_key_position.is_some();
        if (key || column.property.critical) && !is_checked(column) {
            let what = if key { "key" } else { "critical element" };
            let message = format!("nothing checks the values of the {what} `{}`", column.property.name);
            let help = "add a `quality` rule of the column or one of the table that names it, or limits such as \
                        `minimum`, `pattern` or `enum` under `logicalTypeOptions`";
            found.at(column.name(), &column.path, message, help);
        }
    }
}

/// Types, lengths in storage and nulls say what is stored, not whether it is right.
fn is_checked(column: &Column<'_>) -> bool {
    let limits = &column.property.constraints;
    let limited = !limits.enumeration.is_empty()
        || limits.pattern.is_some()
        || limits.minimum.is_some()
        || limits.maximum.is_some()
        || limits.multiple_of.is_some()
        || limits.length_min.is_some_and(|length| length > 0)
        || limits.items_min.is_some_and(|items| items > 0);
    limited
        || column.property.quality.iter().any(runs)
        || column.object.quality.iter().any(|rule| runs(rule) && names(rule, &column.property.name))
}

/// Rules in words, and those of other engines, are kept and not run.
fn runs(rule: &QualityRule) -> bool {
    !matches!(rule.measure, Measure::Text | Measure::Custom { .. })
}

fn names(rule: &QualityRule, column: &str) -> bool {
    match &rule.measure {
        Measure::DuplicateValues(columns) => columns.iter().any(|name| name == column),
        Measure::Sql(query) => {
            query.split(|c: char| !c.is_alphanumeric() && c != '_').any(|word| word.eq_ignore_ascii_case(column))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::gate::tests::{breaks, keeps};

    #[test]
    fn keys_and_critical_elements_are_checked() {
        breaks("FC-0110", ", logicalTypeOptions: {minimum: 1}", "", "loan_id");
        breaks("FC-0110", "FROM {object} WHERE status", "FROM {object} WHERE statuses", "status");
        breaks("FC-0110", "type: sql, query: ", "type: text, description: ", "status");
        keeps("FC-0110", ", logicalTypeOptions: {minimum: 1}", ", quality: [{metric: duplicateValues, mustBe: 0}]");
        keeps("FC-0110", "criticalDataElement: true", "criticalDataElement: false");
    }
}
