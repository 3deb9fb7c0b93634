//! CommandGetTables: the ports that the asker may read, by name and by name with major version.

use arrow::array::RecordBatch;
use arrow_flight::sql::CommandGetTables;
use mesh_engine::TableEntry;

use super::table_types::TABLE;
use crate::edge::wire_schema;
use crate::refusal::Refusal;
use crate::service::CATALOG;

pub(super) fn answer(tables: &[TableEntry], command: &CommandGetTables) -> Result<RecordBatch, Refusal> {
    let mut builder = command.clone().into_builder();
    for table in tables {
        builder
            .append(CATALOG, &table.domain, &table.name, TABLE, &wire_schema(&table.schema))
            .map_err(super::encoding)?;
    }
    builder.build().map_err(super::encoding)
}
