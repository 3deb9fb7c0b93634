//! CommandGetExportedKeys: the foreign keys that refer to a table.

use arrow::array::RecordBatch;
use arrow_flight::sql::CommandGetExportedKeys;
use mesh_engine::TableEntry;

use super::keys::{self, By, TableName};
use crate::refusal::Refusal;

pub(super) fn answer(tables: &[TableEntry], command: &CommandGetExportedKeys) -> Result<RecordBatch, Refusal> {
    let wanted = TableName::new(command.catalog.as_deref(), command.db_schema.as_deref(), &command.table);
    let keys = keys::foreign_keys(tables).into_iter().filter(|key| wanted.matches(key.to)).collect();
    keys::answer(keys, By::Referencing)
}
