//! Rows under construction: the part that every text format shares.

use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions};
use arrow::datatypes::SchemaRef;
use arrow::error::ArrowError;

use super::cells::Cells;
use super::column::Column;
use super::error::{Place, SourceError};

/// Rows of a batch: DataFusion's own batch size, so nothing is cut up again downstream.
const BATCH_ROWS: usize = 8_192;
/// Bytes of text after which a batch ends early, so that wide rows do not pile up.
const BATCH_BYTES: usize = 8 * 1024 * 1024;

/// What to read and what was read.
#[derive(Debug)]
pub(super) struct Rows {
    layout: Arc<Layout>,
    file: Arc<str>,
    cells: Vec<Cells>,
    rows: usize,
    bytes: usize,
    ready: Vec<RecordBatch>,
}

/// An input's columns, shared by all its files.
#[derive(Debug)]
pub(super) struct Layout {
    /// The input's name.
    pub(super) input: String,
    pub(super) schema: SchemaRef,
    pub(super) columns: Vec<Column>,
    /// Texts that stand for null.
    pub(super) null_values: Vec<String>,
    /// Most bytes of one record.
    pub(super) record_bytes_max: usize,
}

impl Rows {
    pub(super) fn new(layout: Arc<Layout>, file: String) -> Self {
        let cells = layout.columns.iter().map(|column| Cells::new(&column.kind)).collect();
        Self { layout, file: file.into(), cells, rows: 0, bytes: 0, ready: Vec::new() }
    }

    pub(super) fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    pub(super) fn place(&self, line: u64) -> Place {
        Place { file: Arc::clone(&self.file), line }
    }

    /// The error of a record beyond the limit.
    pub(super) fn too_long(&self, line: u64) -> SourceError {
        SourceError::RecordTooLong { place: self.place(line), limit: self.layout.record_bytes_max }
    }

    /// The error of a broken record.
    pub(super) fn malformed(&self, line: u64, what: impl Into<String>) -> SourceError {
        SourceError::Malformed { place: self.place(line), what: what.into() }
    }

    /// Appends to column `at` the value that `text` writes, or null where the contract says so.
    pub(super) fn push_text(&mut self, at: usize, line: u64, text: &str) -> Result<(), SourceError> {
        let layout = Arc::clone(&self.layout);
        let Some((column, cells)) = layout.columns.get(at).zip(self.cells.get_mut(at)) else { return Ok(()) };
        if layout.is_null(text) {
            return self.push_null(at, line);
        }
        self.bytes += text.len();
        cells.push_text(&column.kind, text).map_err(|why| SourceError::Value {
            place: Place { file: Arc::clone(&self.file), line },
            column: column.name.clone(),
            text: column.shown(text),
            expected: column.expected(&why),
        })
    }

    /// Appends to column `at` that there is no value.
    pub(super) fn push_null(&mut self, at: usize, line: u64) -> Result<(), SourceError> {
        let Some((column, cells)) = self.layout.columns.get(at).zip(self.cells.get_mut(at)) else { return Ok(()) };
        if column.required {
            return Err(SourceError::RequiredValue { place: self.place(line), column: column.name.clone() });
        }
        cells.push_null();
        Ok(())
    }

    /// Lets `fill` append one value to column `at`; `bytes` is what it weighs.
    pub(super) fn push_with(
        &mut self,
        at: usize,
        bytes: usize,
        fill: impl FnOnce(&Column, &mut Cells) -> Result<(), SourceError>,
    ) -> Result<(), SourceError> {
        self.bytes += bytes;
        let layout = Arc::clone(&self.layout);
        match layout.columns.get(at).zip(self.cells.get_mut(at)) {
            Some((column, cells)) => fill(column, cells),
            None => Ok(()),
        }
    }

    /// Ends a row.
    pub(super) fn end_row(&mut self) -> Result<(), SourceError> {
        self.rows += 1;
        if self.rows >= BATCH_ROWS || self.bytes >= BATCH_BYTES { self.flush() } else { Ok(()) }
    }

    /// Makes the rows so far a batch.
    pub(super) fn flush(&mut self) -> Result<(), SourceError> {
        if self.rows == 0 {
            return Ok(());
        }
        let file = self.file.to_string();
        let unreadable = |cause: ArrowError| SourceError::Unreadable { file, cause: cause.to_string() };
        let arrays = self.cells.iter_mut().zip(&self.layout.columns).map(|(cells, column)| cells.finish(column));
        let batch = arrays
            .collect::<Result<Vec<_>, _>>()
            .and_then(|arrays| {
                // A batch without columns still has rows.
                let options = RecordBatchOptions::new().with_row_count(Some(self.rows));
                RecordBatch::try_new_with_options(Arc::clone(&self.layout.schema), arrays, &options)
            })
            .map_err(unreadable)?;
        self.ready.push(batch);
        (self.rows, self.bytes) = (0, 0);
        Ok(())
    }

    /// The finished batches.
    pub(super) fn take_ready(&mut self) -> Vec<RecordBatch> {
        std::mem::take(&mut self.ready)
    }
}

impl Layout {
    /// Some of the columns.
    pub(super) fn project(&self, columns: &[usize]) -> Result<Self, ArrowError> {
        Ok(Self {
            input: self.input.clone(),
            schema: Arc::new(self.schema.project(columns)?),
            columns: columns.iter().filter_map(|at| self.columns.get(*at)).cloned().collect(),
            null_values: self.null_values.clone(),
            record_bytes_max: self.record_bytes_max,
        })
    }

    pub(super) fn is_null(&self, text: &str) -> bool {
        self.null_values.iter().any(|null| null == text)
    }
}
