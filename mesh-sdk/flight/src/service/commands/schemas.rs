//! CommandGetDbSchemas: the domains that the asker may see a port of.

use std::collections::BTreeSet;

use arrow::array::RecordBatch;
use arrow_flight::sql::CommandGetDbSchemas;
use mesh_engine::TableEntry;

use crate::refusal::Refusal;
use crate::service::CATALOG;

pub(super) fn answer(tables: &[TableEntry], command: &CommandGetDbSchemas) -> Result<RecordBatch, Refusal> {
    let domains: BTreeSet<&str> = tables.iter().map(|table| table.domain.as_str()).collect();
    let mut builder = command.clone().into_builder();
    for domain in domains {
        builder.append(CATALOG, domain);
    }
    builder.build().map_err(super::encoding)
}
