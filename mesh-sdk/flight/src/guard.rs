//! Incoming Arrow messages, checked before they are decoded.
//!
//! The decoder trusts what a message declares: a length prefix of 2^35 in a 520-byte message reaches an allocation
//! that aborts the process, and a buffer that lies outside its body is a panic. So every declared length is checked
//! here first, and decoding runs where a panic is an error.

use arrow::array::RecordBatch;
use arrow::compute::concat_batches;
use arrow::ipc::{self, CompressionType};
use arrow_flight::FlightData;
use arrow_flight::decode::FlightRecordBatchStream;
use futures::{Stream, StreamExt, TryStreamExt, stream};
use tonic::Status;

use crate::refusal::Refusal;

/// Rows of parameters accepted in one bind.
const ROWS_MAX: i64 = 100_000;

/// Flattened fields accepted in one message.
const FIELDS_MAX: usize = 10_000;

/// Reads a stream of record batches into one batch of at most `bytes_max` bytes.
pub(crate) async fn read_batch(
    first: FlightData,
    mut rest: impl Stream<Item = Result<FlightData, Status>> + Unpin,
    bytes_max: usize,
) -> Result<RecordBatch, Refusal> {
    let mut bytes = check(&first, bytes_max)?;
    let mut messages = vec![first];
    while let Some(message) = rest.next().await {
        let message = message.map_err(|status| Refusal::Malformed(status.message().to_owned()))?;
        bytes = bytes.saturating_add(check(&message, bytes_max)?);
        if bytes > bytes_max || messages.len() >= FIELDS_MAX {
            return Err(too_large(bytes_max));
        }
        messages.push(message);
    }
    let decoded = tokio::spawn(decode(messages)).await;
    decoded.unwrap_or_else(|_| Err(Refusal::Parameters("the message contradicts itself".into())))
}

async fn decode(messages: Vec<FlightData>) -> Result<RecordBatch, Refusal> {
    let unreadable = |error: &dyn std::fmt::Display| Refusal::Parameters(error.to_string());
    let mut decoder = FlightRecordBatchStream::new_from_flight_data(stream::iter(messages.into_iter().map(Ok)));
    let mut batches = Vec::new();
    while let Some(batch) = decoder.try_next().await.map_err(|error| unreadable(&error))? {
        batches.push(batch);
    }
    let schema = decoder.schema().cloned().ok_or_else(|| Refusal::Parameters("there is no schema".into()))?;
    concat_batches(&schema, &batches).map_err(|error| unreadable(&error))
}

/// Checks one message and says how many bytes it decodes to.
fn check(message: &FlightData, bytes_max: usize) -> Result<usize, Refusal> {
    let carried = message.data_header.len().saturating_add(message.data_body.len());
    if carried > bytes_max {
        return Err(too_large(bytes_max));
    }
    if message.data_header.is_empty() {
        return Ok(carried);
    }
    let header =
        ipc::root_as_message(&message.data_header).map_err(|_| Refusal::Parameters("not an Arrow message".into()))?;
    let batch = match header.header_type() {
        ipc::MessageHeader::RecordBatch => header.header_as_record_batch(),
        ipc::MessageHeader::DictionaryBatch => header.header_as_dictionary_batch().and_then(|batch| batch.data()),
        _ => return Ok(carried),
    };
    let batch = batch.ok_or_else(contradiction)?;
    let decoded = check_batch(batch, &message.data_body, bytes_max)?;
    Ok(carried.saturating_add(decoded))
}

fn check_batch(batch: ipc::RecordBatch<'_>, body: &[u8], bytes_max: usize) -> Result<usize, Refusal> {
    if !(0..=ROWS_MAX).contains(&batch.length()) {
        return Err(Refusal::Parameters(format!("more than {ROWS_MAX} rows")));
    }
    let nodes = batch.nodes().ok_or_else(contradiction)?;
    let buffers = batch.buffers().ok_or_else(contradiction)?;
    if nodes.len() > FIELDS_MAX || buffers.len() > FIELDS_MAX * 4 {
        return Err(Refusal::Parameters(format!("more than {FIELDS_MAX} fields")));
    }
    let rows_max = i64::try_from(bytes_max).unwrap_or(i64::MAX);
    if nodes.iter().any(|node| !(0..=rows_max).contains(&node.length()) || node.null_count() < 0) {
        return Err(contradiction());
    }
    let mut decoded = 0_usize;
    for buffer in buffers {
        let offset = usize::try_from(buffer.offset()).map_err(|_| contradiction())?;
        let length = usize::try_from(buffer.length()).map_err(|_| contradiction())?;
        let end = offset.checked_add(length).ok_or_else(contradiction)?;
        let bytes = body.get(offset..end).ok_or_else(contradiction)?;
        let size = match batch.compression() {
            Some(compression) => declared_size(compression.codec(), bytes)?,
            None => length,
        };
        decoded = decoded.saturating_add(size);
        if decoded > bytes_max {
            return Err(too_large(bytes_max));
        }
    }
    Ok(decoded)
}

