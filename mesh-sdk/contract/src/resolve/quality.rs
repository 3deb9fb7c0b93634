//! Quality rules.

use serde_json::{Map, Value};

use super::constraints::check_pattern;
use super::rule_checks::{check_threshold, expectation};
use super::values::{fits, type_words};
use crate::codes;
use crate::faults::{Faults, Pointer};
use crate::model::{Constraints, DataType, Expectation, Measure, Property, QualityRule, Severity};
use crate::raw::quality::RawQuality;
use crate::shape::shown;
use crate::suggest::suggest;

/// What a rule is stated about.
enum Subject<'a> {
    Object(&'a [Property]),
    Property(&'a str, &'a DataType),
}

/// Rules over a whole table.
pub(super) fn of_object(
    raw: &[RawQuality],
    columns: &[Property],
    pointer: &Pointer,
    faults: &mut Faults<'_>,
) -> Vec<QualityRule> {
    rules(raw, &Subject::Object(columns), pointer, faults)
}

/// Rules over one column.
pub(super) fn of_property(
    raw: &[RawQuality],
    name: &str,
    data_type: &DataType,
    pointer: &Pointer,
    faults: &mut Faults<'_>,
) -> Vec<QualityRule> {
    rules(raw, &Subject::Property(name, data_type), pointer, faults)
}

/// A rule that tolerates no invalid value is a list of the only values allowed.
pub(super) fn fill_enumeration(rules: &[QualityRule], constraints: &mut Constraints) {
    for rule in rules {
        let none =
            matches!(rule.expectation, Some(Expectation::Equal(zero) | Expectation::LessOrEqual(zero)) if zero == 0.0);
        if let Measure::InvalidValues { valid, .. } = &rule.measure
            && none
            && rule.severity == Severity::Error
            && constraints.enumeration.is_empty()
        {
            constraints.enumeration.clone_from(valid);
        }
    }
}

fn rules(raw: &[RawQuality], subject: &Subject<'_>, pointer: &Pointer, faults: &mut Faults<'_>) -> Vec<QualityRule> {
    let mut rules: Vec<QualityRule> = Vec::with_capacity(raw.len());
    for (index, item) in raw.iter().enumerate() {
        let Some(mut rule) = rule(item, subject, &pointer.item(index), faults) else { continue };
        if rules.iter().any(|known| known.name == rule.name) {
            rule.name = format!("{}_{}", rule.name, index + 1);
        }
        rules.push(rule);
    }
    rules
}

fn rule(raw: &RawQuality, subject: &Subject<'_>, pointer: &Pointer, faults: &mut Faults<'_>) -> Option<QualityRule> {
    let measure = measure(raw, subject, pointer, faults)?;
    let name = raw.name.clone().or_else(|| raw.id.clone()).unwrap_or_else(|| default_name(raw, subject));
    let expectation = expectation(raw, &measure, pointer, faults);
    let percent = percent(raw, pointer, faults);
    check_threshold(&measure, expectation, percent, pointer, faults);
    Some(QualityRule {
        name,
        description: raw.description.clone(),
        dimension: raw.dimension.clone(),
        severity: severity(raw.severity.as_deref(), pointer, faults),
        measure,
        expectation,
        percent,
    })
}

fn default_name(raw: &RawQuality, subject: &Subject<'_>) -> String {
    let what = raw.metric.as_deref().or(raw.kind.as_deref()).unwrap_or("rule");
    match subject {
        Subject::Object(_) => what.to_owned(),
        Subject::Property(name, _) => format!("{name}.{what}"),
    }
}

fn measure(raw: &RawQuality, subject: &Subject<'_>, pointer: &Pointer, faults: &mut Faults<'_>) -> Option<Measure> {
    match raw.kind.as_deref() {
        Some("text") => Some(Measure::Text),
        Some("sql") => match raw.query.as_deref().map(str::trim) {
            Some(query) if !query.is_empty() => Some(Measure::Sql(placeholders(query))),
            _ => incomplete(pointer, "an `sql` rule needs its `query`", faults),
        },
        Some("custom") => match (&raw.engine, &raw.implementation) {
            (Some(engine), Some(_)) => Some(Measure::Custom { engine: engine.clone() }),
            _ => incomplete(pointer, "a `custom` rule needs `engine` and `implementation`", faults),
        },
        None | Some("library") => library(raw, subject, pointer, faults),
        // Another word under `type` has been reported with the document's shape.
        Some(_) => None,
    }
}

/// The standard writes `{object}`, common tools `${table}`; rules run with one spelling.
fn placeholders(query: &str) -> String {
    let mut query = query.replace("${", "{");
    for (written, meant) in [
        ("{object}", "${object}"),
        ("{table}", "${object}"),
        ("{property}", "${property}"),
        ("{column}", "${property}"),
    ] {
        query = query.replace(written, meant);
    }
    query
}

fn incomplete<T>(pointer: &Pointer, message: &str, faults: &mut Faults<'_>) -> Option<T> {
    faults.error(codes::RULE_INCOMPLETE, pointer, message);
    None
}

