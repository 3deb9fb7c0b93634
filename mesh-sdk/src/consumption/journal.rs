//! Reads on disk: each before its query's first row, in files that are sealed, told to governance, and removed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use mesh_api::PortRead;
use mesh_engine::durable::{AppendFile, Disk};
use parking_lot::Mutex;
use serde::{Deserialize, Serialize};
use tokio::sync::oneshot;

/// What a journal's lines say.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Line {
    /// A query is about to read.
    Begun(PortRead),
    /// It is over, and so many rows left the port.
    Ended { id: String, rows: u64 },
    /// These were under way when the file was sealed, and begin the next one.
    Carried(BTreeSet<String>),
}

type Waiting = oneshot::Sender<io::Result<()>>;

/// Reads of a query under way. Dropped, they are over and no row left.
pub(super) struct UnderWay {
    journal: Journal,
    ids: Vec<String>,
}

/// The reads of one product, in one folder. Cheap to clone.
#[derive(Clone)]
pub(super) struct Journal(Arc<Inner>);

struct Inner {
    folder: PathBuf,
    disk: Disk,
    /// Tells this process's reads from an earlier one's.
    since: DateTime<Utc>,
    reads: AtomicU64,
    files: AtomicU64,
    /// Lines that are not on disk yet, and whoever waits until they are.
    queue: Mutex<Vec<(Vec<Line>, Option<Waiting>)>>,
    active: Arc<tokio::sync::Mutex<Option<Active>>>,
}

/// The file that is written to.
struct Active {
    file: AppendFile,
    path: PathBuf,
    under_way: BTreeMap<String, PortRead>,
    ended: usize,
}

impl Journal {
    /// A journal in `folder`, which may hold files of earlier processes. Nothing is written yet.
    pub(super) fn new(folder: PathBuf, disk: Disk, since: DateTime<Utc>) -> Self {
        let (reads, files, queue, active) = Default::default();
        Self(Arc::new(Inner { folder, disk, since, reads, files, queue, active }))
    }

    /// An identity for a read.
    pub(super) fn id(&self) -> String {
        let number = self.0.reads.fetch_add(1, Ordering::Relaxed);
        format!("{:016x}-{number:08x}", self.0.since.timestamp_micros())
    }

    /// Writes down that these reads begin; they are on disk when this is done. Queries that begin together share a sync.
    ///
    /// # Errors
    /// The operating system's error.
    pub(super) async fn begin(&self, reads: Vec<PortRead>) -> io::Result<UnderWay> {
        let under_way = UnderWay { journal: self.clone(), ids: reads.iter().map(|read| read.id.clone()).collect() };
        let (done, written) = oneshot::channel();
        self.0.queue.lock().push((reads.into_iter().map(Line::Begun).collect(), Some(done)));
        self.flush().await;
        written.await.map_err(io::Error::other)?.map(|()| under_way)
    }

    /// Writes what is queued, unless whoever does so already takes it along.
    async fn flush(&self) {
        let (inner, mut active) = (Arc::clone(&self.0), Arc::clone(&self.0.active).lock_owned().await);
        // Goes on when the query that asked is given up: others may wait for the same sync.
        let written = tokio::task::spawn_blocking(move || inner.write_queued(&mut active));
        if let Err(error) = written.await {
            tracing::error!(%error, "reads could not be written down");
        }
    }

    /// Ends the file that is written to, when reads in it are over, so that it can be told of.
    ///
    /// # Errors
    /// The operating system's error.
    pub(super) async fn seal(&self) -> io::Result<()> {
        self.flush().await;
        let (inner, mut active) = (Arc::clone(&self.0), Arc::clone(&self.0.active).lock_owned().await);
        let sealed = tokio::task::spawn_blocking(move || inner.seal(&mut active));
        sealed.await.map_err(io::Error::other)?
    }

