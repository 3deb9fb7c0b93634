//! Batches as they go over the wire: plain strings instead of views, and as many rows as a message should carry.

use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::compute::{BatchCoalescer, cast};
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow::error::ArrowError;
use futures::stream::BoxStream;
use futures::{StreamExt, stream};

use crate::refusal::Refusal;

/// Batches and their schema, not yet on the wire.
pub(crate) struct Batches {
    pub(crate) schema: SchemaRef,
    pub(crate) stream: BoxStream<'static, Result<RecordBatch, Refusal>>,
}

impl Batches {
    /// One batch, at hand.
    pub(crate) fn one(batch: RecordBatch) -> Self {
        Self { schema: batch.schema(), stream: stream::once(async { Ok(batch) }).boxed() }
    }

    /// As they go over the wire, about `rows` rows each.
    pub(crate) fn for_wire(self, rows: usize) -> Self {
        let schema = wire_schema(&self.schema);
        let large = rows / 2;
        let coalescer = BatchCoalescer::new(Arc::clone(&schema), rows).with_biggest_coalesce_batch_size(Some(large));
        let state = Coalesce { input: self.stream, coalescer, large, schema: Arc::clone(&schema), ended: false };
        let stream =
            stream::try_unfold(state, |mut state| async move { Ok(state.next().await?.map(|batch| (batch, state))) });
        Self { schema, stream: stream.boxed() }
    }
}

struct Coalesce {
    input: BoxStream<'static, Result<RecordBatch, Refusal>>,
    coalescer: BatchCoalescer,
    /// Rows above which a batch goes as it is.
    large: usize,
    schema: SchemaRef,
    ended: bool,
}

impl Coalesce {
    async fn next(&mut self) -> Result<Option<RecordBatch>, Refusal> {
        loop {
            if let Some(batch) = self.coalescer.next_completed_batch() {
                return Ok(Some(batch));
            }
            if self.ended {
                return Ok(None);
            }
            match self.input.next().await {
                Some(batch) => {
                    let batch = to_wire(batch?, &self.schema).map_err(Refusal::Encoding)?;
                    // Put behind a few rows, a large batch would be copied, and so would every one after it.
                    if batch.num_rows() > self.large {
                        self.coalescer.finish_buffered_batch().map_err(Refusal::Encoding)?;
                    }
                    self.coalescer.push_batch(batch).map_err(Refusal::Encoding)?;
                }
                None => {
                    self.ended = true;
                    self.coalescer.finish_buffered_batch().map_err(Refusal::Encoding)?;
                }
            }
        }
    }
}

/// The schema that a client sees. Views halve throughput and not every client reads them.
pub(crate) fn wire_schema(schema: &Schema) -> SchemaRef {
    let fields: Vec<FieldRef> = schema.fields().iter().map(wire_field).collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

fn wire_field(field: &FieldRef) -> FieldRef {
    let data_type = wire_type(field.data_type());
    if data_type == *field.data_type() {
        return Arc::clone(field);
    }
    Arc::new(Field::clone(field).with_data_type(data_type))
}

fn wire_type(data_type: &DataType) -> DataType {
    match data_type {
        DataType::Utf8View => DataType::Utf8,
        DataType::BinaryView => DataType::Binary,
        DataType::List(item) | DataType::ListView(item) => DataType::List(wire_field(item)),
        DataType::LargeList(item) | DataType::LargeListView(item) => DataType::LargeList(wire_field(item)),
        DataType::FixedSizeList(item, size) => DataType::FixedSizeList(wire_field(item), *size),
        DataType::Struct(fields) => DataType::Struct(fields.iter().map(wire_field).collect()),
        DataType::Map(entries, sorted) => DataType::Map(wire_field(entries), *sorted),
        DataType::Dictionary(key, value) => DataType::Dictionary(key.clone(), Box::new(wire_type(value))),
        other => other.clone(),
    }
}

fn to_wire(batch: RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, ArrowError> {
    let (_, columns, rows) = batch.into_parts();
    let columns = columns
        .into_iter()
        .zip(schema.fields())
        .map(|(column, field)| match column.data_type() == field.data_type() {
            true => Ok(column),
            false => cast(&column, field.data_type()),
        })
        .collect::<Result<Vec<_>, _>>()?;
    let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
}

#[cfg(test)]
mod tests {
    use arrow::array::{Array, ArrayRef, AsArray, Int32Array, ListArray, StringViewArray, StructArray};
    use arrow::buffer::OffsetBuffer;
    use futures::TryStreamExt;

    use super::*;

    #[tokio::test]
    async fn small_batches_are_put_together_and_views_become_strings() {
        let batch = |from: i32| {
            let ids = Arc::new(Int32Array::from_iter_values(from..from + 300)) as ArrayRef;
            let names = (from..from + 300).map(|i| format!("a name that is not inlined {i}"));
            let names = Arc::new(StringViewArray::from_iter_values(names)) as ArrayRef;
            RecordBatch::try_from_iter([("id", ids), ("name", names)]).expect("a batch")
        };
        let schema = batch(0).schema();
        let input = (0..10).map(move |i| batch(i * 300));
        let wire = Batches { schema, stream: stream::iter(input.map(Ok)).boxed() }.for_wire(1000);
        assert_eq!(*wire.schema.field(1).data_type(), DataType::Utf8);
        let sent: Vec<RecordBatch> = wire.stream.try_collect().await.expect("sent");
        assert_eq!(sent.iter().map(RecordBatch::num_rows).collect::<Vec<_>>(), [1000, 1000, 1000]);
        let last = sent[2].column(1).as_string::<i32>().value(999).to_owned();
        assert_eq!(last, "a name that is not inlined 2999");
    }

    #[test]
    fn views_inside_nested_columns_become_strings_too() {
        let item = Arc::new(Field::new("item", DataType::Utf8View, true));
        let values = Arc::new(StringViewArray::from(vec![Some("one"), None, Some("three")])) as ArrayRef;
        let list = ListArray::new(Arc::clone(&item), OffsetBuffer::from_lengths([2, 1]), values, None);
        let field = Arc::new(Field::new("names", list.data_type().clone(), true));
        let nested = StructArray::new(vec![field].into(), vec![Arc::new(list)], None);
        let batch = RecordBatch::try_from_iter([("person", Arc::new(nested) as ArrayRef)]).expect("a batch");
        let schema = wire_schema(batch.schema_ref());
        let wire = to_wire(batch, &schema).expect("cast");
        assert!(!format!("{:?}", wire.schema()).contains("View"), "{:?}", wire.schema());
    }

    #[test]
    fn a_batch_without_columns_keeps_its_rows() {
        let options = arrow::array::RecordBatchOptions::new().with_row_count(Some(7));
        let batch = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), vec![], &options).expect("a batch");
        assert_eq!(to_wire(batch, &Arc::new(Schema::empty())).expect("same").num_rows(), 7);
    }
}
