//! The data directory: `VERSION`, `governance.db`, `governance/`, `keys/`, `lake/<domain>/<table>/`, `wal/`, and the locks
//! on it.

mod lock;
mod version;

use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, codes};

pub(crate) use lock::Lock;

/// A data directory of this version that can be written.
#[derive(Clone, Debug)]
pub(crate) struct DataDirectory {
    /// As named on the command line, for messages.
    root: PathBuf,
    absolute: PathBuf,
}

impl DataDirectory {
    /// Opens the directory, or makes a new one.
    ///
    /// # Errors
    /// When it is not a directory, cannot be written, or was written by a newer version.
    pub(crate) fn open_or_create(root: &Path) -> Result<Self, Failure> {
        if root.exists() && !root.is_dir() {
            return Err(Failure::environment(
                codes::DATA_DIRECTORY,
                format!("`{}` is not a directory", root.display()),
            )
            .help("name another place with `--data DIR`"));
        }
        fs::create_dir_all(root).map_err(|error| unusable(root, "cannot make the data directory", &error))?;
        if version::is_marked(root) {
            version::check(root)?;
            probe(root)?;
        } else {
            version::write(root).map_err(|error| unusable(root, "cannot write to the data directory", &error))?;
        }
        Self::at(root)
    }

    /// Opens a directory in which a mesh has been started before.
    ///
    /// # Errors
    /// When there is none, or as [`DataDirectory::open_or_create`].
    pub(crate) fn open(root: &Path) -> Result<Self, Failure> {
        if !version::is_marked(root) {
            return Err(Failure::environment(codes::NO_MESH, format!("there is no mesh in `{}`", root.display()))
                .help("start one with `fince up`, or name its data directory with `--data DIR`"));
        }
        version::check(root)?;
        Self::at(root)
    }

    fn at(root: &Path) -> Result<Self, Failure> {
        let absolute =
            fs::canonicalize(root).map_err(|error| unusable(root, "cannot find the data directory", &error))?;
        Ok(Self { root: root.to_owned(), absolute })
    }

    /// The directory from the root of the file system on, for addresses of tables.
    pub(crate) fn absolute(&self) -> &Path {
        &self.absolute
    }

    /// Governance's database.
    pub(crate) fn governance_database(&self) -> PathBuf {
        self.root.join("governance.db")
    }

    /// Governance's own product: its documents, and what it takes in.
    pub(crate) fn governance_product(&self) -> PathBuf {
        self.absolute.join("governance")
    }

    /// Private keys, readable by their owner only.
    pub(crate) fn keys(&self) -> PathBuf {
        self.root.join("keys")
    }

    /// Takes the directory for one running mesh, until the lock is dropped.
    ///
    /// # Errors
    /// When another process has it.
    pub(crate) fn lock_for_serving(&self) -> Result<Lock, Failure> {
        Lock::take(&self.root.join("up.lock"), &format!("the data directory `{}`", self.root.display()))
    }

    /// Takes one domain for publishing, until the lock is dropped.
    ///
    /// # Errors
    /// When another process publishes it.
    pub(crate) fn lock_for_publishing(&self, domain: &str) -> Result<Lock, Failure> {
        Lock::take(&self.root.join(format!("publish-{domain}.lock")), &format!("publishing `{domain}`"))
    }
}

/// A directory can be listed and still refuse writes; better known before a run than after it.
fn probe(root: &Path) -> Result<(), Failure> {
    let written = tempfile::NamedTempFile::new_in(root).and_then(|mut file| file.write_all(b"probe"));
    written.map_err(|error| unusable(root, "cannot write to the data directory", &error))
}

fn unusable(root: &Path, what: &str, error: &std::io::Error) -> Failure {
    Failure::environment(codes::DATA_DIRECTORY, format!("{what} `{}`", root.display()))
        .because(error)
        .help("check its owner and permissions and that the disk has room, or name another place with `--data DIR`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_directory_is_marked_and_opens_again() {
        let parent = tempfile::tempdir().expect("a folder");
        let root = parent.path().join("deep/mesh");
        let missing = DataDirectory::open(&root).expect_err("there is none").render(false).expect("text");
        assert!(missing.starts_with("error[FC-5008]"), "{missing}");
        DataDirectory::open_or_create(&root).expect("is made");
        DataDirectory::open(&root).expect("opens");
        DataDirectory::open_or_create(&root).expect("opens again");
    }

    #[test]
    fn a_file_is_no_directory() {
        let file = tempfile::NamedTempFile::new().expect("a file");
        let failure = DataDirectory::open_or_create(file.path()).expect_err("is a file");
        assert!(failure.render(false).expect("text").contains("is not a directory"));
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_place_that_cannot_be_written_says_so() {
        let failure = DataDirectory::open_or_create(Path::new("/proc/fince")).expect_err("cannot be made");
        assert!(failure.render(false).expect("text").starts_with("error[FC-5002]"));
    }
}
