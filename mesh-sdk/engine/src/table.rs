//! A port's data: one Delta table, written as a whole, read by snapshot.
//!
//! A run stages data files, checks them, and commits them with one log entry; a reader sees the old snapshot or the
//! new one, never part of either. Whatever a crash leaves behind is files that no log entry names.

mod candidate;
mod columns;
mod compaction;
mod snapshot;
mod vacuum;

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::execution::SendableRecordBatchStream;
use deltalake::datafile::writer::{DeltaWriter, WriterConfig};
use deltalake::kernel::Version;
use deltalake::logstore::{LogStoreRef, ObjectStoreRef, StorageConfig, logstore_with};
use deltalake::parquet::basic::{Compression, ZstdLevel};
use deltalake::parquet::file::properties::WriterProperties;
use futures::TryStreamExt;
use tokio::sync::RwLock;
use url::Url;

pub use candidate::{Candidate, CommitRequest, model_hash};
pub use snapshot::{AsOf, Snapshot, SnapshotInfo};
pub use vacuum::{Keep, Vacuumed};

use crate::error::EngineError;
use crate::stream::relabel;

/// Rows in a Parquet row group: enough to compress well, few enough that a reader holds one in memory.
const ROW_GROUP_ROWS: usize = 262_144;
/// Bytes after which a data file is closed and the next begun.
const DATA_FILE_BYTES: u64 = 256 * 1024 * 1024;

/// One port's Delta table on any object store. Cheap to clone.
#[derive(Clone)]
pub struct PortTable {
    inner: Arc<Inner>,
}

struct Inner {
    name: String,
    root: ObjectStoreRef,
    url: Url,
    log: LogStoreRef,
    /// Snapshots opened before, newest last. They are immutable, so what is here is never stale.
    opened: RwLock<Vec<Arc<Snapshot>>>,
}

impl PortTable {
    /// The table in the folder `url` of the store `root`, which is rooted at the top of `url`'s file system or bucket.
    /// `name` is for messages. Nothing is read or written yet.
    ///
    /// # Errors
    /// [`EngineError::Table`] when the address is not one that Delta tables can have.
    pub fn new(name: &str, root: ObjectStoreRef, url: &Url) -> Result<Self, EngineError> {
        let log = logstore_with(Arc::clone(&root), url, StorageConfig::default())
            .map_err(|source| EngineError::table(name, "opened", source))?;
        Ok(Self {
            inner: Arc::new(Inner { name: name.to_owned(), root, url: url.clone(), log, opened: RwLock::default() }),
        })
    }

