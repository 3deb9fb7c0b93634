//! What of the database is read.

use mesh_contract::Contract;
use mesh_contract::model::SchemaObject;
use serde_json::Value;

use super::columns::Reading;
use super::connect::Wrong;
use super::watermark::Bounds;
use crate::source::column::Column;
use crate::source::select::quoted;

/// A table, or a query in its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Relation {
    /// As it stands behind `FROM`.
    pub(super) sql: String,
    /// As messages name it.
    pub(super) shown: String,
}

impl Relation {
    pub(super) fn of(contract: &Contract, object: &SchemaObject) -> Result<Self, Wrong> {
        match contract.custom.get("query") {
            None => Ok(Self::table(contract, object)),
            Some(Value::String(query)) if !query.trim().is_empty() => Ok(Self::query(query, &object.name)),
            Some(_) => Err(("`query` is not a text".to_owned(), "write one SELECT")),
        }
    }

    /// The text ends on a line of its own, so that a comment at its end ends with it.
    fn query(query: &str, name: &str) -> Self {
        let query = query.trim().trim_end_matches(';');
        Self { sql: format!("({query}\n) AS {}", quoted(name)), shown: format!("the query of `{name}`") }
    }

    /// `physicalName`, with its schema before a point; or else the object's name in the server's schema.
    fn table(contract: &Contract, object: &SchemaObject) -> Self {
        let name = object.physical_name.as_deref().unwrap_or(&object.name);
        let schema = contract.servers.first().and_then(|server| server.settings.get("schema")).and_then(Value::as_str);
        let (schema, name) = match name.split_once('.') {
            Some((schema, name)) => (Some(schema), name),
            None => (schema.filter(|schema| !schema.is_empty()), name),
        };
        match schema {
            Some(schema) => {
                Self { sql: format!("{}.{}", quoted(schema), quoted(name)), shown: format!("{schema}.{name}") }
            }
            None => Self { sql: quoted(name), shown: name.to_owned() },
        }
    }

    /// The declared columns under the contract's names, between the bounds.
    pub(super) fn select(&self, columns: &[Column], readings: &[Reading], bounds: &Bounds) -> String {
        let columns = columns.iter().zip(readings).map(|(column, reading)| {
            format!("{}{} AS {}", quoted(&column.stored_name), reading.cast(), quoted(&column.name))
        });
        let columns = columns.collect::<Vec<_>>().join(", ");
        format!("(SELECT {columns} FROM {}{}) AS \"source\"", self.sql, bounds.condition())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_ends_where_its_text_ends() {
        let query = Relation::query("SELECT 1 -- one;\n ; ", "odd\"name");
        assert_eq!(query.sql, "(SELECT 1 -- one;\n \n) AS \"odd\"\"name\"");
    }
}
