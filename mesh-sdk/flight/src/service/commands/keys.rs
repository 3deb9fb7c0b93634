//! Foreign keys between ports, as contracts state them in `relationships`. Only keys whose both ends the asker may
//! see are shown.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray, UInt8Array};
use arrow::datatypes::{DataType, Field, Schema};
use arrow_flight::sql::UpdateDeleteRules;
use mesh_contract::model::Relationship;
use mesh_engine::TableEntry;

use crate::refusal::Refusal;
use crate::service::CATALOG;

/// A table as metadata commands name it: absent parts match anything.
pub(super) struct TableName<'c> {
    catalog: Option<&'c str>,
    schema: Option<&'c str>,
    table: &'c str,
}

/// One foreign key.
pub(super) struct ForeignKey<'t> {
    pub(super) from: &'t TableEntry,
    from_columns: Vec<&'t str>,
    pub(super) to: &'t TableEntry,
    to_columns: Vec<&'t str>,
}

impl<'c> TableName<'c> {
    pub(super) fn new(catalog: Option<&'c str>, schema: Option<&'c str>, table: &'c str) -> Self {
        Self { catalog, schema, table }
    }

    pub(super) fn matches(&self, table: &TableEntry) -> bool {
        self.catalog.is_none_or(|catalog| catalog == CATALOG)
            && self.schema.is_none_or(|schema| schema == table.domain)
            && self.table == table.name
    }
}

/// Name of a table's primary key.
pub(super) fn key_name(table: &TableEntry) -> String {
    format!("{}_key", table.name)
}

/// Every foreign key between these tables.
pub(super) fn foreign_keys(tables: &[TableEntry]) -> Vec<ForeignKey<'_>> {
    let mut keys = Vec::new();
    for from in tables {
        let Some(object) = from.object() else { continue };
        keys.extend(object.relationships.iter().filter_map(|stated| resolve(tables, from, None, stated)));
        for column in &object.properties {
            let stated = column.relationships.iter();
            keys.extend(stated.filter_map(|stated| resolve(tables, from, Some(&column.name), stated)));
        }
    }
    keys
}

fn resolve<'t>(
    tables: &'t [TableEntry],
    from: &'t TableEntry,
    column: Option<&'t str>,
    stated: &'t Relationship,
) -> Option<ForeignKey<'t>> {
    if stated.kind != "foreignKey" {
        return None;
    }
    let from_columns: Vec<&str> = match column {
        Some(column) => vec![column],
        None => stated.from.iter().map(|text| text.rsplit('.').next().unwrap_or(text)).collect(),
    };
    let (to_tables, to_columns): (Vec<&str>, Vec<&str>) =
        stated.to.iter().filter_map(|text| text.rsplit_once('.')).unzip();
    let first = *to_tables.first()?;
    let one_table = to_tables.iter().all(|table| *table == first);
    if !one_table || to_columns.len() != stated.to.len() || from_columns.len() != to_columns.len() {
        return None;
    }
    let to = tables.iter().find(|table| is_named(table, first, &from.domain))?;
    let may_be_known = |table: &TableEntry, columns: &[&str]| columns.iter().all(|column| table.has_column(column));
    if !may_be_known(from, &from_columns) || !may_be_known(to, &to_columns) {
        return None;
    }
    Some(ForeignKey { from, from_columns, to, to_columns })
}

/// `object` and `port.object` name a table of the same domain, `domain.port` one of another.
fn is_named(table: &TableEntry, written: &str, own_domain: &str) -> bool {
    match written.split_once('.') {
        None => table.domain == own_domain && table.name == written,
        Some((first, second)) => {
            (table.domain == first && table.name == second)
                || (table.domain == own_domain
                    && table.name == first
                    && table.object().is_some_and(|object| object.name == second))
        }
    }
}

/// The answer that imported keys, exported keys and cross references share, in the protocol's order.
pub(super) fn answer(mut keys: Vec<ForeignKey<'_>>, by: By) -> Result<RecordBatch, Refusal> {
    keys.sort_by_key(|key| {
        let table = match by {
            By::Referenced => key.to,
            By::Referencing => key.from,
        };
        (&table.domain, &table.name)
    });
    let mut rows: Vec<(&ForeignKey<'_>, &str, &str, i32)> = Vec::new();
    for key in &keys {
        let columns = key.from_columns.iter().zip(&key.to_columns);
        rows.extend((1..).zip(columns).map(|(position, (from, to))| (key, *from, *to, position)));
    }
    let text = |name: &str| Field::new(name, DataType::Utf8, true);
    let required = |name: &str, data_type| Field::new(name, data_type, false);
    let schema = Schema::new(vec![
        text("pk_catalog_name"),
        text("pk_db_schema_name"),
        required("pk_table_name", DataType::Utf8),
        required("pk_column_name", DataType::Utf8),
        text("fk_catalog_name"),
        text("fk_db_schema_name"),
        required("fk_table_name", DataType::Utf8),
        required("fk_column_name", DataType::Utf8),
        required("key_sequence", DataType::Int32),
        text("fk_key_name"),
        text("pk_key_name"),
        required("update_rule", DataType::UInt8),
        required("delete_rule", DataType::UInt8),
    ]);
    let catalog = || Arc::new(StringArray::from_iter_values(rows.iter().map(|_| CATALOG))) as ArrayRef;
    let rule = || {
        let rule = UpdateDeleteRules::NoAction as u8;
        Arc::new(UInt8Array::from_iter_values(rows.iter().map(|_| rule))) as ArrayRef
    };
    let fk_name = |key: &ForeignKey<'_>| format!("{}_{}", key.from.name, key.from_columns.join("_"));
    let columns: Vec<ArrayRef> = vec![
        catalog(),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(key, ..)| &key.to.domain))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(key, ..)| &key.to.name))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(_, _, to, _)| to))),
        catalog(),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(key, ..)| &key.from.domain))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(key, ..)| &key.from.name))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(_, from, ..)| from))),
        Arc::new(Int32Array::from_iter_values(rows.iter().map(|(.., position)| *position))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(key, ..)| fk_name(key)))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(key, ..)| key_name(key.to)))),
        rule(),
        rule(),
    ];
    RecordBatch::try_new(Arc::new(schema), columns).map_err(Refusal::Encoding)
}

/// Which end of the keys an answer is ordered by.
#[derive(Clone, Copy)]
pub(super) enum By {
    /// The table with the primary key.
    Referenced,
    /// The table with the foreign key.
    Referencing,
}