/// What a compressed buffer says that it decodes to: its first eight bytes, where −1 means "not compressed".
fn declared_size(codec: CompressionType, bytes: &[u8]) -> Result<usize, Refusal> {
    if !matches!(codec, CompressionType::LZ4_FRAME | CompressionType::ZSTD) {
        return Err(Refusal::Parameters("unknown compression".into()));
    }
    let Some((prefix, rest)) = bytes.split_first_chunk::<8>() else {
        return if bytes.is_empty() { Ok(0) } else { Err(contradiction()) };
    };
    match i64::from_le_bytes(*prefix) {
        -1 => Ok(rest.len()),
        declared => usize::try_from(declared).map_err(|_| contradiction()),
    }
}

fn contradiction() -> Refusal {
    Refusal::Parameters("the message contradicts itself".into())
}

fn too_large(bytes_max: usize) -> Refusal {
    Refusal::Parameters(format!("more than {bytes_max} bytes"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, Int64Array, StringArray};
    use arrow::ipc::writer::IpcWriteOptions;
    use arrow_flight::encode::FlightDataEncoderBuilder;
    use proptest::prelude::*;

    use super::*;

    const MAX: usize = 1024 * 1024;

    fn parameters() -> RecordBatch {
        let ids = Arc::new(Int64Array::from_iter_values(0..100)) as ArrayRef;
        let names = Arc::new(StringArray::from_iter_values((0..100).map(|i| format!("name {i}")))) as ArrayRef;
        RecordBatch::try_from_iter([("id", ids), ("name", names)]).expect("a batch")
    }

    async fn messages(codec: Option<CompressionType>) -> Vec<FlightData> {
        let options = IpcWriteOptions::default().try_with_compression(codec).expect("compiled in");
        FlightDataEncoderBuilder::new()
            .with_options(options)
            .build(stream::iter([Ok(parameters())]))
            .try_collect()
            .await
            .expect("encoded")
    }

    async fn read(mut messages: Vec<FlightData>) -> Result<RecordBatch, Refusal> {
        let rest = messages.split_off(1);
        read_batch(messages.remove(0), stream::iter(rest.into_iter().map(Ok)), MAX).await
    }

    #[tokio::test]
    async fn honest_parameters_are_read() {
        assert_eq!(read(messages(None).await).await.expect("read"), parameters());
    }

    /// Writes the compressed form by hand, since a declared length is data to us whether or not the codec is built in.
    #[test]
    fn a_declared_length_beyond_the_limit_is_refused_before_any_allocation() {
        for codec in [CompressionType::LZ4_FRAME, CompressionType::ZSTD] {
            let mut bytes = (1_i64 << 35).to_le_bytes().to_vec();
            bytes.extend_from_slice(&[0; 64]);
            assert_eq!(declared_size(codec, &bytes).expect("a size"), 1 << 35);
            bytes[..8].copy_from_slice(&(-2_i64).to_le_bytes());
            assert!(declared_size(codec, &bytes).is_err());
            bytes[..8].copy_from_slice(&(-1_i64).to_le_bytes());
            assert_eq!(declared_size(codec, &bytes).expect("a size"), 64);
            assert!(declared_size(codec, &[0; 7]).is_err());
        }
    }

    #[tokio::test]
    async fn too_much_is_refused() {
        let mut messages = messages(None).await;
        let rest = messages.split_off(1);
        let outcome = read_batch(messages.remove(0), stream::iter(rest.into_iter().map(Ok)), 512).await;
        assert!(matches!(outcome, Err(Refusal::Parameters(_))), "{outcome:?}");
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        /// Whatever is done to the bytes, the answer is a batch or a refusal.
        #[test]
        fn damaged_messages_never_bring_the_process_down(
            damage in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6),
            cut in proptest::option::of(any::<prop::sample::Index>()),
            in_body in any::<bool>(),
        ) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
            runtime.block_on(async {
                let mut messages = messages(None).await;
                let message = &mut messages[1];
                let part = if in_body { &mut message.data_body } else { &mut message.data_header };
                let mut bytes = part.to_vec();
                for (index, value) in damage {
                    let at = index.index(bytes.len());
                    bytes[at] = value;
                }
                if let Some(cut) = cut {
                    bytes.truncate(cut.index(bytes.len()));
                }
                *part = bytes.into();
                if let Err(refusal) = read(messages).await {
                    assert!(matches!(refusal, Refusal::Parameters(_)), "{refusal:?}");
                }
            });
        }
    }
}