    /// Files that nobody writes to any more, oldest first.
    pub(super) async fn sealed(&self) -> Vec<PathBuf> {
        let active = self.0.active.lock().await.as_ref().map(|active| active.path.clone());
        let is_sealed =
            |path: &PathBuf| path.extension().is_some_and(|end| end == "jsonl") && Some(path) != active.as_ref();
        let entries = fs::read_dir(&self.0.folder).into_iter().flatten().filter_map(Result::ok);
        let mut files: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(is_sealed).collect();
        files.sort();
        files
    }
}

impl UnderWay {
    /// The reads are over; so many rows left for each, in their order. On disk with whatever is written next.
    pub(super) fn end(mut self, rows: &[u64]) {
        self.note(rows);
    }

    fn note(&mut self, rows: &[u64]) {
        let rows = rows.iter().copied().chain(std::iter::repeat(0));
        let lines = std::mem::take(&mut self.ids).into_iter().zip(rows).map(|(id, rows)| Line::Ended { id, rows });
        self.journal.0.queue.lock().push((lines.collect(), None));
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        if !self.ids.is_empty() {
            self.note(&[]);
        }
    }
}

impl Inner {
    fn write_queued(&self, active: &mut Option<Active>) {
        let queued = std::mem::take(&mut *self.queue.lock());
        if queued.is_empty() {
            return;
        }
        let (lines, waiting): (Vec<Vec<Line>>, Vec<_>) = queued.into_iter().unzip();
        let written = self.append(active, lines.concat());
        for done in waiting.into_iter().flatten() {
            // Whoever no longer waits was given up meanwhile.
            let _ = done.send(match &written {
                Ok(()) => Ok(()),
                Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
            });
        }
    }

    fn append(&self, active: &mut Option<Active>, lines: Vec<Line>) -> io::Result<()> {
        let active = match active {
            Some(active) => active,
            none => none.insert(self.open(BTreeMap::new())?),
        };
        active.file.append(&text(&lines)?)?;
        for line in lines {
            match line {
                Line::Begun(read) => drop(active.under_way.insert(read.id.clone(), read)),
                Line::Ended { id, .. } => {
                    active.under_way.remove(&id);
                    active.ended += 1;
                }
                Line::Carried(_) => {}
            }
        }
        Ok(())
    }

    /// A new file that begins with the reads under way.
    fn open(&self, under_way: BTreeMap<String, PortRead>) -> io::Result<Active> {
        let number = self.files.fetch_add(1, Ordering::Relaxed);
        let path = self.folder.join(format!("{:016x}-{number:08x}.jsonl", self.since.timestamp_micros()));
        let mut file = AppendFile::create(&self.disk, &path)?;
        if !under_way.is_empty() {
            file.append(&text(&under_way.values().cloned().map(Line::Begun).collect::<Vec<_>>())?)?;
        }
        Ok(Active { file, path, under_way, ended: 0 })
    }

    fn seal(&self, active: &mut Option<Active>) -> io::Result<()> {
        let Some(ending) = active.as_mut().filter(|active| active.ended > 0) else { return Ok(()) };
        if ending.under_way.is_empty() {
            *active = None;
            return Ok(());
        }
        let next = self.open(ending.under_way.clone())?;
        ending.file.append(&text(&[Line::Carried(ending.under_way.keys().cloned().collect())])?)?;
        *active = Some(next);
        Ok(())
    }
}

/// The reads of a sealed file, each once, with their rows. One that never ended was cut off with its process: how many rows
/// left is not known, and none are claimed.
///
/// # Errors
/// The operating system's error.
pub(super) fn reads(sealed: &Path) -> io::Result<Vec<PortRead>> {
    let mut reads: BTreeMap<String, PortRead> = BTreeMap::new();
    for line in parsed(&fs::read(sealed)?) {
        match line {
            Line::Begun(read) => drop(reads.insert(read.id.clone(), read)),
            Line::Ended { id, rows } => {
                if let Some(read) = reads.get_mut(&id) {
                    read.rows = rows;
                }
            }
            Line::Carried(ids) => reads.retain(|id, _| !ids.contains(id)),
        }
    }
    Ok(reads.into_values().collect())
}

