//! A file that is being written: none until it is whole.

use std::fs::{self, File};
use std::io::{BufRead as _, BufReader, BufWriter, Write as _};
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::error::{self, PublishError};

/// Its name until it is whole, which no input reads.
const NAME: &str = "next.part";

/// A file of JSON lines that is being written; gone when it is dropped before it was placed.
pub(super) struct Part {
    path: PathBuf,
    file: BufWriter<File>,
}

impl Part {
    /// Begins a file in `folder`, of which only one is written at a time.
    pub(super) fn begin(folder: &Path) -> Result<Self, PublishError> {
        let path = folder.join(NAME);
        let file = File::create(&path).map_err(error::file(&path))?;
        Ok(Self { path, file: BufWriter::new(file) })
    }

    /// Adds a line.
    pub(super) fn write(&mut self, row: &Value) -> Result<(), PublishError> {
        writeln!(self.file, "{row}").map_err(error::file(&self.path))
    }

    /// Adds the lines of a file that are to be kept, as they are.
    pub(super) fn copy(&mut self, from: &Path, is_kept: impl Fn(&str) -> bool) -> Result<(), PublishError> {
        let lines = File::open(from).map(|file| BufReader::new(file).lines()).map_err(error::file(from))?;
        for line in lines {
            let line = line.map_err(error::file(from))?;
            if is_kept(&line) {
                writeln!(self.file, "{line}").map_err(error::file(&self.path))?;
            }
        }
        Ok(())
    }

    /// Puts it in its place, in place of what is there; after a power loss it is there as a whole.
    pub(super) fn place(mut self, name: &str) -> Result<(), PublishError> {
        let failed = || error::file(&self.path);
        self.file.flush().map_err(failed())?;
        self.file.get_ref().sync_all().map_err(failed())?;
        fs::rename(&self.path, self.path.with_file_name(name)).map_err(failed())?;
        let Some(folder) = self.path.parent() else { return Ok(()) };
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(failed())
    }
}

impl Drop for Part {
    fn drop(&mut self) {
        // Once placed it has another name; what cannot be removed is written over next time.
        let _ = fs::remove_file(&self.path);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_file_is_there_as_a_whole_or_not_at_all() {
        let folder = tempfile::tempdir().expect("a folder");
        let names = || {
            let entries = fs::read_dir(folder.path()).expect("listed").flatten();
            entries.map(|entry| entry.file_name().into_string().expect("text")).collect::<Vec<_>>()
        };
        let mut part = Part::begin(folder.path()).expect("begun");
        part.write(&json!({"a": 1})).expect("written");
        drop(part);
        assert_eq!(names(), Vec::<String>::new());
        let mut part = Part::begin(folder.path()).expect("begun");
        part.write(&json!({"a": "x\ny"})).expect("written");
        part.write(&json!({"a": 2})).expect("written");
        part.place("1-2.jsonl").expect("placed");
        assert_eq!(names(), ["1-2.jsonl"]);
        let text = fs::read_to_string(folder.path().join("1-2.jsonl")).expect("text");
        assert_eq!(text, "{\"a\":\"x\\ny\"}\n{\"a\":2}\n");
    }
}
