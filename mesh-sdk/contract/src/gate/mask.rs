//! Restricted values have a form in which others may see the row.

use super::Rule;
use super::found::Found;
use super::subject::Subject;
use crate::Code;
use crate::diagnostic::Severity;
use crate::model::Classification;

pub(super) const RULE: Rule = Rule {
    code: Code(109),
    name: "mask",
    title: "a restricted column without a mask",
    severity: Severity::Error,
    check,
};

fn check(subject: &Subject<'_>, found: &mut Found) {
    for column in &subject.columns {
        if column.property.classification != Some(Classification::Restricted) {
            continue;
        }
        let mask = column.property.custom.get("mask").and_then(serde_json::Value::as_str).map(str::trim);
        if mask.is_none_or(|mask| matches!(mask.to_lowercase().as_str(), "" | "none" | "clear" | "off")) {
            let message = format!("the restricted column `{}` has no mask", column.property.name);
            let help = "add the custom property `mask`: what others see in its place, such as `redact` or `hash`";
            found.at(column.pointer.key("classification"), &column.path, message, help);
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::gate::tests::{breaks, keeps};

    #[test]
    fn restricted_columns_have_one() {
        breaks("FC-0109", "{property: mask, value: hash}", "{property: note, value: hash}", "restricted");
        breaks("FC-0109", "{property: mask, value: hash}", "{property: mask, value: none}", "restricted");
        keeps("FC-0109", "{property: mask, value: hash}", "{property: mask, value: redact}");
        keeps(
            "FC-0109",
            "classification: restricted, customProperties: [{property: mask, value: hash}]",
            "classification: confidential",
        );
    }
}
