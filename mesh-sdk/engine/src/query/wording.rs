//! DataFusion's errors in the words of the mesh: what is wrong, in backticks, and what was probably meant.

use datafusion::common::{Column, SchemaError};
use datafusion::error::DataFusionError;
use datafusion::sql::sqlparser::parser::ParserError;

use super::reader::CATALOG;
use super::session::TableEntry;
use crate::error::{EngineError, QueryError};
use crate::source::nearest;

/// The error of planning a query over `tables`, which are all that its principal may know of.
pub(super) fn of_planning(error: DataFusionError, tables: &[TableEntry]) -> EngineError {
    let text = match error.find_root() {
        DataFusionError::SchemaError(schema, _) => match schema.as_ref() {
            SchemaError::FieldNotFound { field, valid_fields } => Some(no_column(field, valid_fields)),
            _ => None,
        },
        DataFusionError::SQL(parser, _) => Some(of_parser(parser)),
        DataFusionError::Plan(text) => {
            missing_table(text).map(|table| no_table(table, tables)).or_else(|| own_words(text).map(str::to_owned))
        }
        _ => None,
    };
    match text {
        Some(text) => EngineError::Query(QueryError::Plan(text)),
        None => EngineError::from(error),
    }
}

/// What the parser did not understand.
pub(super) fn of_parser(error: &ParserError) -> String {
    match error {
        ParserError::ParserError(text) | ParserError::TokenizerError(text) => lower_first(text),
        ParserError::RecursionLimitExceeded => "the query is nested too deeply".to_owned(),
    }
}

fn no_column(field: &Column, valid: &[Column]) -> String {
    let names = valid.iter().map(|column| column.name.as_str());
    format!("there is no column `{}`{}", field.flat_name(), meant(nearest(&field.name, names)))
}

fn no_table(table: &str, tables: &[TableEntry]) -> String {
    let known: Vec<String> = tables.iter().map(|entry| format!("{}.{}", entry.domain, entry.name)).collect();
    format!("there is no table `{table}`{}", meant(nearest(table, known.iter().map(String::as_str))))
}

fn meant(candidate: Option<String>) -> String {
    candidate.map(|name| format!(": did you mean `{name}`?")).unwrap_or_default()
}

/// `table 'mesh.lending.loan' not found` → `lending.loan`
fn missing_table(text: &str) -> Option<&str> {
    let name = text.strip_prefix("table '")?.strip_suffix("' not found")?;
    Some(name.strip_prefix(CATALOG).and_then(|rest| rest.strip_prefix('.')).unwrap_or(name))
}

/// A domain function's own complaint, out of the three layers that DataFusion puts around it.
fn own_words(text: &str) -> Option<&str> {
    let (_, after) = text.split_once("user-defined coercion failed with: ")?;
    let after = after.strip_prefix("Error during planning: ").unwrap_or(after);
    // Another layer tells what the types listed in the catalog would have been.
    let words = after.split_once(",Error during planning: ").map_or(after, |(words, _)| words);
    words.split(". No function matches").next()
}

fn lower_first(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_lowercase().chain(characters).collect()).unwrap_or_default()
}
