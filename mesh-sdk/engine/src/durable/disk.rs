//! The few blocking steps that make a file durable, and the memory of a sync that failed.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

type SyncFn = dyn Fn(&File) -> io::Result<()> + Send + Sync;

/// How this process syncs files. Once a sync failed, the kernel may have dropped the pages and a second sync can lie,
/// so everything after it is refused until the process starts anew.
#[derive(Clone)]
pub struct Disk {
    sync: Arc<SyncFn>,
    failed: Arc<AtomicBool>,
    staged: Arc<AtomicU64>,
}

/// Whether an existing object may be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Placement {
    /// The object must not exist; of two writers one wins.
    New,
    /// The object is replaced as a whole.
    Replace,
}

impl Default for Disk {
    fn default() -> Self {
        Self::with_sync(File::sync_all)
    }
}

impl std::fmt::Debug for Disk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Disk {{ failed: {} }}", self.failed.load(Ordering::Relaxed))
    }
}

impl Disk {
    /// A disk that syncs with `sync`; tests pass one that counts or fails.
    pub fn with_sync(sync: impl Fn(&File) -> io::Result<()> + Send + Sync + 'static) -> Self {
        Self { sync: Arc::new(sync), failed: Arc::default(), staged: Arc::default() }
    }

    /// Whether a sync has failed, and writing is over for this process.
    #[must_use]
    pub fn is_read_only(&self) -> bool {
        self.failed.load(Ordering::Acquire)
    }

    /// Writes `parts` as the whole file `path`, durably and atomically.
    pub(super) fn place(
        &self,
        path: &Path,
        parts: impl Iterator<Item = impl AsRef<[u8]>>,
        placement: Placement,
    ) -> io::Result<()> {
        self.check()?;
        self.create_parents(path)?;
        let staged = self.staging_path(path);
        let written = self.write_staged(&staged, parts).and_then(|()| match placement {
            Placement::New => fs::hard_link(&staged, path),
            Placement::Replace => fs::rename(&staged, path),
        });
        if placement == Placement::New || written.is_err() {
            // The link, or nothing, is what stays; a leftover would only cost space.
            let _ = fs::remove_file(&staged);
        }
        written?;
        self.sync_parent(path)
    }

    /// Makes `path` an empty file, durably.
    pub(super) fn place_empty(&self, path: &Path) -> io::Result<()> {
        self.place(path, std::iter::empty::<&[u8]>(), Placement::New)
    }

    /// Syncs a file that somebody else wrote and put in place, then its directory.
    pub(super) fn settle(&self, path: &Path) -> io::Result<()> {
        self.check()?;
        self.sync_file(&File::open(path)?)?;
        self.sync_parent(path)
    }

    /// Creates the missing folders above `path` and syncs each into its parent.
    pub(super) fn create_parents(&self, path: &Path) -> io::Result<()> {
        let missing: Vec<PathBuf> =
            path.ancestors().skip(1).take_while(|folder| !folder.exists()).map(Path::to_path_buf).collect();
        let Some(lowest) = missing.first() else { return Ok(()) };
        fs::create_dir_all(lowest)?;
        missing.iter().rev().try_for_each(|folder| self.sync_parent(folder))
    }

    fn write_staged(&self, staged: &Path, parts: impl Iterator<Item = impl AsRef<[u8]>>) -> io::Result<()> {
        let mut file = File::create_new(staged)?;
        for part in parts {
            file.write_all(part.as_ref())?;
        }
        self.sync_file(&file)
    }

    /// `#` and a number behind the name is what `LocalFileSystem` uses for files it has not placed yet, and what its
    /// listing therefore leaves out.
    fn staging_path(&self, path: &Path) -> PathBuf {
        loop {
            let number = self.staged.fetch_add(1, Ordering::Relaxed);
            let mut name = path.file_name().unwrap_or_default().to_os_string();
            name.push(format!("#{}{number:06}", std::process::id()));
            let candidate = path.with_file_name(name);
            if !candidate.exists() {
                return candidate;
            }
        }
    }

    fn sync_parent(&self, path: &Path) -> io::Result<()> {
        match path.parent() {
            Some(folder) => self.sync_file(&File::open(folder)?),
            None => Ok(()),
        }
    }

    pub(super) fn sync_file(&self, file: &File) -> io::Result<()> {
        (self.sync)(file).inspect_err(|_| self.failed.store(true, Ordering::Release))
    }

    pub(super) fn check(&self) -> io::Result<()> {
        if self.is_read_only() {
            return Err(io::Error::new(
                io::ErrorKind::ReadOnlyFilesystem,
                "a sync to disk failed earlier, so nothing more is written until the process starts anew",
            ));
        }
        Ok(())
    }
}

/// Writes `bytes` as the whole file `path`, durably; an existing file is replaced as a whole.
///
/// # Errors
/// The operating system's error; the old file, if any, is then still in place.
pub fn write_file(disk: &Disk, path: &Path, bytes: &[u8]) -> io::Result<()> {
    disk.place(path, std::iter::once(bytes), Placement::Replace)
}
/// Files in a table's folder and its log that were being written when their process ended, and their bytes. Whoever asks
/// must know that nobody writes there.
pub(crate) fn unfinished(folder: &Path) -> io::Result<BTreeMap<PathBuf, u64>> {
    let mut found = BTreeMap::new();
    for folder in [folder.to_path_buf(), folder.join("_delta_log")] {
        let entries = match fs::read_dir(&folder) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            if entry.file_name().to_string_lossy().contains('#') {
                found.insert(entry.path(), entry.metadata()?.len());
            }
        }
    }
    Ok(found)
}
