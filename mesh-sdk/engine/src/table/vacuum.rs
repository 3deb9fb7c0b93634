//! Data files that nobody needs any more.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use chrono::{DateTime, Utc};
use deltalake::kernel::{Action, Version};
use deltalake::logstore::get_actions;
use futures::TryStreamExt;
use object_store::path::Path;
use object_store::{ObjectStore, ObjectStoreExt};
use serde::Serialize;

use super::PortTable;
use super::snapshot::{Snapshot, SnapshotInfo};
use crate::durable;
use crate::error::EngineError;

/// Which snapshots stay readable, besides the newest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Keep {
    /// Those that were in service at this time or later.
    pub since: DateTime<Utc>,
    /// Those that something was built from.
    pub versions: BTreeSet<Version>,
}

/// What a vacuum removed, or would remove.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Vacuumed {
    /// Files.
    pub files: u64,
    /// Their bytes.
    pub bytes: u64,
    /// Snapshots that can be read no more, ascending; those of earlier vacuums are not among them.
    pub snapshots: Vec<Version>,
}

impl PortTable {
    /// Removes the data files that no kept snapshot has, also those that a killed run left; with `rehearsal`, only says
    /// which. Nobody may publish the table meanwhile: what a run has staged looks like a leftover. The log stays, so what
    /// each snapshot was made of remains known.
    ///
    /// # Errors
    /// [`EngineError::Table`] when the log cannot be read or a file cannot be removed.
    pub async fn vacuum(&self, keep: &Keep, rehearsal: bool) -> Result<Vacuumed, EngineError> {
        let snapshots = self.snapshots().await?;
        let Some(newest) = snapshots.first().map(|info| info.version) else { return Ok(Vacuumed::default()) };
        let kept = kept(&snapshots, keep);
        let stored = self.stored().await?;
        let (mut needed, mut lost) = (BTreeSet::new(), Vec::new());
        for (version, files) in self.file_sets(newest).await? {
            if kept.contains(&version) {
                needed.extend(files);
            } else if files.iter().all(|file| stored.contains_key(file)) {
                lost.push((version, files));
            }
        }
        let surplus: BTreeMap<&String, u64> =
            stored.iter().filter(|(path, _)| !needed.contains(*path)).map(|(path, bytes)| (path, *bytes)).collect();
        let is_lost = |files: &BTreeSet<String>| files.iter().any(|file| surplus.contains_key(file));
        let unfinished = self.unfinished()?;
        let vacuumed = Vacuumed {
            files: (surplus.len() + unfinished.len()) as u64,
            bytes: surplus.values().sum::<u64>() + unfinished.values().sum::<u64>(),
            snapshots: lost.iter().filter(|(_, files)| is_lost(files)).map(|(version, _)| *version).collect(),
        };
        if !rehearsal {
            let store = self.inner.log.object_store(None);
            for path in surplus.keys() {
                let removed = store.delete(&Path::from(path.as_str())).await;
                removed.map_err(|source| self.failed("vacuumed", source.into()))?;
            }
            for path in unfinished.keys() {
                std::fs::remove_file(path).map_err(|source| self.failed("vacuumed", source.into()))?;
            }
        }
        Ok(vacuumed)
    }

    /// The data files of each snapshot whose log entry is there, oldest first.
    async fn file_sets(&self, newest: Version) -> Result<Vec<(Version, BTreeSet<String>)>, EngineError> {
        let failed = |source| self.failed("read", source);
        let (mut sets, mut known) = (Vec::new(), Some(BTreeSet::new()));
        for version in 0..=newest {
            let Some(entry) = self.inner.log.read_commit_entry(version).await.map_err(failed)? else {
                known = None;
                continue;
            };
            let files = match known {
                Some(files) => after(files, get_actions(version, &entry).map_err(failed)?),
                // Behind a gap only a checkpoint knows what was there.
                None => Snapshot::open(&self.inner.log, version)
                    .await
                    .map_err(failed)?
                    .files(self)
                    .await?
                    .into_iter()
                    .map(|(path, _)| path)
                    .collect(),
            };
            sets.push((version, files.clone()));
            known = Some(files);
        }
        Ok(sets)
    }

    /// Files on local disk that a writer never put in place; object stores drop such uploads themselves.
    fn unfinished(&self) -> Result<BTreeMap<PathBuf, u64>, EngineError> {
        let Ok(folder) = self.inner.url.to_file_path() else { return Ok(BTreeMap::new()) };
        durable::unfinished(&folder).map_err(|source| self.failed("listed", source.into()))
    }

    /// The data files that are there: path below the table's folder, and bytes.
    pub(super) async fn stored(&self) -> Result<BTreeMap<String, u64>, EngineError> {
        let store = self.inner.log.object_store(None);
        let objects: Vec<_> =
            store.list(None).try_collect().await.map_err(|source| self.failed("listed", source.into()))?;
        let data = objects.into_iter().filter(|object| !object.location.as_ref().starts_with('_'));
        Ok(data.map(|object| (object.location.to_string(), object.size)).collect())
    }
}

fn after(mut files: BTreeSet<String>, actions: Vec<Action>) -> BTreeSet<String> {
    for action in actions {
        match action {
            Action::Add(file) => drop(files.insert(file.path)),
            Action::Remove(file) => drop(files.remove(&file.path)),
            _ => {}
        }
    }
    files
}

/// The newest, those in service since the given time, and those named.
fn kept(newest_first: &[SnapshotInfo], keep: &Keep) -> BTreeSet<Version> {
    let in_service = newest_first.iter().take_while(|info| info.committed_at > keep.since).count() + 1;
    let recent = newest_first.iter().take(in_service).map(|info| info.version);
    recent.chain(keep.versions.iter().copied()).collect()
}
