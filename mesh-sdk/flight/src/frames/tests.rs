use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Decimal128Array, DictionaryArray, FixedSizeBinaryArray, Float64Array, Int32Array,
    Int64Array, ListArray, NullArray, RecordBatchOptions, StringArray, StringViewArray, StructArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Field, Int32Type, Schema};
use arrow_flight::decode::FlightRecordBatchStream;
use arrow_flight::sql::SqlInfo;
use arrow_flight::sql::metadata::SqlInfoDataBuilder;
use futures::{TryStreamExt, stream};
use proptest::prelude::*;
use prost::Message;

use super::*;

/// Reads frames back twice, from tonic's messages and from the bytes that would go over the wire.
fn round_trip(batches: &[RecordBatch], schema_first: bool) {
    let schema = batches[0].schema();
    let mut encoder = FrameEncoder::new(&schema).expect("supported");
    let mut frames = Vec::new();
    if schema_first {
        frames.extend(encoder.schema());
    }
    for batch in batches {
        frames.extend(encoder.encode(batch).expect("encoded"));
    }
    let copied = frames.iter().cloned().map(FlightData::from).collect();
    let sent = frames.into_iter().map(|frame| from_wire(&frame.into_chunks().expect("small").concat())).collect();
    assert_eq!(decode(copied), batches);
    assert_eq!(decode(sent), batches);
}

fn from_wire(bytes: &[u8]) -> FlightData {
    let (prefix, message) = bytes.split_at(5);
    assert_eq!(prefix[0], 0, "not compressed");
    assert_eq!(u32::from_be_bytes(prefix[1..].try_into().expect("four bytes")) as usize, message.len());
    FlightData::decode(message).expect("a Flight message")
}

fn decode(messages: Vec<FlightData>) -> Vec<RecordBatch> {
    let stream = FlightRecordBatchStream::new_from_flight_data(stream::iter(messages.into_iter().map(Ok)));
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    runtime.block_on(stream.try_collect()).expect("decoded")
}

/// One batch of many types from the same values.
fn batch(values: &[Option<i32>]) -> RecordBatch {
    let text = |i: &i32| format!("value {i} {}", "x".repeat((*i).unsigned_abs() as usize % 50));
    let ints = Int32Array::from_iter(values.iter().copied());
    let strings = StringArray::from_iter(values.iter().map(|v| v.as_ref().map(text)));
    let dictionary: DictionaryArray<Int32Type> =
        values.iter().map(|v| v.map(|v| if v % 2 == 0 { "even" } else { "odd" })).collect();
    let lengths: Vec<usize> = values.iter().map(|v| v.map_or(0, |v| v.unsigned_abs() as usize % 4)).collect();
    let items = Int64Array::from_iter_values(0..lengths.iter().sum::<usize>() as i64);
    let list = ListArray::new(
        Arc::new(Field::new("item", DataType::Int64, true)),
        OffsetBuffer::from_lengths(lengths),
        Arc::new(items),
        Some(NullBuffer::from_iter(values.iter().map(Option::is_some))),
    );
    let inner = Arc::new(strings.clone()) as ArrayRef;
    let nested = StructArray::new(
        vec![Field::new("text", DataType::Utf8, true), Field::new("list", list.data_type().clone(), true)].into(),
        vec![inner, Arc::new(list.clone())],
        None,
    );
    let fixed = values.iter().map(|v| v.map(i32::to_le_bytes));
    let columns: Vec<(&str, ArrayRef)> = vec![
        ("int", Arc::new(ints)),
        ("float", Arc::new(Float64Array::from_iter(values.iter().map(|v| v.map(f64::from))))),
        ("bool", Arc::new(BooleanArray::from_iter(values.iter().map(|v| v.map(|v| v % 3 == 0))))),
        ("decimal", Arc::new(Decimal128Array::from_iter(values.iter().map(|v| v.map(i128::from))))),
        ("text", Arc::new(strings)),
        ("view", Arc::new(StringViewArray::from_iter(values.iter().map(|v| v.as_ref().map(text))))),
        ("fixed", Arc::new(FixedSizeBinaryArray::try_from_sparse_iter_with_size(fixed, 4).expect("four bytes"))),
        ("dictionary", Arc::new(dictionary)),
        ("list", Arc::new(list)),
        ("nested", Arc::new(nested)),
        ("null", Arc::new(NullArray::new(values.len()))),
    ];
    let fields: Vec<Field> =
        columns.iter().map(|(name, column)| Field::new(*name, column.data_type().clone(), true)).collect();
    RecordBatch::try_new(Arc::new(Schema::new(fields)), columns.into_iter().map(|(_, column)| column).collect())
        .expect("a batch")
}

