//! Every row of a table, shown to its profile.

use std::path::Path;

use datafusion::arrow::array::{Array, ArrayRef, AsArray as _, RecordBatch};
use datafusion::arrow::compute::cast;
use datafusion::arrow::datatypes::DataType;
use datafusion::prelude::DataFrame;
use futures::TryStreamExt as _;
use mesh_contract::infer::{ColumnProfile, TableProfile};

use super::ProfileError;
use super::open::{Columns, unreadable};

/// One pass; memory holds one batch and what the profile keeps.
pub(super) async fn observe(frame: DataFrame, columns: Columns, path: &Path) -> Result<TableProfile, ProfileError> {
    let mut profile = TableProfile::new(columns);
    let mut batches = frame.execute_stream().await.map_err(|error| unreadable(path, &error))?;
    while let Some(batch) = batches.try_next().await.map_err(|error| unreadable(path, &error))? {
        add(&mut profile, &batch);
    }
    Ok(profile)
}

fn add(profile: &mut TableProfile, batch: &RecordBatch) {
    profile.rows += batch.num_rows() as u64;
    for (column, array) in profile.columns.iter_mut().zip(batch.columns()) {
        values(column, array);
    }
}

fn values(column: &mut ColumnProfile, array: &ArrayRef) {
    match as_text(array) {
        Some(texts) => texts.as_string::<i32>().iter().for_each(|text| column.observe(text)),
        // What has no text (bytes, objects) is there or not, and that is all that is asked.
        None => {
            let here = |row: usize| array.is_valid(row).then_some("\u{1a}");
            (0..array.len()).for_each(|row| column.observe(here(row)));
        }
    }
}

fn as_text(array: &ArrayRef) -> Option<ArrayRef> {
    if array.data_type().is_nested() || matches!(array.data_type(), DataType::Binary | DataType::LargeBinary) {
        return None;
    }
    cast(array, &DataType::Utf8).ok()
}
