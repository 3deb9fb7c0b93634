//! Reading only what is new: rows above the highest value that was read before.

use mesh_contract::Contract;
use serde::{Deserialize, Serialize};

use super::Rows;
use super::connect::Wrong;
use super::failure::Failure;
use super::relation::Relation;
use super::session::{Session, literal};
use crate::source::column::{Column, Kind};
use crate::source::error::shown;
use crate::source::select::quoted;
use crate::source::state::InputState;

/// How far a table was read.
///
/// The next run reads rows *strictly* above: a row that appears later with a value equal to, or below, this one is not
/// read. So the column must be one that grows in the order in which rows become visible, such as a number from a
/// sequence that one writer uses, or a booking date that is closed before it is read. Reading equal values again would
/// need a key to drop the rows that came twice, and a model that appends has none.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watermark {
    /// The column, as the contract names it.
    pub column: String,
    /// Its highest value, as PostgreSQL writes it (ISO 8601, UTC).
    pub value: String,
}

/// The custom property of a contract that names the column.
pub(super) const PROPERTY: &str = "watermark";

/// What a read begins above, and how far it comes.
#[derive(Debug)]
pub(super) struct Bounds {
    condition: String,
    pub(super) reached: Option<Watermark>,
    /// Whether anything is above what was read before.
    pub(super) is_new: bool,
}

impl Bounds {
    /// Everything.
    pub(super) fn none() -> Self {
        Self { condition: String::new(), reached: None, is_new: true }
    }

    pub(super) fn condition(&self) -> &str {
        &self.condition
    }
}

/// The column that the contract's custom property `watermark` names.
pub(super) fn column<'a>(contract: &Contract, columns: &'a [Column]) -> Result<Option<&'a Column>, Wrong> {
    let Some(written) = contract.custom.get(PROPERTY) else { return Ok(None) };
    let name = written.as_str().ok_or_else(|| ("`watermark` is not a text".to_owned(), "name a column"))?;
    let column = columns.iter().find(|column| column.name == name);
    let column = column.ok_or_else(|| {
        (format!("`watermark` names `{}`, which is no column", shown(name)), "name a column of the contract")
    })?;
    if sql_type(&column.kind).is_none() {
        return Err((
            format!("`watermark` names `{name}`, which has no order that every system shares"),
            "choose a column of whole numbers, decimals, dates or timestamps",
        ));
    }
    if !column.required {
        return Err((
            format!("`watermark` names `{name}`, which may be empty, and an empty one is above nothing"),
            "declare the column `required`, or give it a value with the custom property `query`",
        ));
    }
    Ok(Some(column))
}

/// As `rows` says: by the watermark of a state when the same column left it, and never above the highest value that the
/// session sees.
pub(super) async fn bounds(
    session: &Session,
    relation: &Relation,
    column: &Column,
    rows: Rows<'_>,
) -> Result<Bounds, Failure> {
    let (stored, sql_type) = (quoted(&column.stored_name), sql_type(&column.kind).unwrap_or("text"));
    let compared = |operator: &str, left: &Watermark| {
        format!(" WHERE {stored} {operator} CAST({} AS {sql_type})", literal(&left.value))
    };
    let (above, condition) = match rows {
        Rows::All => (None, String::new()),
        Rows::Above(state) => {
            let above = left_by(state, column);
            (above, above.map(|left| compared(">", left)).unwrap_or_default())
        }
        Rows::UpTo(state) => (None, left_by(state, column).map(|left| compared("<=", left)).unwrap_or_default()),
    };
    let highest =
        session.rows(&format!("SELECT max({stored})::pg_catalog.text FROM {}{condition}", relation.sql)).await?;
    let highest: Option<String> = match highest.first() {
        Some(row) => row.try_get(0)?,
        None => None,
    };
    if let Some(value) = highest.as_deref().filter(|value| !value.starts_with(|c: char| c == '-' || c.is_ascii_digit()))
    {
        let (name, value) = (&column.name, column.shown(value));
        return Err(Failure::Refused(format!("the highest `{name}` is `{value}`, above which nothing can come")));
    }
    let is_new = above.is_none() || highest.is_some();
    let reached = highest.map(|value| Watermark { column: column.name.clone(), value }).or_else(|| above.cloned());
    Ok(Bounds { condition, reached, is_new })
}

/// The watermark that a state left, when it is of this column.
fn left_by<'a>(state: &'a InputState, column: &Column) -> Option<&'a Watermark> {
    match state {
        InputState::Table { watermark: Some(left), .. } if left.column == column.name => Some(left),
        _ => None,
    }
}

fn sql_type(kind: &Kind) -> Option<&'static str> {
    Some(match kind {
        Kind::Integer { .. } => "pg_catalog.int8",
        Kind::Decimal { .. } => "pg_catalog.numeric",
        Kind::Date(_) => "pg_catalog.date",
        Kind::Timestamp { utc: true, .. } => "pg_catalog.timestamptz",
        Kind::Timestamp { utc: false, .. } => "pg_catalog.timestamp",
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watermark_is_kept_as_text() {
        let state = InputState::Table {
            table: "bank.bookings".into(),
            watermark: Some(Watermark { column: "booked".into(), value: "2026-01-31".into() }),
        };
        let written = serde_json::to_value(&state).expect("json");
        let expected = serde_json::json!({
            "kind": "table", "table": "bank.bookings", "watermark": {"column": "booked", "value": "2026-01-31"}
        });
        assert_eq!(written, expected);
        assert_eq!(serde_json::from_value::<InputState>(written).expect("a state"), state);
        let whole: InputState =
            serde_json::from_value(serde_json::json!({"kind": "table", "table": "t"})).expect("one");
        assert_eq!(whole, InputState::Table { table: "t".into(), watermark: None });
    }
}