    /// The name used in messages.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.inner.name
    }

    /// Where the table is.
    #[must_use]
    pub fn url(&self) -> &Url {
        &self.inner.url
    }

    /// Writes the stream's rows as data files that no snapshot names yet.
    ///
    /// # Errors
    /// Whatever the stream fails with, and [`EngineError::Table`] when the files cannot be written; in both cases the
    /// files begun are given up.
    pub async fn stage(
        &self,
        schema: SchemaRef,
        mut stream: SendableRecordBatchStream,
    ) -> Result<Candidate, EngineError> {
        let stored = columns::stored(&schema);
        let config = WriterConfig::new(
            Arc::clone(&stored),
            Vec::new(),
            Some(writer_properties()),
            std::num::NonZeroU64::new(DATA_FILE_BYTES),
            None,
            Default::default(),
            None,
        );
        let mut writer = DeltaWriter::new(self.inner.log.object_store(None), config);
        let mut rows = 0;
        let written: Result<(), EngineError> = async {
            while let Some(batch) = stream.try_next().await? {
                rows += batch.num_rows() as u64;
                let batch = relabel(&batch, &stored)?;
                writer.write(&batch).await.map_err(|source| self.failed("written", source))?;
            }
            Ok(())
        }
        .await;
        if let Err(error) = written {
            if let Err(abort) = writer.abort().await {
                tracing::warn!(table = self.name(), error = %abort, "staged files could not be removed");
            }
            return Err(error);
        }
        let files = writer.close().await.map_err(|source| self.failed("written", source))?;
        Ok(Candidate::new(self.clone(), stored, files, rows))
    }

    /// The newest snapshot, or `None` when nothing was ever committed.
    ///
    /// # Errors
    /// [`EngineError::Table`] when the log cannot be read.
    pub async fn newest(&self) -> Result<Option<Arc<Snapshot>>, EngineError> {
        let known = self.inner.opened.read().await.last().map(|snapshot| snapshot.info().version);
        match self.inner.log.get_latest_version(known.unwrap_or_default()).await {
            Ok(version) => self.snapshot(version).await.map(Some),
            // The log says nothing of its own accord about a folder that is no table yet.
            Err(_) if known.is_none() && !self.exists().await? => Ok(None),
            Err(source) => Err(self.failed("read", source)),
        }
    }

    /// The snapshot that `as_of` names.
    ///
    /// # Errors
    /// [`EngineError::NoSnapshot`] when there is none.
    pub async fn as_of(&self, as_of: &AsOf) -> Result<Arc<Snapshot>, EngineError> {
        let none = || EngineError::NoSnapshot { table: self.name().to_owned(), as_of: as_of.to_string() };
        let newest = self.newest().await?.ok_or_else(none)?;
        match as_of {
            AsOf::Version(version) if *version == newest.info().version => Ok(newest),
            AsOf::Version(version) if *version < newest.info().version => self.past(*version).await,
            AsOf::Version(_) => Err(none()),
            AsOf::Time(time) => {
                let snapshots = self.snapshots().await?;
                let found = snapshots.iter().find(|info| info.committed_at <= *time).ok_or_else(none)?;
                if found.version == newest.info().version { Ok(newest) } else { self.past(found.version).await }
            }
        }
    }

    /// A snapshot that is no longer the newest, whose files may have been removed.
    async fn past(&self, version: Version) -> Result<Arc<Snapshot>, EngineError> {
        let snapshot = self.snapshot(version).await?;
        if snapshot.slot().is_held() {
            return Ok(snapshot);
        }
        let there = self.stored().await?;
        if snapshot.files(self).await?.iter().all(|(path, _)| there.contains_key(path)) {
            return Ok(snapshot);
        }
        Err(EngineError::Vacuumed { table: self.name().to_owned(), version })
    }

    /// All snapshots, newest first.
    ///
    /// # Errors
    /// [`EngineError::Table`] when the log cannot be read.
    pub async fn snapshots(&self) -> Result<Vec<SnapshotInfo>, EngineError> {
        if !self.exists().await? {
            return Ok(Vec::new());
        }
        snapshot::history(&self.inner.log).await.map_err(|source| self.failed("read", source))
    }

    async fn snapshot(&self, version: Version) -> Result<Arc<Snapshot>, EngineError> {
        let mut opened = self.inner.opened.write().await;
        if let Some(found) = opened.iter().find(|snapshot| snapshot.info().version == version) {
            return Ok(Arc::clone(found));
        }
        let snapshot = Snapshot::open(&self.inner.log, version).await.map_err(|source| self.failed("read", source))?;
        let snapshot = Arc::new(snapshot);
        let place = opened.partition_point(|other| other.info().version < version);
        opened.insert(place, Arc::clone(&snapshot));
        if opened.len() > OPENED_MAX {
            opened.remove(0);
        }
        Ok(snapshot)
    }

    async fn exists(&self) -> Result<bool, EngineError> {
        self.inner.log.is_delta_table_location().await.map_err(|source| self.failed("read", source))
    }

    fn failed(&self, action: &'static str, source: deltalake::DeltaTableError) -> EngineError {
        EngineError::table(self.name(), action, source)
    }
}

/// Opened snapshots kept per table; each is a few kilobytes a data file.
const OPENED_MAX: usize = 8;

fn writer_properties() -> WriterProperties {
    let compression = ZstdLevel::try_new(1).map_or(Compression::SNAPPY, Compression::ZSTD);
    WriterProperties::builder().set_compression(compression).set_max_row_group_row_count(Some(ROW_GROUP_ROWS)).build()
}

impl std::fmt::Debug for PortTable {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PortTable({})", self.inner.name)
    }
}
