//! The table of quality rules.

use super::{Block, Cell, shown};
use crate::model::{Expectation, Measure, Property, QualityRule, SchemaObject, Severity};

/// Rules of the table first, then those of its columns; `None` without rules.
pub(super) fn table(object: &SchemaObject) -> Option<Block> {
    let mut rows: Vec<Vec<Cell>> = object.quality.iter().map(|rule| row(&object.name, rule)).collect();
    for property in &object.properties {
        of_property(property, &mut rows);
    }
    let head = vec!["Rule", "On", "Measure", "Must be", "Severity", "Why"];
    (!rows.is_empty()).then_some(Block::Table { head, rows })
}

fn of_property(property: &Property, rows: &mut Vec<Vec<Cell>>) {
    rows.extend(property.quality.iter().map(|rule| row(&property.name, rule)));
}

fn row(on: &str, rule: &QualityRule) -> Vec<Cell> {
    let unit = if rule.percent { " %" } else { "" };
    vec![
        Cell::Text(rule.name.clone()),
        Cell::Code(on.to_owned()),
        Cell::Code(measure(&rule.measure)),
        Cell::Code(rule.expectation.map(|expected| format!("{}{unit}", expectation(expected))).unwrap_or_default()),
        Cell::Badge(if rule.severity == Severity::Error { "error" } else { "warning" }.to_owned()),
        Cell::Text(rule.description.clone().or_else(|| rule.dimension.clone()).unwrap_or_default()),
    ]
}

fn measure(measure: &Measure) -> String {
    let listed = |values: &[serde_json::Value]| values.iter().map(shown).collect::<Vec<_>>().join(", ");
    match measure {
        Measure::RowCount => "number of rows".to_owned(),
        Measure::NullValues => "nulls".to_owned(),
        Measure::MissingValues(missing) => format!("values that mean none: {}", listed(missing)),
        Measure::InvalidValues { valid, pattern } => match pattern {
            Some(pattern) if valid.is_empty() => format!("values that do not match {pattern}"),
            Some(pattern) => format!("values other than {} or that do not match {pattern}", listed(valid)),
            None => format!("values other than {}", listed(valid)),
        },
        Measure::DuplicateValues(columns) if columns.is_empty() => "values that stand again".to_owned(),
        Measure::DuplicateValues(columns) => format!("rows that repeat {}", columns.join(", ")),
        Measure::Sql(query) => query.split_whitespace().collect::<Vec<_>>().join(" "),
        Measure::Text => "words for people".to_owned(),
        Measure::Custom { engine } => format!("a rule of {engine}"),
    }
}

fn expectation(expectation: Expectation) -> String {
    match expectation {
        Expectation::Equal(value) => format!("= {value}"),
        Expectation::NotEqual(value) => format!("≠ {value}"),
        Expectation::Greater(value) => format!("> {value}"),
        Expectation::GreaterOrEqual(value) => format!("≥ {value}"),
        Expectation::Less(value) => format!("< {value}"),
        Expectation::LessOrEqual(value) => format!("≤ {value}"),
        Expectation::Between(low, high) => format!("{low} to {high}"),
        Expectation::NotBetween(low, high) => format!("not {low} to {high}"),
    }
}
