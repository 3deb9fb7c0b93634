//! Record batches as Flight messages, without copying what is large.
//!
//! The IPC encoder hands over the arrays' own buffers; they become the chunks of a gRPC message as they are. Only what
//! is small, such as headers, paddings and null bitmaps, is gathered, since each chunk costs an HTTP/2 frame.

use arrow::array::RecordBatch;
use arrow::buffer::Buffer;
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;
use arrow::ipc;
use arrow::ipc::writer::{DictionaryTracker, IpcDataGenerator, IpcWriteOptions, StreamEncoder};
use arrow_flight::FlightData;
use bytes::{BufMut, Bytes, BytesMut};
use prost::encoding::{encode_varint, encoded_len_varint};

/// Chunks below this are gathered into their neighbours.
const GATHER_BYTES_MAX: usize = 16 * 1024;

/// Protobuf tags of `FlightData`: field 2 `data_header` and field 1000 `data_body`, both length-delimited.
const HEADER_TAG: u64 = 2 << 3 | 2;
const BODY_TAG: u64 = 1000 << 3 | 2;

/// Most bytes of rows in one message. gRPC's clients take messages of up to 4 MiB unless they are told otherwise (ADBC: 16 MiB);
/// what is left is for the header and for paddings.
const BODY_BYTES_MAX: usize = 7 * 512 * 1024;

/// What the IPC format recommends for buffers in memory, in bytes.
const ALIGNMENT: usize = 64;

/// One Flight message.
#[derive(Clone, Debug)]
pub(crate) struct Frame {
    header: Bytes,
    body: Vec<Buffer>,
}

/// Makes frames out of batches of one schema.
pub(crate) struct FrameEncoder {
    encoder: StreamEncoder,
    schema: Option<Frame>,
}

impl FrameEncoder {
    pub(crate) fn new(schema: &SchemaRef) -> Result<Self, ArrowError> {
        let options = IpcWriteOptions::default();
        let encoder = StreamEncoder::try_new_with_options(schema, options.clone())?;
        let message = IpcDataGenerator::default().schema_to_bytes_with_dictionary_tracker(
            schema,
            &mut DictionaryTracker::new(false),
            &options,
        );
        let schema = Frame { header: message.ipc_message.into(), body: Vec::new() };
        Ok(Self { encoder, schema: Some(schema) })
    }

    /// The frames of a batch: its dictionaries where they changed, and itself, in as many parts as its size asks for.
    pub(crate) fn encode(&mut self, batch: &RecordBatch) -> Result<Vec<Frame>, ArrowError> {
        let mut frames = split(self.encoder.encode(batch)?)?;
        // The encoder's first answer starts with the schema, which may have gone out before there was a batch.
        if frames.first().is_some_and(Frame::is_schema) && self.schema.is_none() {
            frames.remove(0);
        }
        self.schema = None;
        let parts = frames.last().map_or(0, Frame::body_len).div_ceil(BODY_BYTES_MAX);
        if parts > 1 && batch.num_rows() > 1 {
            // What goes before the rows (schema, dictionaries) counts as sent.
            frames.pop();
            let rows = batch.num_rows().div_ceil(parts);
            for from in (0..batch.num_rows()).step_by(rows) {
                frames.extend(self.encode(&batch.slice(from, rows.min(batch.num_rows() - from)))?);
            }
        }
        Ok(frames)
    }

    /// The schema's frame, when it has not gone out yet.
    pub(crate) fn schema(&mut self) -> Option<Frame> {
        self.schema.take()
    }
}

impl Frame {
    /// Bytes of Arrow data carried.
    pub(crate) fn body_len(&self) -> usize {
        self.body.iter().map(|buffer| buffer.len()).sum()
    }

    fn is_schema(&self) -> bool {
        ipc::root_as_message(&self.header).is_ok_and(|message| message.header_type() == ipc::MessageHeader::Schema)
    }

