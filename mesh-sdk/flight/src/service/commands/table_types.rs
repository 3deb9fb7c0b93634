//! CommandGetTableTypes: every port is a table.

use arrow::array::RecordBatch;
use arrow_flight::sql::CommandGetTableTypes;

use crate::refusal::Refusal;

/// The one table type.
pub(super) const TABLE: &str = "TABLE";

pub(super) fn answer() -> Result<RecordBatch, Refusal> {
    let mut builder = CommandGetTableTypes {}.into_builder();
    builder.append(TABLE);
    builder.build().map_err(super::encoding)
}
