//! Reads on disk: each before its query's first row, in files that are sealed, told to governance, and removed.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use chrono::{DateTime, Utc};
use mesh_api::PortRead;
use mesh_engine::durable::{AppendFile, Disk, write_file};
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
        let mut under_way = UnderWay { journal: self.clone(), ids: reads.iter().map(|read| read.id.clone()).collect() };
        let (done, written) = oneshot::channel();
        self.0.queue.lock().push((reads.into_iter().map(Line::Begun).collect(), Some(done)));
        self.flush().await;
        let written = written.await.map_err(io::Error::other).flatten();
        if written.is_err() {
            // What never began does not end.
            under_way.ids.clear();
        }
        written.map(|()| under_way)
    }

    /// Writes what is queued, unless whoever does so already takes it along.
    pub(super) async fn flush(&self) {
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

    /// Keeps a read that governance refuses, for people, in a file of its own beside the journal.
    ///
    /// # Errors
    /// The operating system's error.
    pub(super) fn set_aside(&self, read: &PortRead) -> io::Result<()> {
        let path = self.0.folder.join("refused").join(format!("{}.json", read.id));
        write_file(&self.0.disk, &path, &serde_json::to_vec_pretty(read)?)
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
        let lines = lines.concat();
        let written = self.append(active, &lines);
        if written.is_err() {
            // Nobody waits for these, and they are true: they are written with whatever is written next.
            let ended: Vec<Line> = lines.into_iter().filter(|line| matches!(line, Line::Ended { .. })).collect();
            if !ended.is_empty() {
                self.queue.lock().insert(0, (ended, None));
            }
        }
        for done in waiting.into_iter().flatten() {
            // Whoever no longer waits was given up meanwhile.
            let _ = done.send(match &written {
                Ok(()) => Ok(()),
                Err(error) => Err(io::Error::new(error.kind(), error.to_string())),
            });
        }
    }

    fn append(&self, active: &mut Option<Active>, lines: &[Line]) -> io::Result<()> {
        let active = match active {
            Some(active) => active,
            none => none.insert(self.open(BTreeMap::new())?),
        };
        active.file.append(&text(lines)?)?;
        for line in lines {
            match line {
                Line::Begun(read) => drop(active.under_way.insert(read.id.clone(), read.clone())),
                Line::Ended { id, .. } => {
                    active.under_way.remove(id);
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
            let lines: Vec<Line> = under_way.values().cloned().map(Line::Begun).collect();
            file.append(&text(&lines)?).inspect_err(|_| forget(&path))?;
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
        let carried = text(&[Line::Carried(ending.under_way.keys().cloned().collect())])?;
        // Two files with one read would tell it twice, the first time without its rows.
        ending.file.append(&carried).inspect_err(|_| forget(&next.path))?;
        *active = Some(next);
        Ok(())
    }
}

/// Takes away a file that nothing was acknowledged in.
fn forget(path: &Path) {
    if let Err(error) = fs::remove_file(path) {
        tracing::error!(%error, file = %path.display(), "a file of reads that are told elsewhere stays");
    }
}

/// What a sealed file says.
pub(super) struct Sealed {
    /// Each once, with its rows. One that never ended was cut off with its process: how many rows left is not known, and none
    /// are claimed.
    pub(super) reads: Vec<PortRead>,
    /// There are lines in it that say nothing, other than a last one that was cut off.
    pub(super) is_damaged: bool,
}

/// Reads a sealed file.
///
/// # Errors
/// The operating system's error.
pub(super) fn read(sealed: &Path) -> io::Result<Sealed> {
    let (mut reads, mut is_damaged): (BTreeMap<String, PortRead>, _) = (BTreeMap::new(), false);
    for line in fs::read(sealed)?.split_inclusive(|byte| *byte == b'\n') {
        match serde_json::from_slice(line) {
            Ok(Line::Begun(read)) => drop(reads.insert(read.id.clone(), read)),
            Ok(Line::Ended { id, rows }) => {
                if let Some(read) = reads.get_mut(&id) {
                    read.rows = rows;
                }
            }
            Ok(Line::Carried(ids)) => reads.retain(|id, _| !ids.contains(id)),
            // What a power cut left half written says nothing: it was not acknowledged.
            Err(_) => is_damaged |= line.ends_with(b"\n"),
        }
    }
    Ok(Sealed { reads: reads.into_values().collect(), is_damaged })
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
    use super::super::tests::a_read;
    use super::*;

    fn journal(folder: &Path, disk: Disk) -> Journal {
        Journal::new(folder.join("reads"), disk, DateTime::UNIX_EPOCH)
    }

    async fn told(journal: &Journal) -> Vec<u64> {
        let sealed = journal.sealed().await;
        sealed.iter().flat_map(|file| read(file).expect("reads").reads).map(|read| read.rows).collect()
    }

    #[tokio::test]
    async fn a_read_is_told_once_it_is_over_and_one_under_way_is_carried_on() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = journal(folder.path(), Disk::default());
        let (short, long) = (a_read(journal.id()), a_read(journal.id()));
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
        drop(journal.begin(vec![a_read(journal.id())]).await.expect("written"));
        journal.seal().await.expect("sealed");
        assert_eq!(told(&journal).await, [3, 7, 0], "given up before its first row");
    }

    #[tokio::test]
    async fn what_was_under_way_when_the_process_ended_is_told_by_the_next() {
        let folder = tempfile::tempdir().expect("a folder");
        let first = journal(folder.path(), Disk::default());
        let under_way = first.begin(vec![a_read(first.id())]).await.expect("written");
        // A process that is killed drops nothing.
        std::mem::forget(under_way);
        let file = fs::read_dir(folder.path().join("reads")).expect("a folder").next().expect("a file").expect("it");
        let text = fs::read_to_string(file.path()).expect("read");
        fs::write(file.path(), format!("{text}{{\"begun\":{{\"id\":")).expect("half a line");
        let next = journal(folder.path(), Disk::default());
        assert_eq!(told(&next).await, [0]);
        assert!(!read(&file.path()).expect("read").is_damaged, "half a line was never acknowledged");
        fs::write(file.path(), format!("{text}{{\"begun\":\n{text}")).expect("a line that says nothing");
        assert!(read(&file.path()).expect("read").is_damaged);
    }

    #[tokio::test]
    async fn a_read_that_never_began_does_not_end() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = journal(folder.path(), Disk::default());
        fs::write(folder.path().join("reads"), "in the way").expect("a file");
        assert!(journal.begin(vec![a_read(journal.id())]).await.is_err());
        assert!(journal.0.queue.lock().is_empty());
        fs::remove_file(folder.path().join("reads")).expect("out of the way");
        journal.begin(vec![a_read(journal.id())]).await.expect("written").end(&[5]);
        journal.seal().await.expect("sealed");
        assert_eq!(told(&journal).await, [5]);
    }

    #[tokio::test]
    async fn an_end_that_could_not_be_written_is_written_later() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = journal(folder.path(), Disk::default());
        let under_way = journal.begin(vec![a_read(journal.id())]).await.expect("written");
        // The file that is written to is away for a moment, so that the end needs another, which cannot be.
        let (reads, aside) = (folder.path().join("reads"), folder.path().join("aside"));
        let file = journal.0.active.lock().await.take();
        fs::rename(&reads, &aside).expect("moved");
        fs::write(&reads, "in the way").expect("a file");
        under_way.end(&[9]);
        journal.seal().await.expect("nothing to seal");
        fs::remove_file(&reads).expect("out of the way");
        fs::rename(&aside, &reads).expect("moved back");
        *journal.0.active.lock().await = file;
        journal.seal().await.expect("sealed");
        assert_eq!(told(&journal).await, [9]);
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
        let begun = (0..200).map(|_| journal.begin(vec![a_read(journal.id())]));
        let begun: Vec<UnderWay> =
            futures::future::join_all(begun).await.into_iter().map(|begun| begun.expect("written")).collect();
        assert!(syncs.load(Ordering::Relaxed) < 50, "{syncs:?}");
        assert_eq!(journal.0.active.lock().await.as_ref().map(|active| active.under_way.len()), Some(begun.len()));
    }

    #[tokio::test]
    async fn a_read_that_cannot_be_written_down_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let journal = journal(folder.path(), Disk::with_sync(|_| Err(io::ErrorKind::StorageFull.into())));
        let refused = journal.begin(vec![a_read(journal.id())]).await.err().expect("refused");
        assert_eq!(refused.kind(), io::ErrorKind::StorageFull);
        assert!(told(&journal).await.is_empty());
    }
}
