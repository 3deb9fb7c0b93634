//! The data directory: `VERSION`, `lake/<domain>/<table>/`, `receipts/`, `runs/`, `reads/`, and the locks on it.

mod error;
mod lock;
mod version;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

pub use error::DataDirectoryError;
pub use lock::Lock;

/// A data directory of this version that can be written.
#[derive(Clone, Debug)]
pub struct DataDirectory {
    /// As named on the command line, for messages.
    root: PathBuf,
    absolute: PathBuf,
}

impl DataDirectory {
    /// Opens the directory, or makes a new one.
    ///
    /// # Errors
    /// When it is not a directory, cannot be written, or was written by a newer version.
    pub fn open_or_create(root: &Path) -> Result<Self, DataDirectoryError> {
        if root.exists() && !root.is_dir() {
            return Err(DataDirectoryError::NotADirectory { path: root.to_owned() });
        }
        fs::create_dir_all(root).map_err(|error| unusable(root, "cannot make the data directory", error))?;
        if version::is_marked(root) {
            version::check(root)?;
            probe(root)?;
        } else {
            version::write(root).map_err(|error| unusable(root, "cannot write to the data directory", error))?;
        }
        Self::at(root)
    }

    /// Opens a directory in which a mesh has been started before.
    ///
    /// # Errors
    /// When there is none, or as [`DataDirectory::open_or_create`].
    pub fn open(root: &Path) -> Result<Self, DataDirectoryError> {
        if !version::is_marked(root) {
            return Err(DataDirectoryError::NoMesh { path: root.to_owned() });
        }
        version::check(root)?;
        Self::at(root)
    }

    fn at(root: &Path) -> Result<Self, DataDirectoryError> {
        let absolute =
            fs::canonicalize(root).map_err(|error| unusable(root, "cannot find the data directory", error))?;
        Ok(Self { root: root.to_owned(), absolute })
    }

    /// The directory from the root of the file system on, for addresses of tables.
    #[must_use]
    pub fn absolute(&self) -> &Path {
        &self.absolute
    }

    /// The directory as it was named.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Takes the directory for one process that serves from it, until the lock is dropped.
    ///
    /// # Errors
    /// When another process has it.
    pub fn lock_for_serving(&self) -> Result<Lock, DataDirectoryError> {
        Lock::take(&self.root.join("up.lock"), &format!("the data directory `{}`", self.root.display()))
    }

    /// Takes one domain for publishing, until the lock is dropped.
    ///
    /// # Errors
    /// When another process publishes it.
    pub fn lock_for_publishing(&self, domain: &str) -> Result<Lock, DataDirectoryError> {
        Lock::take(&self.root.join(format!("publish-{domain}.lock")), &format!("publishing `{domain}`"))
    }
}

/// A directory can be listed and still refuse writes; better known before a run than after it.
fn probe(root: &Path) -> Result<(), DataDirectoryError> {
    let written = tempfile::NamedTempFile::new_in(root).and_then(|mut file| file.write_all(b"probe"));
    written.map_err(|error| unusable(root, "cannot write to the data directory", error))
}

fn unusable(root: &Path, what: &'static str, source: std::io::Error) -> DataDirectoryError {
    DataDirectoryError::Unusable { what, path: root.to_owned(), source }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_directory_is_marked_and_opens_again() {
        let parent = tempfile::tempdir().expect("a folder");
        let root = parent.path().join("deep/mesh");
        let missing = DataDirectory::open(&root).expect_err("there is none");
        assert_eq!(missing.code().to_string(), "FC-5008", "{missing}");
        DataDirectory::open_or_create(&root).expect("is made");
        DataDirectory::open(&root).expect("opens");
        DataDirectory::open_or_create(&root).expect("opens again");
    }

    #[test]
    fn a_file_is_no_directory() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let error = DataDirectory::open_or_create(file.path()).expect_err("is a file");
        assert!(error.to_string().contains("is not a directory"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_place_that_cannot_be_written_says_so() {
        let error = DataDirectory::open_or_create(Path::new("/proc/fince")).expect_err("cannot be made");
        assert_eq!(error.code().to_string(), "FC-5002");
    }
}
