//! How rows are written.

use std::fmt;
use std::io::Write as _;
use std::path::Path;

use arrow::array::RecordBatch;
use arrow::csv;
use arrow::datatypes::SchemaRef;
use arrow::ipc::writer::StreamWriter;
use arrow::json;
use arrow::json::writer::LineDelimited;
use clap::ValueEnum;
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::file::properties::WriterProperties;

use super::destination::Sink;
use super::text::TextTable;
use crate::failure::{Failure, codes};

/// How many rows a Parquet row group holds: what is kept in memory before it is written.
const ROW_GROUP_ROWS_MAX: usize = 256 << 10;

/// The formats.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// Columns for people; the first rows only
    Table,
    /// Comma-separated, with a header
    Csv,
    /// One JSON object a line
    Json,
    /// Arrow IPC stream
    Arrow,
    /// Parquet, compressed with zstd
    Parquet,
}

impl Format {
    /// The format asked for, or the one that the file's ending names.
    pub(super) fn choose(asked: Option<Self>, file: Option<&Path>) -> Self {
        let ending = file.and_then(Path::extension).map(|ending| ending.to_string_lossy().to_ascii_lowercase());
        asked.unwrap_or(match ending.as_deref() {
            Some("csv") => Self::Csv,
            Some("json" | "jsonl" | "ndjson") => Self::Json,
            Some("arrow" | "arrows" | "ipc") => Self::Arrow,
            Some("parquet") => Self::Parquet,
            _ => Self::Table,
        })
    }

    /// Whether a terminal cannot show it.
    pub(super) fn is_binary(self) -> bool {
        matches!(self, Self::Arrow | Self::Parquet)
    }

    /// A writer into `sink`; the table format shows `rows_max` rows.
    ///
    /// # Errors
    /// When the format cannot hold a column, or the sink refuses the first bytes.
    pub(super) fn writer(
        self,
        sink: Sink,
        schema: SchemaRef,
        rows_max: usize,
        colour: bool,
    ) -> Result<Box<dyn RowWriter>, Failure> {
        Ok(match self {
            Self::Table => Box::new(TextTable::new(sink, &schema, rows_max, colour)),
            Self::Csv => {
                let mut writer = csv::WriterBuilder::new().with_header(true).build(sink);
                // Without any row the header is still worth having.
                writer.write(&RecordBatch::new_empty(schema)).map_err(failed)?;
                Box::new(writer)
            }
            Self::Json => {
                Box::new(json::WriterBuilder::new().with_explicit_nulls(true).build::<_, LineDelimited>(sink))
            }
            Self::Arrow => Box::new(StreamWriter::try_new(sink, &schema).map_err(failed)?),
            Self::Parquet => {
                let properties = WriterProperties::builder()
                    .set_compression(Compression::ZSTD(ZstdLevel::default()))
                    .set_max_row_group_row_count(Some(ROW_GROUP_ROWS_MAX))
                    .build();
                Box::new(ArrowWriter::try_new(sink, schema, Some(properties)).map_err(failed)?)
            }
        })
    }
}

impl fmt::Display for Format {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.to_possible_value().as_ref().map_or("", |value| value.get_name()))
    }
}

/// Takes batches, one at a time.
pub(super) trait RowWriter: Send {
    /// Writes one batch.
    fn write(&mut self, batch: &RecordBatch) -> Result<(), Failure>;

    /// Writes what is still held. Must be the last call.
    fn finish(&mut self) -> Result<(), Failure>;
}

impl RowWriter for csv::Writer<Sink> {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        Self::write(self, batch).map_err(failed)
    }

    fn finish(&mut self) -> Result<(), Failure> {
        // Every batch was flushed into the buffer below; dropping the writer would hide what that buffer meets.
        Ok(())
    }
}

impl RowWriter for json::Writer<Sink, LineDelimited> {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        Self::write(self, batch).map_err(failed)
    }

    fn finish(&mut self) -> Result<(), Failure> {
        Self::finish(self).map_err(failed)?;
        self.get_mut().flush().map_err(failed)
    }
}

impl RowWriter for StreamWriter<Sink> {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        Self::write(self, batch).map_err(failed)
    }

    fn finish(&mut self) -> Result<(), Failure> {
        Self::finish(self).map_err(failed)?;
        self.get_mut().flush().map_err(failed)
    }
}

impl RowWriter for ArrowWriter<Sink> {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        Self::write(self, batch).map_err(failed)
    }

    fn finish(&mut self) -> Result<(), Failure> {
        Self::finish(self).map_err(failed)?;
        self.inner_mut().flush().map_err(failed)
    }
}

/// A row that cannot be written.
pub(super) fn failed(error: impl std::error::Error) -> Failure {
    Failure::environment(codes::OUTPUT, "cannot write the rows").because(&error)
}
