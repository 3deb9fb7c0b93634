//! What consumers read, on its way to governance: noted on disk each second, sent from there, and told again until
//! governance has it.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use chrono::{DateTime, Utc};
use mesh_api::{Client, ClientError, PortRead, RecordReads};
use mesh_engine::durable::{Disk, write_file};
use mesh_engine::{PortRead as Read, ReadEvents};
use parking_lot::Mutex;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// Reads that may wait for the next note; further ones are counted and lost, rather than hold up queries.
const WAITING_MAX: usize = 65_536;
/// Between two notes.
const NOTE_EVERY: Duration = Duration::from_secs(1);
/// Notes that may wait for governance: at 1,000 reads each, a busy day's.
const NOTES_MAX: usize = 10_000;
/// First and longest wait until governance is asked again.
const RETRY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// How long the end of the process waits for governance.
const PATIENCE: Duration = Duration::from_secs(2);

/// The reads of one product.
pub(crate) struct Consumption {
    waiting: Mutex<Option<mpsc::Receiver<Read>>>,
    lost: Arc<AtomicU64>,
    notes: Notes,
}

/// Reads on disk, in files of at most as many as one call takes.
struct Notes {
    folder: PathBuf,
    disk: Disk,
    /// Tells this process's reads from an earlier one's.
    since: DateTime<Utc>,
    next: AtomicU64,
}

impl Consumption {
    /// The reads that are told to the second value, to be noted in `folder`.
    pub(crate) fn new(folder: PathBuf, disk: Disk, since: DateTime<Utc>) -> (Self, ReadEvents) {
        let (sender, waiting) = mpsc::channel(WAITING_MAX);
        let lost = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&lost);
        let events = ReadEvents::new(move |read| {
            if sender.try_send(read).is_err() {
                counted.fetch_add(1, Ordering::Relaxed);
            }
        });
        let notes = Notes { folder, disk, since, next: AtomicU64::new(0) };
        (Self { waiting: Mutex::new(Some(waiting)), lost, notes }, events)
    }

    /// Notes and sends until `shutdown`, and then what is left. Only the first call does anything.
    pub(crate) async fn report(&self, governance: &Client, shutdown: CancellationToken) {
        let Some(mut waiting) = self.waiting.lock().take() else { return };
        let (mut wait, mut again) = (RETRY.0, tokio::time::Instant::now());
        loop {
            let stopped = shutdown.run_until_cancelled(tokio::time::sleep(NOTE_EVERY)).await.is_none();
            self.note(&mut waiting);
            if stopped {
                let _ = tokio::time::timeout(PATIENCE, self.notes.send(governance)).await;
                return;
            }
            if tokio::time::Instant::now() < again {
                continue;
            }
            match self.notes.send(governance).await {
                Ok(()) => wait = RETRY.0,
                Err(error) => {
                    tracing::debug!(%error, ?wait, "governance did not take what was read");
                    again = tokio::time::Instant::now() + wait;
                    wait = RETRY.1.min(wait * 2);
                }
            }
        }
    }

    fn note(&self, waiting: &mut mpsc::Receiver<Read>) {
        let mut reads = Vec::new();
        while let Ok(read) = waiting.try_recv() {
            reads.push(self.notes.told(read));
        }
        let mut lost = self.lost.swap(0, Ordering::Relaxed);
        for reads in reads.chunks(RecordReads::READS_MAX) {
            if let Err(error) = self.notes.write(reads) {
                tracing::warn!(%error, "what was read could not be noted");
                lost += reads.len() as u64;
            }
        }
        if lost > 0 {
            tracing::error!(lost, "reads that governance will not learn of");
        }
    }
}

impl Notes {
    /// The read as governance takes it, under an identity of its own.
    fn told(&self, read: Read) -> PortRead {
        let number = self.next.fetch_add(1, Ordering::Relaxed);
        PortRead {
            id: format!("{:016x}-{number:08x}", self.since.timestamp_micros()),
            at: read.at,
            principal: read.identity.principal.name,
            purpose: read.identity.purpose.map(|purpose| purpose.0),
            port: read.port.name,
            major: read.port.major,
            columns: read.columns.into_iter().collect(),
            rows: read.rows,
            snapshot: Some(read.snapshot.to_string()),
        }
    }

    fn write(&self, reads: &[PortRead]) -> std::io::Result<()> {
        let Some(first) = reads.first() else { return Ok(()) };
        if self.all().len() >= NOTES_MAX {
            return Err(std::io::Error::other("too many wait already"));
        }
        let text = serde_json::to_vec(&RecordReads { reads: reads.to_vec() })?;
        write_file(&self.disk, &self.folder.join(format!("{}.json", first.id)), &text)
    }

    /// Sends what is noted, oldest first, and forgets what governance has, or will never take.
    async fn send(&self, governance: &Client) -> Result<(), ClientError> {
        for path in self.all() {
            let read = fs::read(&path).ok().and_then(|text| serde_json::from_slice::<RecordReads>(&text).ok());
            if let Some(reads) = read {
                match governance.record_reads(&reads).await {
                    Ok(_) => {}
                    Err(error) if error.is_temporary() => return Err(error),
                    Err(error) => {
                        tracing::error!(%error, reads = reads.reads.len(), "governance refuses to learn what was read");
                    }
                }
            }
            if let Err(error) = fs::remove_file(&path) {
                tracing::warn!(%error, path = %path.display(), "what governance has is told again");
            }
        }
        Ok(())
    }

    /// Names begin with a time, so they sort by age.
    fn all(&self) -> Vec<PathBuf> {
        let is_note = |path: &Path| path.extension().is_some_and(|end| end == "json");
        let entries = fs::read_dir(&self.folder).into_iter().flatten().filter_map(Result::ok);
        let mut notes: Vec<PathBuf> = entries.map(|entry| entry.path()).filter(|path| is_note(path)).collect();
        notes.sort();
        notes
    }
}
