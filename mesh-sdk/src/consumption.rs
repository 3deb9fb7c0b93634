//! What consumers read, on its way to governance: written down before a query's first row, sent each second, and told again
//! until governance has it.

mod journal;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use mesh_api::{Client, ClientError, PortRead, RecordReads};
use mesh_engine::durable::Disk;
use mesh_engine::{PortRead as Read, ReadLog, ReadsEnded};
use tokio_util::sync::CancellationToken;

use journal::Journal;

/// Between two looks at what there is to tell.
const TELL_EVERY: Duration = Duration::from_secs(1);
/// First and longest wait until governance is asked again.
const RETRY: (Duration, Duration) = (Duration::from_secs(1), Duration::from_secs(60));
/// How long the end of the process waits for governance.
const PATIENCE: Duration = Duration::from_secs(2);

/// The reads of one product.
pub(crate) struct Consumption(Journal);

impl Consumption {
    /// The reads that the second value is told of, written down in `folder`.
    pub(crate) fn new(folder: PathBuf, disk: Disk, since: DateTime<Utc>) -> (Self, ReadLog) {
        let journal = Journal::new(folder, disk, since);
        let written = journal.clone();
        let log = ReadLog::new(move |reads| {
            let journal = written.clone();
            Box::pin(async move {
                let reads = reads.into_iter().map(|read| told(journal.id(), read)).collect();
                let begun = journal.begin(reads).await;
                let under_way =
                    begun.inspect_err(|error| tracing::error!(%error, "a read could not be written down"))?;
                Ok(Box::new(move |rows: Vec<u64>| under_way.end(&rows)) as ReadsEnded)
            })
        });
        (Self(journal), log)
    }

    /// Tells governance until `shutdown`, and then what is left.
    pub(crate) async fn report(&self, governance: &Client, shutdown: CancellationToken) {
        let (mut wait, mut again) = (RETRY.0, tokio::time::Instant::now());
        loop {
            let stopped = shutdown.run_until_cancelled(tokio::time::sleep(TELL_EVERY)).await.is_none();
            if !stopped && tokio::time::Instant::now() < again {
                continue;
            }
            if let Err(error) = self.0.seal().await {
                tracing::error!(%error, "what was read cannot be told yet");
            }
            if stopped {
                let _ = tokio::time::timeout(PATIENCE, self.send(governance)).await;
                return;
            }
            match self.send(governance).await {
                Ok(()) => wait = RETRY.0,
                Err(error) => {
                    tracing::debug!(%error, ?wait, "governance did not take what was read");
                    again = tokio::time::Instant::now() + wait;
                    wait = RETRY.1.min(wait * 2);
                }
            }
        }
    }

    /// Sends what is over, oldest first, and forgets what governance has, or will never take.
    async fn send(&self, governance: &Client) -> Result<(), ClientError> {
        for file in self.0.sealed().await {
            let reads = match journal::reads(&file) {
                Ok(reads) => reads,
                Err(error) => {
                    tracing::error!(%error, file = %file.display(), "reads that governance does not learn of");
                    continue;
                }
            };
            for reads in reads.chunks(RecordReads::READS_MAX) {
                match governance.record_reads(&RecordReads { reads: reads.to_vec() }).await {
                    Ok(_) => {}
                    Err(error) if error.is_temporary() => return Err(error),
                    Err(error) => {
                        tracing::error!(%error, reads = reads.len(), "governance refuses to learn what was read")
                    }
                }
            }
            if let Err(error) = fs::remove_file(&file) {
                tracing::warn!(%error, file = %file.display(), "what governance has is told again");
            }
        }
        Ok(())
    }
}

/// The read as governance takes it; how many rows left is known when it is over.
fn told(id: String, read: Read) -> PortRead {
    PortRead {
        id,
        at: read.at,
        principal: read.identity.principal.name,
        purpose: read.identity.purpose.map(|purpose| purpose.0),
        port: read.port.name,
        major: read.port.major,
        columns: read.columns.into_iter().collect(),
        rows: 0,
        snapshot: Some(read.snapshot.to_string()),
    }
}