fn library(raw: &RawQuality, subject: &Subject<'_>, pointer: &Pointer, faults: &mut Faults<'_>) -> Option<Measure> {
    if raw.rule.is_some() {
        faults.warning(codes::DEPRECATED, &pointer.key("rule"), "`rule` is deprecated").help("write `metric`");
    }
    let Some(metric) = raw.metric.as_deref().or(raw.rule.as_deref()) else {
        return incomplete(pointer, "a `library` rule needs its `metric`", faults);
    };
    let empty = Map::new();
    let arguments = raw.arguments.as_ref().unwrap_or(&empty);
    let place = pointer.key("arguments");
    match (metric, subject) {
        ("rowCount", Subject::Object(_)) => Some(Measure::RowCount),
        ("rowCount", Subject::Property(..)) => {
            incomplete(pointer, "`rowCount` is a rule of the table, not of a column", faults)
        }
        ("duplicateValues", Subject::Object(columns)) => duplicates(arguments, columns, pointer, faults),
        ("duplicateValues", Subject::Property(..)) => Some(Measure::DuplicateValues(Vec::new())),
        ("nullValues", Subject::Property(..)) => Some(Measure::NullValues),
        ("missingValues", Subject::Property(_, data_type)) => match list(arguments, "missingValues") {
            Some(missing) => {
                // What stands for "missing" is text in the source, whatever the column's type.
                check_values(&missing, data_type, true, &place.key("missingValues"), faults);
                Some(Measure::MissingValues(missing))
            }
            None => incomplete(pointer, "`missingValues` needs `arguments: {missingValues: […]}`", faults),
        },
        ("invalidValues", Subject::Property(_, data_type)) => invalid(arguments, data_type, pointer, faults),
        ("nullValues" | "missingValues" | "invalidValues", Subject::Object(_)) => {
            incomplete(pointer, &format!("`{metric}` is a rule of a column, not of the table"), faults)
        }
        // Another word under `metric` has been reported with the document's shape.
        _ => None,
    }
}

fn list(arguments: &Map<String, Value>, key: &str) -> Option<Vec<Value>> {
    arguments.get(key).and_then(Value::as_array).filter(|values| !values.is_empty()).cloned()
}

fn duplicates(
    arguments: &Map<String, Value>,
    columns: &[Property],
    pointer: &Pointer,
    faults: &mut Faults<'_>,
) -> Option<Measure> {
    let Some(values) = list(arguments, "properties") else {
        return incomplete(pointer, "`duplicateValues` of a table needs `arguments: {properties: […]}`", faults);
    };
    let known: Vec<&str> = columns.iter().map(|column| column.name.as_str()).collect();
    let mut names = Vec::new();
    for (index, value) in values.iter().enumerate() {
        let place = pointer.key("arguments").key("properties").item(index);
        match value.as_str() {
            Some(name) if known.contains(&name) => names.push(name.to_owned()),
            other => {
                let message = format!("there is no column {}", shown(value));
                let last = faults.error(codes::UNKNOWN_COLUMN, &place, message);
                if let Some(near) = other.and_then(|name| suggest(name, &known)) {
                    last.help(format!("did you mean `{near}`?"));
                }
            }
        }
    }
    Some(Measure::DuplicateValues(names))
}

fn invalid(
    arguments: &Map<String, Value>,
    data_type: &DataType,
    pointer: &Pointer,
    faults: &mut Faults<'_>,
) -> Option<Measure> {
    let place = pointer.key("arguments");
    let valid = list(arguments, "validValues").unwrap_or_default();
    check_values(&valid, data_type, false, &place.key("validValues"), faults);
    let pattern = arguments.get("pattern").and_then(Value::as_str).map(str::to_owned);
    if let Some(pattern) = &pattern {
        check_pattern(pattern, &place.key("pattern"), faults);
    }
    if valid.is_empty() && pattern.is_none() {
        return incomplete(pointer, "`invalidValues` needs `arguments` with `validValues` or `pattern`", faults);
    }
    Some(Measure::InvalidValues { valid, pattern })
}

fn check_values(values: &[Value], data_type: &DataType, any_text: bool, pointer: &Pointer, faults: &mut Faults<'_>) {
    for (index, value) in values.iter().enumerate() {
        let fitting = fits(data_type, value) || (any_text && value.is_string());
        if !fitting {
            let message = format!("the value {} is not {}", shown(value), type_words(data_type));
            faults.error(codes::WRONG_VALUE_TYPE, &pointer.item(index), message);
        }
    }
}

fn percent(raw: &RawQuality, pointer: &Pointer, faults: &mut Faults<'_>) -> bool {
    match raw.unit.as_deref() {
        None | Some("rows") => false,
        Some("percent" | "%") => true,
        Some(other) => {
            if raw.kind.is_none() || raw.kind.as_deref() == Some("library") {
                faults
                    .error(codes::UNKNOWN_WORD, &pointer.key("unit"), format!("`{other}` is not a unit of a rule"))
                    .help("allowed: `rows`, `percent`");
            }
            false
        }
    }
}

fn severity(text: Option<&str>, pointer: &Pointer, faults: &mut Faults<'_>) -> Severity {
    match text {
        None | Some("error" | "critical" | "blocker" | "high") => Severity::Error,
        Some("warning" | "warn" | "info" | "medium" | "low") => Severity::Warning,
        Some(other) => {
            faults
                .error(codes::UNKNOWN_WORD, &pointer.key("severity"), format!("`{other}` is not a severity"))
                .help("allowed: `error` blocks a publication, `warning` is reported");
            Severity::Error
        }
    }
}
