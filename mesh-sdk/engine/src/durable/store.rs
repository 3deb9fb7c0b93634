//! The object store over local disk that every Delta table on local disk uses.

use std::fmt;
use std::io;
use std::ops::Range;
use std::path::Path as FilePath;
use std::sync::Arc;

use async_trait::async_trait;
use bytes::Bytes;
use futures::stream::BoxStream;
use object_store::local::LocalFileSystem;
use object_store::path::Path;
use object_store::{
    CopyMode, CopyOptions, Error, GetOptions, GetResult, ListResult, MultipartUpload, ObjectMeta, ObjectStore, PutMode,
    PutMultipartOptions, PutOptions, PutPayload, PutResult, Result,
};

use super::disk::{Disk, Placement};
use super::upload::DurableUpload;

/// `LocalFileSystem`, with every write synced (file, then directory) before it is acknowledged.
#[derive(Debug)]
pub struct DurableStore {
    inner: Arc<LocalFileSystem>,
    disk: Disk,
}

impl DurableStore {
    /// The whole local file system, rooted at `/`.
    #[must_use]
    pub fn new(disk: Disk) -> Self {
        Self { inner: Arc::new(LocalFileSystem::new()), disk }
    }

    async fn place(&self, location: &Path, payload: PutPayload, placement: Placement) -> Result<PutResult> {
        let path = self.inner.path_to_filesystem(location)?;
        let (disk, target) = (self.disk.clone(), path.clone());
        blocking(&path, move || disk.place(&target, payload.iter(), placement)).await?;
        let meta = self.inner.get_opts(location, GetOptions { head: true, ..GetOptions::default() }).await?.meta;
        Ok(PutResult { e_tag: meta.e_tag, version: meta.version })
    }
}

#[async_trait]
impl ObjectStore for DurableStore {
    async fn put_opts(&self, location: &Path, payload: PutPayload, opts: PutOptions) -> Result<PutResult> {
        match opts.mode {
            PutMode::Create => self.place(location, payload, Placement::New).await,
            PutMode::Overwrite => self.place(location, payload, Placement::Replace).await,
            PutMode::Update(_) => {
                Err(Error::NotImplemented { operation: "conditional update".to_owned(), implementer: self.to_string() })
            }
        }
    }

    async fn put_multipart_opts(&self, location: &Path, opts: PutMultipartOptions) -> Result<Box<dyn MultipartUpload>> {
        let path = self.inner.path_to_filesystem(location)?;
        let (disk, target) = (self.disk.clone(), path.clone());
        blocking(&path, move || disk.create_parents(&target)).await?;
        let inner = self.inner.put_multipart_opts(location, opts).await?;
        Ok(Box::new(DurableUpload { inner, path, disk: self.disk.clone() }))
    }

    async fn get_opts(&self, location: &Path, options: GetOptions) -> Result<GetResult> {
        self.inner.get_opts(location, options).await
    }

    async fn get_ranges(&self, location: &Path, ranges: &[Range<u64>]) -> Result<Vec<Bytes>> {
        self.inner.get_ranges(location, ranges).await
    }

    fn delete_stream(&self, locations: BoxStream<'static, Result<Path>>) -> BoxStream<'static, Result<Path>> {
        // A deletion that is lost leaves a file that no log names: harmless, so it is not synced.
        self.inner.delete_stream(locations)
    }

    fn list(&self, prefix: Option<&Path>) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list(prefix)
    }

    fn list_with_offset(&self, prefix: Option<&Path>, offset: &Path) -> BoxStream<'static, Result<ObjectMeta>> {
        self.inner.list_with_offset(prefix, offset)
    }

    async fn list_with_delimiter(&self, prefix: Option<&Path>) -> Result<ListResult> {
        self.inner.list_with_delimiter(prefix).await
    }

    async fn copy_opts(&self, from: &Path, to: &Path, options: CopyOptions) -> Result<()> {
        let placement = match options.mode {
            CopyMode::Create => Placement::New,
            CopyMode::Overwrite => Placement::Replace,
        };
        let bytes = self.inner.get_opts(from, GetOptions::default()).await?.bytes().await?;
        self.place(to, bytes.into(), placement).await.map(drop)
    }
}

impl fmt::Display for DurableStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DurableStore({})", self.inner)
    }
}

