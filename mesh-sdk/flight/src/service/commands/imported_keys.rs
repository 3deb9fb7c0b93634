//! CommandGetImportedKeys: the foreign keys of a table.

use arrow::array::RecordBatch;
use arrow_flight::sql::CommandGetImportedKeys;
use mesh_engine::TableEntry;

use super::keys::{self, By, TableName};
use crate::refusal::Refusal;

pub(super) fn answer(tables: &[TableEntry], command: &CommandGetImportedKeys) -> Result<RecordBatch, Refusal> {
    let wanted = TableName::new(command.catalog.as_deref(), command.db_schema.as_deref(), &command.table);
    let keys = keys::foreign_keys(tables).into_iter().filter(|key| wanted.matches(key.from)).collect();
    keys::answer(keys, By::Referenced)
}
