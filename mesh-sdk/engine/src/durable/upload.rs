//! Uploads in parts: synced when complete.

use std::path::PathBuf;

use async_trait::async_trait;
use object_store::{MultipartUpload, PutPayload, PutResult, Result, UploadPart};

use super::disk::Disk;
use super::store::blocking;

/// An upload of `LocalFileSystem`'s that is complete only once it is on disk.
#[derive(Debug)]
pub(super) struct DurableUpload {
    pub(super) inner: Box<dyn MultipartUpload>,
    pub(super) path: PathBuf,
    pub(super) disk: Disk,
}

#[async_trait]
impl MultipartUpload for DurableUpload {
    fn put_part(&mut self, data: PutPayload) -> UploadPart {
        self.inner.put_part(data)
    }

    async fn complete(&mut self) -> Result<PutResult> {
        let result = self.inner.complete().await?;
        let (disk, path) = (self.disk.clone(), self.path.clone());
        blocking(&self.path, move || disk.settle(&path)).await?;
        Ok(result)
    }

    async fn abort(&mut self) -> Result<()> {
        self.inner.abort().await
    }
}
