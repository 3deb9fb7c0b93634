//! A file for each table. A file has its name only when it is whole.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use super::{Event, Format, GenerateError, Made, Order, csv, parquet};
use crate::table::Table;

/// Writes a file for each table into `folder`, which is made when it is not there; files of these names are replaced.
///
/// # Errors
/// [`GenerateError`] when a file cannot be written; the files that were there before are then still there.
pub fn to_files(
    order: &Order,
    folder: &Path,
    format: Format,
    events: &mut dyn FnMut(Event),
) -> Result<Made, GenerateError> {
    fs::create_dir_all(folder).map_err(|source| GenerateError::File { file: folder.to_path_buf(), source })?;
    match format {
        Format::Parquet => parquet::write(order, folder, events),
        Format::Csv => csv::write(order, folder, events),
    }
}

/// A file under way.
pub(super) struct Partial {
    path: PathBuf,
    partial: PathBuf,
}

impl Partial {
    pub(super) fn create(folder: &Path, table: Table, extension: &str) -> Result<(Self, File), GenerateError> {
        let path = folder.join(format!("{table}.{extension}"));
        let partial = folder.join(format!("{table}.{extension}.partial"));
        let file = File::create(&partial).map_err(|source| GenerateError::File { file: partial.clone(), source })?;
        Ok((Self { path, partial }, file))
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn failed(&self, source: std::io::Error) -> GenerateError {
        GenerateError::File { file: self.path.clone(), source }
    }

    /// Gives the file, whose content is on disk, its name.
    pub(super) fn finish(&self, file: &File) -> Result<(), GenerateError> {
        file.sync_all().and_then(|()| fs::rename(&self.partial, &self.path)).map_err(|source| self.failed(source))
    }
}

impl Drop for Partial {
    fn drop(&mut self) {
        // After `finish` there is nothing of this name, and otherwise nobody needs it.
        let _ = fs::remove_file(&self.partial);
    }
}