    /// The frame as one gRPC message, in chunks.
    pub(crate) fn into_chunks(self) -> Result<Vec<Bytes>, ArrowError> {
        let body_len = self.body_len();
        let padding = padding(self.header.len(), body_len);
        let mut head = BytesMut::with_capacity(self.header.len() + padding + 32);
        encode_varint(HEADER_TAG, &mut head);
        encode_varint((self.header.len() + padding) as u64, &mut head);
        head.put_slice(&self.header);
        head.put_bytes(0, padding);
        if body_len > 0 {
            encode_varint(BODY_TAG, &mut head);
            encode_varint(body_len as u64, &mut head);
        }
        let message_len = u32::try_from(head.len() + body_len)
            .map_err(|_| ArrowError::IpcError("a batch is larger than a gRPC message can be".into()))?;
        let mut chunks = Vec::with_capacity(self.body.len() + 1);
        let mut gathered = BytesMut::with_capacity(head.len() + 5);
        gathered.put_u8(0);
        gathered.put_u32(message_len);
        gathered.put_slice(&head);
        for buffer in self.body {
            if buffer.len() <= GATHER_BYTES_MAX {
                gathered.put_slice(&buffer);
                continue;
            }
            if !gathered.is_empty() {
                chunks.push(gathered.split().freeze());
            }
            chunks.push(Bytes::from_owner(OwnedBuffer(buffer)));
        }
        if !gathered.is_empty() {
            chunks.push(gathered.freeze());
        }
        Ok(chunks)
    }
}

impl From<Frame> for FlightData {
    fn from(frame: Frame) -> Self {
        let mut body = BytesMut::with_capacity(frame.body_len());
        frame.body.iter().for_each(|buffer| body.put_slice(buffer));
        Self { data_header: frame.header, data_body: body.freeze(), ..Self::default() }
    }
}

/// Zeros to put behind a header, so that the body begins on a multiple of [`ALIGNMENT`] in its message.
///
/// arrow-flight's client takes a body as it is where it is aligned in memory, and copies it where it is not. tonic makes room
/// for a message when it has read the message's length: a large one begins where an allocation begins.
fn padding(header_len: usize, body_len: usize) -> usize {
    let tags = encoded_len_varint(HEADER_TAG) + encoded_len_varint(BODY_TAG) + encoded_len_varint(body_len as u64);
    let body_at = |header_len: usize| tags + encoded_len_varint(header_len as u64) + header_len;
    (0..2 * ALIGNMENT).find(|padding| body_at(header_len + padding).is_multiple_of(ALIGNMENT)).unwrap_or_default()
}

struct OwnedBuffer(Buffer);

impl AsRef<[u8]> for OwnedBuffer {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

/// Takes the IPC stream format apart: continuation mark and length, metadata with padding, body.
fn split(buffers: Vec<Buffer>) -> Result<Vec<Frame>, ArrowError> {
    let broken = || ArrowError::IpcError("the encoder's output is not an IPC stream".into());
    let mut buffers = buffers.into_iter().filter(|buffer| !buffer.is_empty());
    let mut frames = Vec::new();
    while let Some(prefix) = buffers.next() {
        let length = prefix.get(4..8).and_then(|bytes| bytes.try_into().ok()).map(u32::from_le_bytes);
        let length = length.ok_or_else(broken)? as usize;
        if length == 0 {
            continue;
        }
        let mut header = BytesMut::with_capacity(length);
        take(&mut buffers, length, |buffer| header.put_slice(&buffer)).ok_or_else(broken)?;
        let header = header.freeze();
        let message = ipc::root_as_message(&header).map_err(|_| broken())?;
        let body_len = usize::try_from(message.bodyLength()).map_err(|_| broken())?;
        let mut body = Vec::new();
        take(&mut buffers, body_len, |buffer| body.push(buffer)).ok_or_else(broken)?;
        frames.push(Frame { header, body });
    }
    Ok(frames)
}

/// Hands over whole buffers until `length` bytes are reached; nothing when they do not end there.
fn take(buffers: &mut impl Iterator<Item = Buffer>, length: usize, mut each: impl FnMut(Buffer)) -> Option<()> {
    let mut left = length;
    while left > 0 {
        let buffer = buffers.next()?;
        left = left.checked_sub(buffer.len())?;
        each(buffer);
    }
    Some(())
}

#[cfg(test)]
mod tests;
