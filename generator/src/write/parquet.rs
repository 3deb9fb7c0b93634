//! Parquet: columns are encoded and compressed where rows are made, so that only bytes are left to write in order.

use std::collections::BTreeMap;
use std::fs::File;
use std::path::Path;

use arrow::array::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_writer::{ArrowColumnChunk, ArrowRowGroupWriterFactory, compute_leaves};
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::properties::WriterProperties;
use parquet::file::writer::SerializedFileWriter;

use super::files::Partial;
use super::{Event, GenerateError, Made, Order, pipeline};
use crate::table::Table;

struct Open {
    partial: Partial,
    writer: SerializedFileWriter<File>,
}

pub(super) fn write(order: &Order, folder: &Path, events: &mut dyn FnMut(Event)) -> Result<Made, GenerateError> {
    let (mut files, mut factories) = (BTreeMap::new(), BTreeMap::new());
    for table in &order.tables {
        let (open, factory) = open(*table, folder)?;
        files.insert(*table, open);
        factories.insert(*table, factory);
    }
    let failed =
        |table: Table, source| GenerateError::Parquet { file: folder.join(format!("{table}.parquet")), source };
    let encode = |table: Table, batch: RecordBatch| match factories.get(&table) {
        Some(factory) => encoded(factory, &batch).map_err(|source| failed(table, source)),
        None => Ok(Vec::new()),
    };
    let write = |encoded: pipeline::Encoded<Vec<ArrowColumnChunk>>| match files.get_mut(&encoded.table) {
        Some(open) => append(open, encoded.content).map_err(|source| failed(encoded.table, source)),
        None => Ok(()),
    };
    let made = pipeline::run(order, encode, write, events)?;
    for (table, open) in files {
        let file = open.writer.into_inner().map_err(|source| failed(table, source))?;
        open.partial.finish(&file)?;
    }
    Ok(made)
}

fn open(table: Table, folder: &Path) -> Result<(Open, ArrowRowGroupWriterFactory), GenerateError> {
    let (partial, file) = Partial::create(folder, table, "parquet")?;
    // The writer's name and version would change the bytes with every update of the library.
    let properties = WriterProperties::builder()
        .set_created_by("fince generate".to_owned())
        .set_compression(Compression::ZSTD(ZstdLevel::default()))
        .build();
    let opened =
        ArrowWriter::try_new(file, table.schema(), Some(properties)).and_then(ArrowWriter::into_serialized_writer);
    let (writer, factory) =
        opened.map_err(|source| GenerateError::Parquet { file: partial.path().to_path_buf(), source })?;
    Ok((Open { partial, writer }, factory))
}

/// One row group.
fn encoded(factory: &ArrowRowGroupWriterFactory, batch: &RecordBatch) -> Result<Vec<ArrowColumnChunk>, ParquetError> {
    // Only encryption would look at the number of the row group.
    let mut writers = factory.create_column_writers(0)?;
    let schema = batch.schema();
    let mut columns = writers.iter_mut();
    for (field, array) in schema.fields().iter().zip(batch.columns()) {
        for (leaf, writer) in compute_leaves(field, array)?.iter().zip(&mut columns) {
            writer.write(leaf)?;
        }
    }
    writers.into_iter().map(parquet::arrow::arrow_writer::ArrowColumnWriter::close).collect()
}

fn append(open: &mut Open, chunks: Vec<ArrowColumnChunk>) -> Result<(), ParquetError> {
    let mut group = open.writer.next_row_group()?;
    for chunk in chunks {
        chunk.append_to_row_group(&mut group)?;
    }
    group.close()?;
    Ok(())
}
