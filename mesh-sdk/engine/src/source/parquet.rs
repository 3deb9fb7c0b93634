//! Parquet: the file's own schema against the contract's.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::Schema;
use datafusion::parquet::arrow::ProjectionMask;
use datafusion::parquet::arrow::async_reader::ParquetRecordBatchStreamBuilder;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStore;

use super::error::{Place, SourceError, nearest};
use super::locate::File;
use super::rows::Layout;
use crate::model::conform::{self, NullWhereRequired};
use crate::model::widening;

#[expect(deprecated, reason = "its successor is a trait to implement; this one still reads any object store")]
use datafusion::parquet::arrow::async_reader::ParquetObjectReader as Reader;

type Batches = BoxStream<'static, Result<RecordBatch, SourceError>>;

/// Opens a file, compares its columns with the declared ones and reads those.
pub(super) async fn open(store: Arc<dyn ObjectStore>, file: File, layout: Arc<Layout>) -> Result<Batches, SourceError> {
    let name = file.name.clone();
    let unreadable = move |cause: String| SourceError::Unreadable { file: name.clone(), cause };
    #[expect(deprecated, reason = "as above")]
    let reader = Reader::new(store, file.path);
    let builder = ParquetRecordBatchStreamBuilder::new(reader).await.map_err(|cause| unreadable(cause.to_string()))?;
    let roots = columns(&file.name, builder.schema(), &layout)?;
    let mask = ProjectionMask::roots(builder.parquet_schema(), roots);
    let batches = builder.with_projection(mask).build().map_err(|cause| unreadable(cause.to_string()))?;
    let name = file.name;
    Ok(batches
        .map_err(move |cause| unreadable(cause.to_string()))
        .and_then(move |batch| {
            let typed = typed(&name, &batch, &layout);
            async move { typed }
        })
        .boxed())
}

/// The positions of the declared columns in the file, or all differences at once.
fn columns(file: &str, found: &Schema, layout: &Layout) -> Result<Vec<usize>, SourceError> {
    let (mut roots, mut differences) = (Vec::new(), Vec::new());
    for column in &layout.columns {
        let Some((at, field)) = found.column_with_name(&column.stored_name) else {
            let names = found.fields().iter().map(|field| field.name().as_str());
            let hint = nearest(&column.stored_name, names).map(|name| format!("; did you mean `{name}`?"));
            differences.push(format!("  `{}` is missing{}", column.stored_name, hint.unwrap_or_default()));
            continue;
        };
        let declared = column.field.data_type();
        if !widening::is_safe(field.data_type(), declared) {
            let (declared, found) = (widening::named(declared), widening::named(field.data_type()));
            differences.push(format!("  `{}` is {found}, declared {declared}", column.stored_name));
        }
        roots.push(at);
    }
    if differences.is_empty() {
        return Ok(roots);
    }
    let input = layout.input.clone();
    Err(SourceError::Columns { file: file.to_owned(), input, differences })
}

fn typed(file: &str, batch: &RecordBatch, layout: &Layout) -> Result<RecordBatch, SourceError> {
    let mut arrays = Vec::with_capacity(layout.columns.len());
    for column in &layout.columns {
        let array = batch.column_by_name(&column.stored_name).cloned();
        let array = array.ok_or_else(|| SourceError::Unreadable {
            file: file.to_owned(),
            cause: format!("column `{}` was not read", column.stored_name),
        })?;
        arrays.push(array);
    }
    conform::columns(&arrays, batch.num_rows(), &layout.schema).map_err(|error| match error {
        NullWhereRequired::Null { column } => {
            SourceError::RequiredValue { place: Place { file: file.into(), line: 0 }, column }
        }
        NullWhereRequired::Arrow(cause) => SourceError::Unreadable { file: file.to_owned(), cause: cause.to_string() },
    })
}
