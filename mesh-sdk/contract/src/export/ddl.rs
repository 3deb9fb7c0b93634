//! SQL that makes the contract's tables: types, keys, checks and comments.

mod check;
mod column_type;

use std::fmt::Write as _;

use super::literal::{identifier, text};
use crate::model::{Contract, SchemaObject};

/// Whose SQL.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Dialect {
    /// PostgreSQL 12 and later.
    Postgres,
    /// DuckDB 1.1 and later.
    DuckDb,
}

/// Statements that make a schema named as the domain and in it every table of the contract. What the dialect cannot
/// hold its rows to stands as a comment.
#[must_use]
pub fn ddl(contract: &Contract, dialect: Dialect) -> String {
    let mut sql = format!("-- {} {}\n-- {}\n", one_line(&contract.id), contract.version, contract.hash);
    let _ = writeln!(sql, "CREATE SCHEMA IF NOT EXISTS {};", identifier(&contract.domain));
    for object in &contract.objects {
        sql.push('\n');
        table(contract, object, dialect, &mut sql);
    }
    sql
}

fn table(contract: &Contract, object: &SchemaObject, dialect: Dialect, sql: &mut String) {
    let name = format!("{}.{}", identifier(&contract.domain), identifier(&object.name));
    let key: Vec<String> = object.primary_key().iter().map(|property| identifier(&property.name)).collect();
    let mut lines = Vec::with_capacity(object.properties.len() + 1);
    let mut unchecked = Vec::new();
    for property in &object.properties {
        let mut line = format!("{} {}", identifier(&property.name), column_type::of(property, dialect));
        if property.required {
            line.push_str(" NOT NULL");
        }
        let is_the_key = key.len() == 1 && property.primary_key_position.is_some();
        if property.unique && !is_the_key {
            line.push_str(" UNIQUE");
        }
        for check in check::of(property, dialect, &mut unchecked) {
            let _ = write!(line, " CHECK ({check})");
        }
        lines.push(line);
    }
    if !key.is_empty() {
        lines.push(format!("PRIMARY KEY ({})", key.join(", ")));
    }
    let _ = writeln!(sql, "CREATE TABLE {name} (\n    {}\n);", lines.join(",\n    "));
    if let Some(description) = &object.description {
        let _ = writeln!(sql, "COMMENT ON TABLE {name} IS {};", text(description));
    }
    for property in &object.properties {
        if let Some(comment) = comment(property) {
            let _ = writeln!(sql, "COMMENT ON COLUMN {name}.{} IS {};", identifier(&property.name), text(&comment));
        }
    }
    for what in unchecked {
        let _ = writeln!(sql, "-- not checked here: {}", one_line(&what));
    }
}

fn comment(property: &crate::model::Property) -> Option<String> {
    let unit = property.unit.as_ref().map(|unit| format!("unit: {unit}"));
    let classification = property.classification.map(|level| format!("classification: {}", level.as_str()));
    let facts: Vec<String> = unit.into_iter().chain(classification).collect();
    let facts = (!facts.is_empty()).then(|| format!("({})", facts.join(", ")));
    let words: Vec<String> = property.description.clone().into_iter().chain(facts).collect();
    (!words.is_empty()).then(|| words.join(" "))
}

/// A comment ends with its line, so nothing may break it.
fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || c == '\u{2028}' || c == '\u{2029}' { ' ' } else { c }).collect()
}

#[cfg(test)]
mod tests {
    use super::super::tests::{EVERY_KIND, contract};
    use super::*;

    #[test]
    fn every_kind_in_postgres() {
        insta::assert_snapshot!(ddl(&contract(EVERY_KIND), Dialect::Postgres));
    }

    #[test]
    fn every_kind_in_duckdb() {
        insta::assert_snapshot!(ddl(&contract(EVERY_KIND), Dialect::DuckDb));
    }
}
