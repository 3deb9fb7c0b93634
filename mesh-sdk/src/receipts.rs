//! Receipts on disk: governance's sealed word for each contract version that it accepted.

use std::fs;
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use mesh_api::{Receipt, verify_receipt};
use mesh_engine::durable::{Disk, write_file};
use mesh_policy::Unsealer;

use crate::error::ProductError;
use crate::product::Output;

/// The folder of receipts, and the key that they must be sealed with.
pub(crate) struct Receipts {
    pub(crate) folder: PathBuf,
    pub(crate) unsealer: Unsealer,
    pub(crate) disk: Disk,
}

impl Receipts {
    /// Keeps a receipt that holds for this very contract.
    ///
    /// # Errors
    /// [`ProductError::Data`] when it cannot be written durably.
    pub(crate) fn keep(&self, output: &Output, sealed: &str) -> Result<(), ProductError> {
        let path = self.path(output);
        let failed = |source| ProductError::Data { path: path.clone(), source };
        write_file(&self.disk, &path, sealed.as_bytes()).map_err(failed)
    }

    /// The receipt on disk for this very contract, when it still holds at `now`.
    pub(crate) fn find(&self, output: &Output, now: DateTime<Utc>) -> Option<Receipt> {
        let sealed = fs::read_to_string(self.path(output)).ok()?;
        self.check(output, &sealed, now)
    }

    /// What the receipt states, when it is governance's and for this very contract.
    pub(crate) fn check(&self, output: &Output, sealed: &str, now: DateTime<Utc>) -> Option<Receipt> {
        let receipt = verify_receipt(&self.unsealer, sealed.trim(), now)
            .inspect_err(|error| tracing::warn!(port = %output.port, %error, "a receipt does not hold"))
            .ok()?;
        let contract = &output.contract;
        let same = receipt.port == output.port.name
            && receipt.contract == contract.id
            && receipt.version == contract.version
            && receipt.hash == contract.hash.as_str();
        same.then_some(receipt)
    }

    fn path(&self, output: &Output) -> PathBuf {
        let name = &output.port.name;
        self.folder.join(name.domain()).join(format!("{}-{}.jwt", name.port(), output.contract.version))
    }
}
