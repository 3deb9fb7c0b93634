//! CommandGetCrossReference: the foreign keys of one table that refer to another.

use arrow::array::RecordBatch;
use arrow_flight::sql::CommandGetCrossReference;
use mesh_engine::TableEntry;

use super::keys::{self, By, TableName};
use crate::refusal::Refusal;

pub(super) fn answer(tables: &[TableEntry], command: &CommandGetCrossReference) -> Result<RecordBatch, Refusal> {
    let to = TableName::new(command.pk_catalog.as_deref(), command.pk_db_schema.as_deref(), &command.pk_table);
    let from = TableName::new(command.fk_catalog.as_deref(), command.fk_db_schema.as_deref(), &command.fk_table);
    let keys = keys::foreign_keys(tables).into_iter();
    keys::answer(keys.filter(|key| to.matches(key.to) && from.matches(key.from)).collect(), By::Referencing)
}
