//! The rules in a column's type and constraints, and those of an object's members.

use datafusion::common::ScalarValue;
use datafusion::functions::core::expr_ext::FieldAccessor;
use datafusion::functions::unicode::expr_fn::character_length;
use datafusion::functions_nested::expr_fn::{array_distinct, array_length};
use datafusion::logical_expr::{cast, in_list};
use datafusion::prelude::{Expr, ident, lit};
use mesh_contract::model::{DataType, Property};

use super::bound::{Side, literal, outside, parts};
use super::error::CheckError;
use super::pattern::mismatch;
use super::report::RuleKind;
use super::rule::Rule;

/// A column, or a member on its way down from one.
struct Place<'a> {
    property: &'a Property,
    path: String,
    value: Expr,
    /// True where the enclosing object is there; absent at the top.
    enclosed: Option<Expr>,
}

/// The rules of one column.
pub(super) fn rules(property: &Property) -> Result<Vec<Rule>, CheckError> {
    let top = Place { property, path: property.name.clone(), value: ident(&property.name), enclosed: None };
    let mut rules = Vec::new();
    walk(&top, &mut rules)?;
    for rule in &mut rules {
        rule.shows = vec![property.name.clone()];
    }
    Ok(rules)
}

fn walk(place: &Place<'_>, rules: &mut Vec<Rule>) -> Result<(), CheckError> {
    let property = place.property;
    if property.required {
        let missing = place.value.clone().is_null();
        let failing = match &place.enclosed {
            Some(enclosed) => enclosed.clone().and(missing),
            None => missing,
        };
        rules.push(place.rule(RuleKind::Required, "required", "a value".into(), failing));
    }
    place.listed(rules)?;
    place.text(rules);
    place.range(rules)?;
    place.multiple(rules)?;
    place.items(rules);
    if let DataType::Object(members) = &property.data_type {
        for member in members {
            walk(&place.member(member), rules)?;
        }
    }
    Ok(())
}

