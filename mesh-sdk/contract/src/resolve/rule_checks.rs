//! What a quality rule's measure must be.

use serde_json::Value;

use crate::codes;
use crate::faults::{Faults, Pointer};
use crate::model::{Expectation, Measure};
use crate::raw::quality::RawQuality;
use crate::shape::shown;

/// The one operator of a rule.
pub(super) fn expectation(
    raw: &RawQuality,
    measure: &Measure,
    pointer: &Pointer,
    faults: &mut Faults<'_>,
) -> Option<Expectation> {
    let written = operators(raw);
    let needed = !matches!(measure, Measure::Text | Measure::Custom { .. });
    match written.as_slice() {
        [(key, values)] => {
            let expectation = build(key, values);
            // A list of another length than two has been reported with the document's shape.
            if expectation.is_none() && values.len() == 1 && !key.ends_with("Between") {
                let message =
                    format!("`{key}` needs a number, found {}", values.first().map_or("nothing".into(), shown));
                faults.error(codes::RULE_OPERATORS, &pointer.key(key), message);
            }
            expectation
        }
        [] => {
            if needed {
                faults
                    .error(codes::RULE_OPERATORS, pointer, "the rule does not say what its measure must be")
                    .help("add one operator, such as `mustBe: 0`");
            }
            None
        }
        [(first, _), .., (last, _)] => {
            let place = faults.span(&pointer.key(first));
            faults
                .error(codes::RULE_OPERATORS, &pointer.key(last), format!("the rule has {} operators", written.len()))
                .label(place, "first here")
                .help("write one rule for each operator, or `mustBeBetween`");
            None
        }
    }
}

fn operators(raw: &RawQuality) -> Vec<(&'static str, Vec<Value>)> {
    let number = |number: Option<f64>| number.map(|number| vec![Value::from(number)]);
    let pair = |pair: &Option<Vec<f64>>| pair.as_ref().map(|pair| pair.iter().map(|end| Value::from(*end)).collect());
    [
        ("mustBe", raw.must_be.clone().map(|value| vec![value])),
        ("mustNotBe", raw.must_not_be.clone().map(|value| vec![value])),
        ("mustBeGreaterThan", number(raw.must_be_greater_than)),
        ("mustBeGreaterOrEqualTo", number(raw.must_be_greater_or_equal_to)),
        ("mustBeLessThan", number(raw.must_be_less_than)),
        ("mustBeLessOrEqualTo", number(raw.must_be_less_or_equal_to)),
        ("mustBeBetween", pair(&raw.must_be_between)),
        ("mustNotBeBetween", pair(&raw.must_not_be_between)),
    ]
    .into_iter()
    .filter_map(|(key, values)| Some((key, values?)))
    .collect()
}

fn build(key: &str, values: &[Value]) -> Option<Expectation> {
    let numbers: Vec<f64> = values.iter().filter_map(as_number).collect();
    Some(match (key, numbers.as_slice()) {
        ("mustBe", [number]) => Expectation::Equal(*number),
        ("mustNotBe", [number]) => Expectation::NotEqual(*number),
        ("mustBeGreaterThan", [number]) => Expectation::Greater(*number),
        ("mustBeGreaterOrEqualTo", [number]) => Expectation::GreaterOrEqual(*number),
        ("mustBeLessThan", [number]) => Expectation::Less(*number),
        ("mustBeLessOrEqualTo", [number]) => Expectation::LessOrEqual(*number),
        ("mustBeBetween", [low, high]) => Expectation::Between(*low, *high),
        ("mustNotBeBetween", [low, high]) => Expectation::NotBetween(*low, *high),
        _ => return None,
    })
}

/// A query may also answer true or false, which count as one and zero.
fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::Number(number) => number.as_f64(),
        Value::Bool(flag) => Some(f64::from(u8::from(*flag))),
        _ => None,
    }
}

/// Reports thresholds that no data can meet, or that all data meets.
pub(super) fn check_threshold(
    measure: &Measure,
    expectation: Option<Expectation>,
    percent: bool,
    pointer: &Pointer,
    faults: &mut Faults<'_>,
) {
    let Some(expectation) = expectation else { return };
    let counted = !matches!(measure, Measure::Sql(_) | Measure::Custom { .. } | Measure::Text);
    let (key, ends) = ends(expectation);
    let place = pointer.key(key);
    if let [low, high] = ends.as_slice()
        && low > high
    {
        faults.error(codes::RULE_THRESHOLD, &place, format!("nothing is between `{low}` and `{high}`"));
    }
    if counted && ends.iter().any(|end| *end < 0.0) {
        faults.error(codes::RULE_THRESHOLD, &place, "a count of rows is never negative");
    } else if counted && matches!(expectation, Expectation::Less(zero) if zero == 0.0) {
        faults.error(codes::RULE_THRESHOLD, &place, "a count of rows is never below zero").help("write `mustBe: 0`");
    }
    if percent && ends.iter().any(|end| *end > 100.0) {
        faults.error(codes::RULE_THRESHOLD, &place, "a percentage of rows is never above 100");
    }
    if percent && *measure == Measure::RowCount {
        faults.error(codes::RULE_THRESHOLD, &pointer.key("unit"), "the rows of a table are always 100 percent of it");
    }
}

fn ends(expectation: Expectation) -> (&'static str, Vec<f64>) {
    match expectation {
        Expectation::Equal(number) => ("mustBe", vec![number]),
        Expectation::NotEqual(number) => ("mustNotBe", vec![number]),
        Expectation::Greater(number) => ("mustBeGreaterThan", vec![number]),
        Expectation::GreaterOrEqual(number) => ("mustBeGreaterOrEqualTo", vec![number]),
        Expectation::Less(number) => ("mustBeLessThan", vec![number]),
        Expectation::LessOrEqual(number) => ("mustBeLessOrEqualTo", vec![number]),
        Expectation::Between(low, high) => ("mustBeBetween", vec![low, high]),
        Expectation::NotBetween(low, high) => ("mustNotBeBetween", vec![low, high]),
    }
}