/// What a power cut left half written says nothing: it was not acknowledged.
fn parsed(lines: &[u8]) -> impl Iterator<Item = Line> {
    lines.split(|byte| *byte == b'\n').filter_map(|line| serde_json::from_slice(line).ok())
}

fn text(lines: &[Line]) -> io::Result<Vec<u8>> {
    let mut text = Vec::new();
    for line in lines {
        serde_json::to_writer(&mut text, line)?;
        text.push(b'\n');
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(journal: &Journal) -> PortRead {
        PortRead {
            id: journal.id(),
            at: DateTime::UNIX_EPOCH,
            principal: "omar".into(),
            purpose: None,
            port: "lending.loans".parse().expect("a name"),
            major: 1,
            columns: Vec::new(),
            rows: 0,
            snapshot: None,
        }
    }

    fn journal(folder: &Path, disk: Disk) -> Journal {
        Journal::new(folder.join("reads"), disk, DateTime::UNIX_EPOCH)
    }

    async fn told(journal: &Journal) -> Vec<u64> {
        let sealed = journal.sealed().await;
        sealed.iter().flat_map(|file| reads(file).expect("reads")).map(|read| read.rows).collect()
    }

    #[tokio::test]
    async fn a_read_is_told_once_it_is_over_and_one_under_way_is_carried_on() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = journal(folder.path(), Disk::default());
        let (short, long) = (read(&journal), read(&journal));
        let short = journal.begin(vec![short]).await.expect("written");
        let long = journal.begin(vec![long]).await.expect("written");
        journal.seal().await.expect("sealed");
        assert!(told(&journal).await.is_empty(), "nothing is over");
        short.end(&[3]);
        journal.seal().await.expect("sealed");
        assert_eq!(told(&journal).await, [3]);
        long.end(&[7]);
        journal.seal().await.expect("sealed");
        assert_eq!(told(&journal).await, [3, 7]);
        drop(journal.begin(vec![read(&journal)]).await.expect("written"));
        journal.seal().await.expect("sealed");
        assert_eq!(told(&journal).await, [3, 7, 0], "given up before its first row");
    }

    #[tokio::test]
    async fn what_was_under_way_when_the_process_ended_is_told_by_the_next() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = journal(folder.path(), Disk::default());
        let under_way = first.begin(vec![read(&first)]).await.expect("written");
        // A process that is killed drops nothing.
        std::mem::forget(under_way);
        let file = fs::read_dir(folder.path().join("reads")).expect("a folder").next().expect("a file").expect("it");
        let text = fs::read_to_string(file.path()).expect("read");
        fs::write(file.path(), format!("{text}{{\"begun\":{{\"id\":")).expect("half a line");
        assert_eq!(told(&journal(folder.path(), Disk::default())).await, [0]);
    }

    #[tokio::test]
    async fn reads_that_begin_together_share_syncs() {
        let folder = tempfile::tempdir().expect("a folder");
        let syncs = Arc::new(AtomicU64::new(0));
        let disk = {
            let syncs = Arc::clone(&syncs);
            Disk::with_sync(move |_| {
                syncs.fetch_add(1, Ordering::Relaxed);
                std::thread::sleep(std::time::Duration::from_millis(5));
                Ok(())
            })
        };
        let journal = journal(folder.path(), disk);
        let begun = (0..200).map(|_| journal.begin(vec![read(&journal)]));
        let begun: Vec<UnderWay> =
            futures::future::join_all(begun).await.into_iter().map(|begun| begun.expect("written")).collect();
        assert!(syncs.load(Ordering::Relaxed) < 50, "{syncs:?}");
        assert_eq!(journal.0.active.lock().await.as_ref().map(|active| active.under_way.len()), Some(begun.len()));
    }

    #[tokio::test]
    async fn a_read_that_cannot_be_written_down_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = journal(folder.path(), Disk::with_sync(|_| Err(io::ErrorKind::StorageFull.into())));
        let refused = journal.begin(vec![read(&journal)]).await.err().expect("refused");
        assert_eq!(refused.kind(), io::ErrorKind::StorageFull);
        assert!(told(&journal).await.is_empty());
    }
}
