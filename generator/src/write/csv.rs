//! Comma-separated values.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::path::Path;

use arrow::array::RecordBatch;

use super::files::Partial;
use super::{Event, GenerateError, Made, Order, pipeline};
use crate::table::Table;

pub(super) fn write(order: &Order, folder: &Path, events: &mut dyn FnMut(Event)) -> Result<Made, GenerateError> {
    let mut files: BTreeMap<Table, (Partial, File)> = BTreeMap::new();
    for table in &order.tables {
        let (partial, mut file) = Partial::create(folder, *table, "csv")?;
        file.write_all(header(*table).as_bytes()).map_err(|source| partial.failed(source))?;
        files.insert(*table, (partial, file));
    }
    let write = |encoded: pipeline::Encoded<Vec<u8>>| match files.get_mut(&encoded.table) {
        Some((partial, file)) => file.write_all(&encoded.content).map_err(|source| partial.failed(source)),
        None => Ok(()),
    };
    let made = pipeline::run(order, |_, batch| rows(&batch), write, events)?;
    files.values().try_for_each(|(partial, file)| partial.finish(file))?;
    Ok(made)
}

fn header(table: Table) -> String {
    let names: Vec<&str> = table.columns().map(|(name, _, _)| name).collect();
    names.join(",") + "\n"
}

/// Rows without a header; nothing stands for null.
pub(super) fn rows(batch: &RecordBatch) -> Result<Vec<u8>, GenerateError> {
    let mut writer = arrow::csv::WriterBuilder::new().with_header(false).build(Vec::new());
    writer.write(batch)?;
    Ok(writer.into_inner())
}
