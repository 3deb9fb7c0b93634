//! What consumers read, on its way to governance: written down before a query's first row, sent each second, and told again
//! until governance has it.

mod journal;
mod telling;

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use chrono::{DateTime, Utc};
use mesh_api::{Client, PortRead};
use mesh_engine::durable::Disk;
use mesh_engine::{PortRead as Read, ReadLog, ReadsEnded};
use tokio_util::sync::CancellationToken;

use journal::Journal;
use telling::{TellError, tell};

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

    /// Tells governance until `shutdown`, and then what is left. `shutdown` comes when no query is under way any more.
    pub(crate) async fn report(&self, governance: &Client, shutdown: CancellationToken) {
        let (mut wait, mut again) = (RETRY.0, tokio::time::Instant::now());
        loop {
            let stopped = shutdown.run_until_cancelled(tokio::time::sleep(TELL_EVERY)).await.is_none();
            if !stopped && tokio::time::Instant::now() < again {
                // Governance is away: what is over is on disk all the same.
                self.0.flush().await;
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
                    told_of(&error, wait);
                    again = tokio::time::Instant::now() + wait;
                    wait = RETRY.1.min(wait * 2);
                }
            }
        }
    }

    /// Sends what is over, oldest first, and forgets what governance has.
    async fn send(&self, governance: &Client) -> Result<(), TellError> {
        for file in self.0.sealed().await {
            let sealed = journal::read(&file)?;
            let record = |request| {
                let governance = governance.clone();
                async move { governance.record_reads(&request).await }
            };
            tell(&sealed.reads, record, |read, error| {
                tracing::error!(%error, id = read.id, port = %read.port, "governance refuses to learn of a read; it is set aside");
                self.0.set_aside(read)
            })
            .await?;
            if sealed.is_damaged {
                tracing::error!(file = %file.display(), "reads are damaged on disk: those that can be read were told, the file is kept");
                fs::rename(&file, file.with_extension("damaged"))?;
            } else if let Err(error) = fs::remove_file(&file) {
                tracing::warn!(%error, file = %file.display(), "what governance has is told again");
            }
        }
        Ok(())
    }
}

/// A governance that is away is nothing new; one that refuses to listen is somebody's work.
fn told_of(error: &TellError, wait: Duration) {
    match error {
        TellError::Governance(error) if error.is_temporary() => {
            tracing::debug!(%error, ?wait, "governance did not take what was read");
        }
        error => {
            tracing::error!(error = error as &dyn std::error::Error, ?wait, "what was read cannot be told, and is kept")
        }
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

#[cfg(test)]
mod tests {
    use super::*;

    /// A read of which no row has left yet.
    pub(super) fn a_read(id: String) -> PortRead {
        PortRead {
            id,
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
}
