//! One file as a stream of typed batches.

use std::collections::VecDeque;
use std::sync::Arc;

use arrow::array::RecordBatch;
use arrow::datatypes::SchemaRef;
use bytes::Bytes;
use datafusion::error::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use futures::stream::BoxStream;
use futures::{StreamExt, TryStreamExt};
use object_store::ObjectStore;

use super::csv::CsvReader;
use super::error::SourceError;
use super::format::Format;
use super::json::JsonReader;
use super::locate::File;
use super::postgres::CopyReader;
use super::rows::{Layout, Rows};
use super::{parquet, pieces};

/// One file of an input.
#[derive(Clone, Debug)]
pub(super) struct FilePartition {
    pub(super) store: Arc<dyn ObjectStore>,
    pub(super) file: File,
    pub(super) format: Format,
    pub(super) layout: Arc<Layout>,
}

impl PartitionStream for FilePartition {
    fn schema(&self) -> &SchemaRef {
        &self.layout.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let part = self.clone();
        let batches = futures::stream::once(part.open())
            .try_flatten()
            .map_err(|error| DataFusionError::External(Box::new(error)));
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.layout.schema), batches))
    }
}

impl FilePartition {
    async fn open(self) -> Result<BoxStream<'static, Result<RecordBatch, SourceError>>, SourceError> {
        let name = self.file.name.clone();
        let reader = match self.format {
            Format::Parquet => return parquet::open(self.store, self.file, self.layout).await,
            Format::Csv { delimiter } => Reader::Csv(Box::new(CsvReader::new(self.layout, name, delimiter))),
            Format::JsonLines => Reader::Json(JsonReader::new(self.layout, name)),
        };
        let pieces = pieces::open(&*self.store, &self.file.path, &self.file.name).await?;
        Ok(batches(reader, pieces))
    }
}

/// What makes rows of text that comes in pieces.
pub(super) enum Reader {
    Csv(Box<CsvReader>),
    Json(JsonReader),
    Copy(Box<CopyReader>),
}

/// The batches that a reader makes of its pieces; the next piece is taken when a batch is asked for.
pub(super) fn batches(
    reader: Reader,
    pieces: BoxStream<'static, Result<Bytes, SourceError>>,
) -> BoxStream<'static, Result<RecordBatch, SourceError>> {
    let state = Reading { reader, pieces, ready: VecDeque::new(), ended: false };
    futures::stream::try_unfold(state, |mut state| async move { Ok(state.next().await?.map(|batch| (batch, state))) })
        .boxed()
}

struct Reading {
    reader: Reader,
    pieces: BoxStream<'static, Result<Bytes, SourceError>>,
    ready: VecDeque<RecordBatch>,
    ended: bool,
}

impl Reading {
    async fn next(&mut self) -> Result<Option<RecordBatch>, SourceError> {
        loop {
            if let Some(batch) = self.ready.pop_front() {
                return Ok(Some(batch));
            }
            if self.ended {
                return Ok(None);
            }
            match self.pieces.try_next().await? {
                Some(piece) => self.reader.feed(&piece)?,
                None => {
                    self.ended = true;
                    self.reader.finish()?;
                }
            }
            self.ready.extend(self.reader.rows().take_ready());
        }
    }
}

impl Reader {
    fn feed(&mut self, piece: &[u8]) -> Result<(), SourceError> {
        match self {
            Self::Csv(reader) => reader.feed(piece),
            Self::Json(reader) => reader.feed(piece),
            Self::Copy(reader) => reader.feed(piece),
        }
    }

    fn finish(&mut self) -> Result<(), SourceError> {
        match self {
            Self::Csv(reader) => reader.finish(),
            Self::Json(reader) => reader.finish(),
            Self::Copy(reader) => reader.finish(),
        }
    }

    fn rows(&mut self) -> &mut Rows {
        match self {
            Self::Csv(reader) => reader.rows(),
            Self::Json(reader) => reader.rows(),
            Self::Copy(reader) => reader.rows(),
        }
    }
}