impl<'a> Place<'a> {
    fn member(&self, member: &'a Property) -> Place<'a> {
        Place {
            property: member,
            path: format!("{}.{}", self.path, member.name),
            value: self.value.clone().field(&member.name),
            enclosed: Some(self.value.clone().is_not_null()),
        }
    }

    fn rule(&self, kind: RuleKind, word: &str, expected: String, failing: Expr) -> Rule {
        Rule::none_may(kind, word, &self.path, expected, failing)
    }

    fn refuse(&self, word: &str, what: String) -> CheckError {
        CheckError::Rule { rule: format!("{word}({})", self.path), what }
    }

    fn listed(&self, rules: &mut Vec<Rule>) -> Result<(), CheckError> {
        let allowed = &self.property.constraints.enumeration;
        if allowed.is_empty() {
            return Ok(());
        }
        let literals = allowed.iter().map(|value| literal(self.property, value)).collect::<Result<Vec<_>, _>>();
        let literals = literals.map_err(|what| self.refuse("enum", what))?;
        let words = allowed.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
        let failing = in_list(self.value.clone(), literals, true);
        rules.push(self.rule(RuleKind::Enum, "enum", format!("one of {words}"), failing));
        Ok(())
    }

    fn text(&self, rules: &mut Vec<Rule>) {
        let constraints = &self.property.constraints;
        if !matches!(self.property.data_type, DataType::String | DataType::Time) {
            return;
        }
        if let Some(pattern) = &constraints.pattern {
            let failing = mismatch(self.value.clone(), pattern);
            rules.push(self.rule(RuleKind::Pattern, "pattern", format!("text like `{pattern}`"), failing));
        }
        let length = || character_length(self.value.clone());
        if let Some(fewest) = constraints.length_min {
            let expected = format!("at least {fewest} characters");
            rules.push(self.rule(RuleKind::Length, "minLength", expected, length().lt(count(fewest))));
        }
        if let Some(most) = constraints.length_max {
            let expected = format!("at most {most} characters");
            rules.push(self.rule(RuleKind::Length, "maxLength", expected, length().gt(count(most))));
        }
    }

    fn range(&self, rules: &mut Vec<Rule>) -> Result<(), CheckError> {
        let constraints = &self.property.constraints;
        let ends = [
            (&constraints.minimum, Side::Minimum, RuleKind::Minimum, "minimum", ["at least", "more than"]),
            (&constraints.maximum, Side::Maximum, RuleKind::Maximum, "maximum", ["at most", "less than"]),
        ];
        for (bound, side, kind, word, [closed, open]) in ends {
            let Some(bound) = bound else { continue };
            let failing = outside(self.property, self.value.clone(), &bound.value, bound.exclusive, side)
                .map_err(|what| self.refuse(word, what))?;
            let expected = format!("{} {}", if bound.exclusive { open } else { closed }, bound.value);
            rules.push(self.rule(kind, word, expected, failing));
        }
        Ok(())
    }

    fn multiple(&self, rules: &mut Vec<Rule>) -> Result<(), CheckError> {
        let Some(step) = self.property.constraints.multiple_of else { return Ok(()) };
        let refuse = |what: &str| self.refuse("multipleOf", what.to_owned());
        let failing = match &self.property.data_type {
            DataType::Float { .. } => float_remainder(&self.value, step),
            DataType::Integer { .. } => {
                self.remainder(step, 0).ok_or_else(|| refuse("the step has too many digits"))?
            }
            DataType::Decimal { scale, .. } => {
                self.remainder(step, *scale).ok_or_else(|| refuse("the step has too many digits"))?
            }
            _ => return Err(refuse("the column is not numeric")),
        };
        rules.push(self.rule(RuleKind::MultipleOf, "multipleOf", format!("a multiple of {step}"), failing));
        Ok(())
    }

    fn remainder(&self, step: f64, scale: u8) -> Option<Expr> {
        let (unscaled, step_scale) = parts(&step.to_string())?;
        let common = scale.max(step_scale);
        let unscaled = unscaled.checked_mul(10_i128.checked_pow(u32::from(common - step_scale))?)?;
        let common = i8::try_from(common).ok()?;
        let value = cast(self.value.clone(), arrow::datatypes::DataType::Decimal128(38, common));
        let zero = lit(ScalarValue::Decimal128(Some(0), 38, common));
        Some((value % lit(ScalarValue::Decimal128(Some(unscaled), 38, common))).not_eq(zero))
    }

    fn items(&self, rules: &mut Vec<Rule>) {
        let constraints = &self.property.constraints;
        if !matches!(self.property.data_type, DataType::Array(_)) {
            return;
        }
        let length = |items: Expr| {
            let length = cast(array_length(items), arrow::datatypes::DataType::Int64);
            datafusion::functions::core::expr_fn::coalesce(vec![length, lit(0_i64)])
        };
        let present = || self.value.clone().is_not_null();
        if let Some(fewest) = constraints.items_min {
            let failing = present().and(length(self.value.clone()).lt(count(fewest)));
            rules.push(self.rule(RuleKind::Items, "minItems", format!("at least {fewest} items"), failing));
        }
        if let Some(most) = constraints.items_max {
            let failing = present().and(length(self.value.clone()).gt(count(most)));
            rules.push(self.rule(RuleKind::Items, "maxItems", format!("at most {most} items"), failing));
        }
        if constraints.items_unique {
            let distinct = length(array_distinct(self.value.clone()));
            let failing = present().and(length(self.value.clone()).not_eq(distinct));
            rules.push(self.rule(RuleKind::Items, "uniqueItems", "no item twice".into(), failing));
        }
    }
}

/// Counts beyond 63 bits are no limit.
fn count(number: u64) -> Expr {
    lit(i64::try_from(number).unwrap_or(i64::MAX))
}

/// Floats are a multiple when they are within a billionth of a step of one.
fn float_remainder(value: &Expr, step: f64) -> Expr {
    let (step, slack) = (step.abs(), step.abs() * 1e-9);
    let rest = cast(value.clone(), arrow::datatypes::DataType::Float64) % lit(step);
    let above = rest.clone().gt(lit(slack)).and(rest.clone().lt(lit(step - slack)));
    let below = rest.clone().lt(lit(-slack)).and(rest.gt(lit(slack - step)));
    above.or(below)
}
