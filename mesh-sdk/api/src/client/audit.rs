//! Operations on the audit trail, for governance.

use super::catalog::paged;
use super::{Client, ClientError, queried};
use crate::audit::{AuditQuery, AuditRecord, Prune, SealedCheckpoint};
use crate::page::{Page, PageRequest};

impl Client {
    /// Records that match, oldest first.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when the caller is not of governance; otherwise as [`ClientError`] says.
    pub async fn audit(&self, query: &AuditQuery) -> Result<Page<AuditRecord>, ClientError> {
        self.get(queried(self.url(&["audit"]), query)).await
    }

    /// Checkpoints that governance keeps, oldest first.
    ///
    /// # Errors
    /// As [`Client::audit`].
    pub async fn checkpoints(&self, page: &PageRequest) -> Result<Page<SealedCheckpoint>, ClientError> {
        self.get(paged(self.url(&["audit", "checkpoints"]), page)).await
    }

    /// A new checkpoint, over the newest record.
    ///
    /// # Errors
    /// As [`Client::audit`].
    pub async fn checkpoint(&self) -> Result<SealedCheckpoint, ClientError> {
        let url = self.url(&["audit", "checkpoints"]);
        self.send(self.http.post(url.clone()), url).await
    }

    /// Prunes the beginning of the trail; gives the checkpoint over the last record that went.
    ///
    /// # Errors
    /// [`ClientError::Refused`] when the caller is not of governance, the time is not long enough ago, or nothing is that
    /// old; otherwise as [`ClientError`] says.
    pub async fn prune_audit(&self, request: &Prune) -> Result<SealedCheckpoint, ClientError> {
        self.post(self.url(&["audit", "prune"]), request).await
    }
}
