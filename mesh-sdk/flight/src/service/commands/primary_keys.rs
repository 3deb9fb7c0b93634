//! CommandGetPrimaryKeys: the primary key that the port's contract states.

use std::sync::Arc;

use arrow::array::{ArrayRef, Int32Array, RecordBatch, StringArray};
use arrow::datatypes::{DataType, Field, Schema};
use arrow_flight::sql::CommandGetPrimaryKeys;
use mesh_engine::TableEntry;

use super::keys::{TableName, key_name};
use crate::refusal::Refusal;
use crate::service::CATALOG;

pub(super) fn answer(tables: &[TableEntry], command: &CommandGetPrimaryKeys) -> Result<RecordBatch, Refusal> {
    let wanted = TableName::new(command.catalog.as_deref(), command.db_schema.as_deref(), &command.table);
    let mut rows: Vec<(&TableEntry, &str, i32)> = Vec::new();
    for table in tables.iter().filter(|table| wanted.matches(table)) {
        let Some(object) = table.object() else { continue };
        let key = object.primary_key();
        // Part of a key is no key.
        if !key.iter().all(|column| table.has_column(&column.name)) {
            continue;
        }
        let columns = (1..).zip(key);
        rows.extend(columns.map(|(position, column)| (table, column.name.as_str(), position)));
    }
    let schema = Schema::new(vec![
        Field::new("catalog_name", DataType::Utf8, true),
        Field::new("db_schema_name", DataType::Utf8, true),
        Field::new("table_name", DataType::Utf8, false),
        Field::new("column_name", DataType::Utf8, false),
        Field::new("key_name", DataType::Utf8, true),
        Field::new("key_sequence", DataType::Int32, false),
    ]);
    let columns: Vec<ArrayRef> = vec![
        Arc::new(StringArray::from_iter_values(rows.iter().map(|_| CATALOG))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(table, ..)| &table.domain))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(table, ..)| &table.name))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(_, column, _)| column))),
        Arc::new(StringArray::from_iter_values(rows.iter().map(|(table, ..)| key_name(table)))),
        Arc::new(Int32Array::from_iter_values(rows.iter().map(|(.., position)| *position))),
    ];
    RecordBatch::try_new(Arc::new(schema), columns).map_err(Refusal::Encoding)
}