/// Runs blocking disk work off the async threads and gives its error the object store's shape.
pub(super) async fn blocking(path: &FilePath, work: impl FnOnce() -> io::Result<()> + Send + 'static) -> Result<()> {
    let path = path.to_path_buf();
    match tokio::task::spawn_blocking(work).await {
        Ok(result) => result.map_err(|error| store_error(&path, error)),
        Err(error) => Err(Error::JoinError { source: error }),
    }
}

fn store_error(path: &FilePath, error: io::Error) -> Error {
    let path = path.display().to_string();
    match error.kind() {
        io::ErrorKind::AlreadyExists => Error::AlreadyExists { path, source: Box::new(error) },
        io::ErrorKind::NotFound => Error::NotFound { path, source: Box::new(error) },
        _ => Error::Generic { store: "DurableStore", source: Box::new(error) },
    }
}

#[cfg(test)]
mod tests {
    use std::fs::File;
    use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};

    use object_store::{ObjectStoreExt, WriteMultipart};

    use super::*;

    fn counting() -> (Disk, Arc<AtomicUsize>) {
        let count = Arc::new(AtomicUsize::new(0));
        let seen = Arc::clone(&count);
        let disk = Disk::with_sync(move |file: &File| {
            seen.fetch_add(1, Ordering::SeqCst);
            file.sync_all()
        });
        (disk, count)
    }

    fn location(folder: &tempfile::TempDir, name: &str) -> Path {
        Path::from_absolute_path(folder.path().join(name)).expect("a path")
    }

    #[tokio::test]
    async fn every_way_to_write_syncs_file_and_directory() {
        let folder = tempfile::tempdir().expect("a folder");
        let (disk, count) = counting();
        let store = DurableStore::new(disk);
        let syncs_of = |before| count.load(Ordering::SeqCst) - before;

        store.put(&location(&folder, "a"), "one".into()).await.expect("put");
        assert_eq!(syncs_of(0), 2, "file and directory");
        store.put(&location(&folder, "new/deep/b"), "two".into()).await.expect("put");
        assert_eq!(syncs_of(2), 4, "two new folders, file and directory");

        let upload = store.put_multipart(&location(&folder, "c")).await.expect("upload");
        let mut writer = WriteMultipart::new(upload);
        writer.write(b"three");
        writer.finish().await.expect("complete");
        assert_eq!(syncs_of(6), 2, "file and directory");

        store.copy(&location(&folder, "a"), &location(&folder, "d")).await.expect("copy");
        assert_eq!(syncs_of(8), 2, "file and directory");
    }

    #[tokio::test]
    async fn of_two_creations_one_wins_and_nothing_is_left_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let store = DurableStore::new(Disk::default());
        let place = location(&folder, "log");
        let create = |text: &'static str| store.put_opts(&place, text.into(), PutMode::Create.into());
        let (first, second) = futures::join!(create("one"), create("two"));
        assert_eq!(usize::from(first.is_ok()) + usize::from(second.is_ok()), 1);
        let loser = first.and(second).expect_err("one loses");
        assert!(matches!(loser, Error::AlreadyExists { .. }), "{loser}");
        assert_eq!(std::fs::read_dir(folder.path()).expect("listing").count(), 1);
    }

    #[tokio::test]
    async fn after_a_failed_sync_nothing_is_acknowledged_and_reads_go_on() {
        let folder = tempfile::tempdir().expect("a folder");
        let broken = Arc::new(AtomicBool::new(false));
        let breaks = Arc::clone(&broken);
        let disk = Disk::with_sync(move |file: &File| {
            if breaks.load(Ordering::SeqCst) { Err(io::Error::other("no more")) } else { file.sync_all() }
        });
        let store = DurableStore::new(disk.clone());
        let place = location(&folder, "a");
        store.put(&place, "kept".into()).await.expect("put");

        broken.store(true, Ordering::SeqCst);
        store.put(&place, "lost".into()).await.expect_err("the sync failed");
        broken.store(false, Ordering::SeqCst);
        store.put(&place, "later".into()).await.expect_err("read-only from then on");
        assert!(disk.is_read_only());
        let read = store.get(&place).await.expect("get").bytes().await.expect("bytes");
        assert_eq!(read.as_ref(), b"kept");
    }
}
