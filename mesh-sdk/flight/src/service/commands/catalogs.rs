//! CommandGetCatalogs: the one catalog, `mesh`, for whoever may see anything in it.

use arrow::array::RecordBatch;
use arrow_flight::sql::metadata::GetCatalogsBuilder;
use mesh_engine::TableEntry;

use crate::refusal::Refusal;
use crate::service::CATALOG;

pub(super) fn answer(_: &[TableEntry]) -> Result<RecordBatch, Refusal> {
    let mut builder = GetCatalogsBuilder::new();
    builder.append(CATALOG);
    builder.build().map_err(super::encoding)
}