#[test]
fn an_empty_table_still_has_its_schema() {
    let schema = batch(&[]).schema();
    let mut encoder = FrameEncoder::new(&schema).expect("supported");
    let frame = encoder.schema().expect("the first frame");
    assert!(encoder.schema().is_none());
    let data = from_wire(&frame.into_chunks().expect("small").concat());
    let decoded = Schema::try_from(&data).expect("a schema");
    assert_eq!(decoded, *schema);
}

#[test]
fn dense_unions_read_back() {
    let mut infos = SqlInfoDataBuilder::new();
    infos.append(SqlInfo::FlightSqlServerName, "FinCe");
    infos.append(SqlInfo::FlightSqlServerReadOnly, true);
    infos.append(SqlInfo::SqlMaxTableNameLength, 63_i64);
    let infos = infos.build().expect("infos");
    round_trip(&[infos.record_batch([]).expect("a batch")], true);
}

#[test]
fn rows_without_columns_are_counted() {
    let options = RecordBatchOptions::new().with_row_count(Some(5));
    let batch = RecordBatch::try_new_with_options(Arc::new(Schema::empty()), vec![], &options).expect("a batch");
    round_trip(&[batch], true);
}

#[test]
fn large_buffers_are_handed_over_and_not_copied() {
    let column = Int64Array::from_iter_values(0..100_000);
    let (address, bytes) = (column.values().inner().as_ptr(), column.values().inner().len());
    let batch = RecordBatch::try_from_iter([("id", Arc::new(column) as ArrayRef)]).expect("a batch");
    let mut encoder = FrameEncoder::new(&batch.schema()).expect("supported");
    encoder.schema();
    let frame = encoder.encode(&batch).expect("encoded").remove(0);
    let chunks = frame.into_chunks().expect("fits");
    assert!(chunks.iter().any(|chunk| chunk.as_ptr() == address && chunk.len() == bytes));
    assert!(chunks.len() <= 3, "{}", chunks.len());
}

#[test]
fn no_message_is_larger_than_a_client_takes() {
    let values: Vec<Option<i32>> = (0..100_000).map(|i| (i % 7 != 0).then_some(i)).collect();
    // Most of the bytes are in a few rows.
    let skewed = StringArray::from_iter_values((0..2_000).map(|i| "x".repeat(if i < 10 { 1_000_000 } else { 1 })));
    let skewed = RecordBatch::try_from_iter([("text", Arc::new(skewed) as ArrayRef)]).expect("a batch");
    for batch in [batch(&values), skewed] {
        let mut encoder = FrameEncoder::new(&batch.schema()).expect("supported");
        let frames = encoder.encode(&batch).expect("encoded");
        assert!(frames.iter().map(Frame::body_len).sum::<usize>() > 2 * BODY_BYTES_MAX);
        let sent: Vec<Vec<u8>> = frames.into_iter().map(|frame| frame.into_chunks().expect("small").concat()).collect();
        assert!(sent.iter().all(|message| message.len() <= 4 * 1024 * 1024));
        let read = decode(sent.iter().map(|message| from_wire(message)).collect());
        assert_eq!(arrow::compute::concat_batches(&batch.schema(), &read).expect("alike"), batch);
    }
}

#[test]
fn a_body_begins_on_a_multiple_of_64_in_its_message() {
    for header_len in (0..300).chain(16_200..16_500) {
        for body_len in [1, 127, 128, 20_000] {
            let frame = Frame { header: vec![7; header_len].into(), body: vec![vec![1_u8; body_len].into()] };
            let sent = frame.into_chunks().expect("small").concat();
            let data = from_wire(&sent);
            assert_eq!(data.data_body.len(), body_len);
            assert_eq!((sent.len() - 5 - body_len) % 64, 0, "a header of {header_len}, a body of {body_len}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn frames_read_back_as_what_was_sent(
        first in proptest::collection::vec(any::<Option<i32>>(), 0..200),
        second in proptest::collection::vec(any::<Option<i32>>(), 0..200),
        schema_first in any::<bool>(),
    ) {
        round_trip(&[batch(&first), batch(&second)], schema_first);
    }

    #[test]
    fn slices_read_back_as_what_was_sent(
        values in proptest::collection::vec(any::<Option<i32>>(), 1..300),
        from in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
    ) {
        let (from, to) = (from.index(values.len()), to.index(values.len()));
        let (from, to) = (from.min(to), from.max(to));
        round_trip(&[batch(&values).slice(from, to - from)], true);
    }
}
