//! An exclusive lock on a file, held by the operating system: it ends with the process, however that ends.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read as _, Seek as _, Write as _};
use std::path::Path;

use super::DataDirectoryError;

/// Held until dropped.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Lock {
    /// Takes the lock on `path`; `what` names what it stands for.
    ///
    /// # Errors
    /// When another process holds it (which one is named), or the file cannot be used.
    pub(super) fn take(path: &Path, what: &str) -> Result<Self, DataDirectoryError> {
        let unusable =
            |source| DataDirectoryError::Unusable { what: "cannot use the lock", path: path.to_owned(), source };
        // Truncated only once the lock is held: until then the text is another process's.
        let open = OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path);
        let mut file = open.map_err(unusable)?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => return Err(held(file, what)),
            Err(TryLockError::Error(error)) => return Err(unusable(error)),
        }
        let signed =
            file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).and_then(|()| file.rewind());
        signed.map_err(unusable)?;
        Ok(Self { _file: file })
    }
}

fn held(mut file: File, what: &str) -> DataDirectoryError {
    let mut holder = String::new();
    let _ = file.read_to_string(&mut holder);
    let holder = match holder.trim().parse::<u32>() {
        Ok(pid) => format!("process {pid}"),
        Err(_) => "another process".to_owned(),
    };
    DataDirectoryError::InUse { what: what.to_owned(), holder }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_taker_learns_who_holds_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("up.lock");
        let lock = Lock::take(&path, "the data directory").expect("is free");
        let error = Lock::take(&path, "the data directory").expect_err("is held");
        let expected = format!("the data directory is in use by process {}", std::process::id());
        assert_eq!((error.to_string(), error.code().to_string()), (expected, "FC-5004".to_owned()));
        drop(lock);
        Lock::take(&path, "the data directory").expect("is free again");
    }
}
