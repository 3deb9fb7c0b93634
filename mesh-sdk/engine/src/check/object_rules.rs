//! All rules of a schema object: keys, columns, and the quality rules of both.

use datafusion::logical_expr::{in_list, lit};
use datafusion::prelude::{Expr, ident};
use mesh_contract::model::{Expectation, Measure, Property, QualityRule, SchemaObject, Severity};
use serde_json::Value;

use super::bound::literal;
use super::error::CheckError;
use super::expectation::in_words;
use super::pattern::mismatch;
use super::report::RuleKind;
use super::rule::{Probe, Rule};
use super::{column_rules, sql_rule};

/// Every rule that can be run, in the order of the contract. `text` rules and other engines' rules are not among them.
pub(super) fn rules(object: &SchemaObject) -> Result<Vec<Rule>, CheckError> {
    let mut rules = Vec::new();
    let key: Vec<String> = object.primary_key().into_iter().map(|property| property.name.clone()).collect();
    if !key.is_empty() {
        rules.extend(primary_key(&key));
    }
    for property in &object.properties {
        rules.extend(column_rules::rules(property)?);
        if property.unique && key != [property.name.clone()] {
            let name = format!("unique({})", property.name);
            rules.push(no_repeats(name, RuleKind::Unique, vec![property.name.clone()]));
        }
        for quality in &property.quality {
            rules.extend(measured(object, Some(property), quality)?);
        }
    }
    for quality in &object.quality {
        rules.extend(measured(object, None, quality)?);
    }
    Ok(rules)
}

/// A key has a value in every column, and no two rows have the same.
fn primary_key(key: &[String]) -> Vec<Rule> {
    let columns = key.join(", ");
    let missing = key.iter().map(|column| ident(column).is_null()).reduce(Expr::or).unwrap_or_else(|| lit(false));
    let mut present = Rule::none_may(
        RuleKind::PrimaryKey,
        "primaryKeyPresent",
        &columns,
        "a value in each key column".into(),
        missing,
    );
    present.column = single(key);
    present.shows = key.to_vec();
    vec![present, no_repeats(format!("primaryKey({columns})"), RuleKind::PrimaryKey, key.to_vec())]
}

fn no_repeats(name: String, kind: RuleKind, columns: Vec<String>) -> Rule {
    Rule {
        name,
        kind,
        column: single(&columns),
        severity: Severity::Error,
        expectation: Some(Expectation::Equal(0.0)),
        percent: false,
        expected: "no value twice".into(),
        shows: columns.clone(),
        probe: Probe::Repeats(columns),
    }
}

fn single(columns: &[String]) -> Option<String> {
    match columns {
        [column] => Some(column.clone()),
        _ => None,
    }
}

fn measured(
    object: &SchemaObject,
    property: Option<&Property>,
    quality: &QualityRule,
) -> Result<Option<Rule>, CheckError> {
    let refuse = |what: String| CheckError::Rule { rule: quality.name.clone(), what };
    let column = || property.ok_or_else(|| refuse("it measures a column and stands at none".into()));
    let (kind, probe) = match &quality.measure {
        Measure::Text | Measure::Custom { .. } => return Ok(None),
        Measure::RowCount => (RuleKind::RowCount, Probe::Rows),
        Measure::NullValues => (RuleKind::NullValues, Probe::Counter(Box::new(ident(&column()?.name).is_null()))),
        Measure::MissingValues(values) => {
            (RuleKind::MissingValues, Probe::Counter(Box::new(missing(column()?, values).map_err(refuse)?)))
        }
        Measure::InvalidValues { valid, pattern } => {
            let failing = invalid(column()?, valid, pattern.as_deref()).map_err(refuse)?;
            (RuleKind::InvalidValues, Probe::Counter(Box::new(failing)))
        }
        Measure::DuplicateValues(columns) => {
            let columns = if columns.is_empty() { vec![column()?.name.clone()] } else { columns.clone() };
            if let Some(stranger) = columns.iter().find(|name| object.property(name).is_none()) {
                return Err(refuse(format!("there is no column `{stranger}`")));
            }
            (RuleKind::DuplicateValues, Probe::Repeats(columns))
        }
        Measure::Sql(query) => {
            let query = sql_rule::substitute(query, object, property);
            (RuleKind::Sql, Probe::Sql(query))
        }
    };
    let shows = match (&probe, property) {
        (Probe::Repeats(columns), _) => columns.clone(),
        (_, Some(property)) => vec![property.name.clone()],
        _ => Vec::new(),
    };
    Ok(Some(Rule {
        name: quality.name.clone(),
        kind,
        column: property.map(|property| property.name.clone()),
        severity: quality.severity,
        expectation: quality.expectation,
        percent: quality.percent,
        expected: in_words(quality.expectation, quality.percent),
        probe,
        shows,
    }))
}

fn missing(property: &Property, values: &[Value]) -> Result<Expr, String> {
    let column = || ident(&property.name);
    let listed = values.iter().filter(|value| !value.is_null());
    let literals = listed.map(|value| literal(property, value)).collect::<Result<Vec<_>, _>>()?;
    let among = (!literals.is_empty()).then(|| in_list(column(), literals, false));
    let null = values.iter().any(Value::is_null).then(|| column().is_null());
    Ok(among.into_iter().chain(null).reduce(Expr::or).unwrap_or_else(|| lit(false)))
}

fn invalid(property: &Property, valid: &[Value], pattern: Option<&str>) -> Result<Expr, String> {
    let column = || ident(&property.name);
    let literals = valid.iter().map(|value| literal(property, value)).collect::<Result<Vec<_>, _>>()?;
    let stranger = (!literals.is_empty()).then(|| in_list(column(), literals, true));
    let unlike = pattern.map(|pattern| mismatch(column(), pattern));
    Ok(stranger.into_iter().chain(unlike).reduce(Expr::or).unwrap_or_else(|| lit(false)))
}
