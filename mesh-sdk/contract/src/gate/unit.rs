//! A number without its unit means nothing.

use super::Rule;
use super::found::Found;
use super::subject::{Subject, says_something};
use crate::Code;
use crate::diagnostic::Severity;
use crate::model::{DataType, Property};

pub(super) const RULE: Rule =
    Rule { code: Code(108), name: "unit", title: "an amount without a unit", severity: Severity::Error, check };

/// Words in the name of a whole number that measures something. Others are identities, codes and counts of rows.
const MEASURES: &[&str] = &[
    "age",
    "amount",
    "amounts",
    "balance",
    "balances",
    "charge",
    "cost",
    "count",
    "coupon",
    "days",
    "deductible",
    "duration",
    "exposure",
    "fee",
    "fees",
    "frequency",
    "hours",
    "income",
    "installment",
    "interest",
    "length",
    "limit",
    "loss",
    "margin",
    "minutes",
    "months",
    "notional",
    "penalty",
    "percent",
    "premium",
    "price",
    "principal",
    "quantity",
    "rate",
    "ratio",
    "reserve",
    "salary",
    "seconds",
    "share",
    "spread",
    "sum",
    "tenor",
    "term",
    "total",
    "value",
    "volume",
    "weeks",
    "weight",
    "years",
    "yield",
];

fn check(subject: &Subject<'_>, found: &mut Found) {
    for column in &subject.columns {
        if is_amount(column.property) && !says_something(column.property.unit.as_ref()) {
            let message = format!("the amount `{}` has no unit", column.property.name);
            let help = "add the custom property `unit`: an ISO 4217 code, `percent/year`, `months`, `count`, …";
            found.at(column.name(), &column.path, message, help);
        }
    }
}

/// Fractions always measure something; whole numbers do when their name says so and nothing makes them a name or code.
fn is_amount(property: &Property) -> bool {
    match property.data_type {
        DataType::Decimal { .. } | DataType::Float { .. } => true,
        DataType::Integer { .. } => {
            let names = property.primary_key_position.is_some()
                || property.unique
                || !property.relationships.is_empty()
                || !property.constraints.enumeration.is_empty();
            !names && property.name.split('_').any(|word| MEASURES.contains(&word))
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use crate::gate::tests::{breaks, keeps};

    #[test]
    fn fractions_and_measures_have_one_and_names_need_none() {
        let unit = ", customProperties: [{property: unit, value: USD}]";
        breaks("FC-0108", unit, "", "loan_amount");
        breaks("FC-0108", "value: USD}", "value: ' '}", "loan_amount");
        breaks("FC-0108", "{name: branch, logicalType: integer", "{name: term, logicalType: integer", "term");
        keeps("FC-0108", "value: USD}", "value: EUR}");
        keeps("FC-0108", "{name: branch, logicalType: integer", "{name: sector, logicalType: integer");
    }
}
