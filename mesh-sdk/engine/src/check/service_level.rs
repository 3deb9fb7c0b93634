//! Service levels that can be seen in the data: how old the newest value of a column is, and how far the oldest goes
//! back. They are warnings: data that is refused for being old only grows older, and deleting is no run's to decide.

use chrono::{DateTime, Months, TimeDelta, Utc};
use datafusion::common::ScalarValue;
use datafusion::logical_expr::cast;
use datafusion::prelude::{Expr, ident, lit};
use mesh_contract::Contract;
use mesh_contract::model::{DataType, Expectation, Length, Property, SchemaObject, Severity, SlaProperty};

use super::report::RuleKind;
use super::rule::{Probe, Rule};

const FRESHNESS: [&str; 3] = ["freshness", "latency", "ly"];
const RETENTION: [&str; 2] = ["retention", "re"];
const DAY_MICROS: i64 = 86_400_000_000;

/// The rules for the columns of the object that service levels name. A level without a column, or with one that holds no
/// time, cannot be seen in the data.
pub(super) fn rules(contract: &Contract, object: &SchemaObject, now: DateTime<Utc>) -> Vec<Rule> {
    let mut rules = Vec::new();
    for level in &contract.sla {
        let Some(length) = level.length() else { continue };
        let named = |names: &[&str]| names.iter().any(|name| level.property.eq_ignore_ascii_case(name));
        for property in columns(level, object) {
            let rule = if named(&FRESHNESS) {
                freshness(property, length, level, now)
            } else if named(&RETENTION) {
                retention(property, length, level, now)
            } else {
                None
            };
            rules.extend(rule);
        }
    }
    rules
}

/// The columns of the object that the level names: `loans.updated_at, loans.issued`.
fn columns<'a>(level: &'a SlaProperty, object: &'a SchemaObject) -> impl Iterator<Item = &'a Property> {
    let elements = level.element.iter().flat_map(|element| element.split(',')).map(str::trim);
    elements.filter_map(|element| object.property(element.strip_prefix(object.name.as_str())?.strip_prefix('.')?))
}

fn freshness(property: &Property, length: Length, level: &SlaProperty, now: DateTime<Utc>) -> Option<Rule> {
    let limit = (now - before(now, length)?).num_minutes();
    let newest = Box::new(over(property)?);
    let limit_minutes = u32::try_from(limit).ok()?;
    Some(Rule {
        expectation: Some(Expectation::LessOrEqual(f64::from(limit_minutes))),
        expected: format!("a newest value of at most {}, {limit} minutes", words(level)),
        probe: Probe::Age { newest, now: now.timestamp_micros() },
        ..warning(RuleKind::Freshness, "freshness", property)
    })
}

fn retention(property: &Property, length: Length, level: &SlaProperty, now: DateTime<Utc>) -> Option<Rule> {
    let oldest = before(now, length)?.timestamp_micros();
    let failing = over(property)?.lt_eq(lit(oldest));
    Some(Rule {
        expectation: Some(Expectation::Equal(0.0)),
        expected: format!("no row kept longer than {}", words(level)),
        probe: Probe::Counter(Box::new(failing)),
        ..warning(RuleKind::Retention, "retention", property)
    })
}

fn warning(kind: RuleKind, word: &str, property: &Property) -> Rule {
    let rule = Rule::none_may(kind, word, &property.name, String::new(), lit(false));
    Rule { severity: Severity::Warning, ..rule }
}

fn words(level: &SlaProperty) -> String {
    let value = level.value.as_str().map_or_else(|| level.value.to_string(), str::to_owned);
    format!("{value} {}", level.unit.as_deref().unwrap_or_default())
}

/// The moment that lies a length before another.
fn before(now: DateTime<Utc>, length: Length) -> Option<DateTime<Utc>> {
    #[expect(clippy::cast_possible_truncation, reason = "what is beyond 64 bits saturates, and lies before any date")]
    let millis = (length.seconds * 1_000.0) as i64;
    now.checked_sub_months(Months::new(length.months))?.checked_sub_signed(TimeDelta::try_milliseconds(millis)?)
}

/// When a value's time is over, in microseconds: a day ends a day after it began.
fn over(property: &Property) -> Option<Expr> {
    use arrow::datatypes::{DataType as Arrow, TimeUnit};
    let micros = |value: Expr| cast(cast(value, Arrow::Timestamp(TimeUnit::Microsecond, None)), Arrow::Int64);
    match &property.data_type {
        DataType::Timestamp { .. } => Some(micros(ident(&property.name))),
        DataType::Date => Some(micros(ident(&property.name)) + lit(ScalarValue::Int64(Some(DAY_MICROS)))),
        _ => None,
    }
}
