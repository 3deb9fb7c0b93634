//! The data directory of a mesh in one process: beside what the products keep, governance's database and the keys.

use std::path::{Path, PathBuf};

use mesh_sdk::data_directory::{self, DataDirectoryError, Lock};

use crate::failure::Failure;

/// A data directory of this version that can be written.
#[derive(Clone, Debug)]
pub(crate) struct DataDirectory(data_directory::DataDirectory);

impl DataDirectory {
    /// Opens the directory, or makes a new one.
    ///
    /// # Errors
    /// When it is not a directory, cannot be written, or was written by a newer version.
    pub(crate) fn open_or_create(root: &Path) -> Result<Self, Failure> {
        Ok(Self(data_directory::DataDirectory::open_or_create(root)?))
    }

    /// Opens a directory in which a mesh has been started before.
    ///
    /// # Errors
    /// When there is none, or as [`DataDirectory::open_or_create`].
    pub(crate) fn open(root: &Path) -> Result<Self, Failure> {
        Ok(Self(data_directory::DataDirectory::open(root)?))
    }

    /// The directory from the root of the file system on, for addresses of tables.
    pub(crate) fn absolute(&self) -> &Path {
        self.0.absolute()
    }

    /// Governance's database.
    pub(crate) fn governance_database(&self) -> PathBuf {
        self.0.root().join("governance.db")
    }

    /// Governance's own product: its documents, and what it takes in.
    pub(crate) fn governance_product(&self) -> PathBuf {
        self.absolute().join("governance")
    }

    /// Private keys, readable by their owner only.
    pub(crate) fn keys(&self) -> PathBuf {
        self.0.root().join("keys")
    }

    /// Takes the directory for one running mesh, until the lock is dropped.
    ///
    /// # Errors
    /// When another process has it.
    pub(crate) fn lock_for_serving(&self) -> Result<Lock, Failure> {
        Ok(self.0.lock_for_serving()?)
    }

    /// Takes one domain for publishing, until the lock is dropped.
    ///
    /// # Errors
    /// When another process publishes it.
    pub(crate) fn lock_for_publishing(&self, domain: &str) -> Result<Lock, Failure> {
        Ok(self.0.lock_for_publishing(domain)?)
    }
}

impl From<DataDirectoryError> for Failure {
    fn from(error: DataDirectoryError) -> Self {
        let failure = match &error {
            DataDirectoryError::InUse { .. } => Self::environment(error.code(), error.to_string())
                .help(format!("{} (and `--port-base` to run both)", error.help())),
            _ => Self::environment(error.code(), error.to_string()).help(error.help()),
        };
        match std::error::Error::source(&error) {
            Some(cause) => failure.because(cause),
            None => failure,
        }
    }
}
