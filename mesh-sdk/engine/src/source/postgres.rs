//! A table, or a query, of a PostgreSQL database as an input.
//!
//! Rows come as `COPY (SELECT …) TO STDOUT` writes them and become cells as those of a file do. Everything that is read
//! of one [`open`] is one snapshot of the database.

mod columns;
mod connect;
mod copy;
mod failure;
mod relation;
mod session;
mod table;
mod tls;
mod url;
mod watermark;

use std::sync::Arc;

use mesh_contract::Contract;
use mesh_contract::model::SchemaObject;

pub(crate) use columns::{Numeric, base, named};
pub(crate) use connect::Database;
pub(super) use copy::CopyReader;
pub(crate) use copy::{Lines, values};
pub(crate) use failure::Failure;
pub(crate) use session::{Session, StoredColumn};
pub use url::{DatabaseUrl, DatabaseUrlError};
pub use watermark::Watermark;

use super::column::Column;
use super::error::SourceError;
use super::input::OpenInput;
use super::rows::Layout;
use super::state::InputState;
use relation::Relation;
use table::PostgresTable;

/// The words of a contract's server type that mean this database.
pub(super) fn is_postgres(contract: &Contract) -> bool {
    let kind = contract.servers.first().map(|server| server.kind.to_ascii_lowercase());
    matches!(kind.as_deref(), Some("postgres" | "postgresql"))
}

/// What is read and how, before the database is asked.
pub(super) struct Declared<'a> {
    pub(super) input: &'a str,
    pub(super) contract: &'a Contract,
    pub(super) object: &'a SchemaObject,
    pub(super) url: Option<&'a DatabaseUrl>,
    pub(super) record_bytes_max: usize,
}

/// Which rows are read.
#[derive(Clone, Copy)]
pub(super) enum Rows<'a> {
    /// All.
    All,
    /// Those above the watermark that this state left.
    Above(&'a InputState),
    /// Those up to the watermark that this state left.
    UpTo(&'a InputState),
}

/// Whether the contract names a watermark, which [`open`] may still find wanting.
pub(super) fn has_watermark(contract: &Contract) -> bool {
    contract.custom.contains_key(watermark::PROPERTY)
}

/// Connects, compares the columns with the contract's, and finds out up to where to read. The rows of a state are told by
/// its watermark, when it is of the same column.
pub(super) async fn open(declared: &Declared<'_>, rows: Rows<'_>) -> Result<OpenInput, SourceError> {
    let input = declared.input;
    let wrong =
        |what: String, help: &str| SourceError::Declaration { input: input.to_owned(), what, help: help.to_owned() };
    let layout = layout(declared)?;
    let relation = Relation::of(declared.contract, declared.object).map_err(|(what, help)| wrong(what, help))?;
    let watermarked =
        watermark::column(declared.contract, &layout.columns).map_err(|(what, help)| wrong(what, help))?;
    let database = Database::of(declared.contract, declared.url).map_err(|(what, help)| wrong(what, help))?;

    let failed = |failure: Failure| failure.of_input(input, &database.shown);
    let session = Session::begin(&database, None).await.map_err(failed)?;
    let present = session.columns(&relation.sql).await.map_err(failed)?;
    let readings = columns::readings(&layout.columns, &present).map_err(|differences| SourceError::Columns {
        file: relation.shown.clone(),
        input: input.to_owned(),
        differences,
    })?;
    let mut bounds = watermark::Bounds::none();
    if let Some(column) = watermarked {
        bounds = watermark::bounds(&session, &relation, column, rows).await.map_err(failed)?;
    }
    let snapshot = session.export().await.map_err(failed)?;
    let state = InputState::Table { table: relation.shown.clone(), watermark: bounds.reached.clone() };
    let is_new = bounds.is_new;
    let key = declared.object.primary_key().into_iter().map(|property| property.name.clone()).collect();
    let table = PostgresTable {
        database: Arc::new(database),
        relation: relation.select(&layout.columns, &readings, &bounds),
        shown: relation.shown,
        layout: Arc::new(layout),
        key,
        snapshot,
        holder: Arc::new(session),
    };
    Ok(OpenInput { table: Arc::new(table), state, is_new, changed: Vec::new() })
}

fn layout(declared: &Declared<'_>) -> Result<Layout, SourceError> {
    let schema = mesh_contract::arrow::schema(declared.contract, declared.object);
    let columns = declared.object.properties.iter().zip(schema.fields());
    let columns = columns.map(|(property, field)| Column::of_database(property, field)).collect::<Result<Vec<_>, _>>();
    let columns = columns.map_err(|what| SourceError::Declaration {
        input: declared.input.to_owned(),
        what,
        help: "select its parts with the custom property `query`, or declare it as text".into(),
    })?;
    Ok(Layout {
        input: declared.input.to_owned(),
        schema,
        columns,
        null_values: Vec::new(),
        record_bytes_max: declared.record_bytes_max,
    })
}
