//! A file that grows by whole records, each on disk before it is acknowledged.

use std::fs::File;
use std::io::{self, Seek, SeekFrom, Write};
use std::path::Path;

use super::disk::Disk;

/// A file that is only ever added to.
#[derive(Debug)]
pub struct AppendFile {
    disk: Disk,
    file: File,
    bytes: u64,
    /// Half a record may stand at its end: what would be added could not be told from it.
    is_broken: bool,
}

impl AppendFile {
    /// A new file, on disk with its name before this returns.
    ///
    /// # Errors
    /// The operating system's error; also when the file exists.
    pub fn create(disk: &Disk, path: &Path) -> io::Result<Self> {
        disk.place_empty(path)?;
        let file = File::options().write(true).open(path)?;
        Ok(Self { disk: disk.clone(), file, bytes: 0, is_broken: false })
    }

    /// Bytes in it.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        self.bytes
    }

    /// Adds `record`. When it fails, the file is as it was; when that cannot be brought about, nothing is added any more.
    ///
    /// # Errors
    /// The operating system's error.
    pub fn append(&mut self, record: &[u8]) -> io::Result<()> {
        self.disk.check()?;
        if self.is_broken {
            return Err(io::Error::other("a record before could neither be written nor taken back"));
        }
        let written = self.file.write_all(record).and_then(|()| self.disk.sync_file(&self.file));
        if written.is_ok() {
            self.bytes += record.len() as u64;
            return Ok(());
        }
        // Half a record would make the next one unreadable.
        let restored = self.file.set_len(self.bytes).and_then(|()| self.file.seek(SeekFrom::Start(self.bytes)));
        self.is_broken = restored.is_err();
        written
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};

    use super::*;

    #[test]
    fn a_record_that_is_not_acknowledged_is_not_there() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("below/records.jsonl");
        let broken = Arc::new(AtomicBool::new(false));
        let disk = {
            let broken = Arc::clone(&broken);
            Disk::with_sync(move |file| match broken.load(Ordering::Relaxed) {
                true => Err(io::Error::other("no")),
                false => file.sync_all(),
            })
        };
        let mut file = AppendFile::create(&disk, &path).expect("created");
        assert!(AppendFile::create(&disk, &path).is_err(), "one writer");
        file.append(b"one\n").expect("appended");
        broken.store(true, Ordering::Relaxed);
        file.append(b"two\n").expect_err("refused");
        broken.store(false, Ordering::Relaxed);
        file.append(b"three\n").expect_err("a disk that failed once is not trusted again");
        assert_eq!((file.bytes(), std::fs::read(&path).expect("read")), (4, b"one\n".to_vec()));
    }
}
