//! Waiting for news of what is granted.

use std::time::Duration;

use mesh_api::Grants;
use tokio::sync::Semaphore;
use tokio::time::Instant;

use crate::failure::{self, Failure};
use crate::service::Service;

/// For how long products may rely on what they were told.
const LEASE_S: u64 = 60;
/// Time passes, and other processes write to the same database: both are looked for this often.
const LOOK: Duration = Duration::from_millis(500);
/// Commits that come close upon each other are looked at together.
const GATHER: Duration = Duration::from_millis(20);
/// Most callers that wait at once: they take no room from those who ask.
const WAITING_MAX: usize = 128;

/// Room for those who wait.
pub(crate) struct Waiting(Semaphore);

impl Default for Waiting {
    fn default() -> Self {
        Self(Semaphore::new(WAITING_MAX))
    }
}

/// What is granted over a domain's ports: at once when its revision is another than `held`, else when it changes, `wait` is
/// over, or the service stops.
pub(crate) async fn next(
    service: &Service,
    domain: &str,
    held: Option<u64>,
    wait: Duration,
) -> Result<Grants, Failure> {
    let store = &service.0.store;
    let full = || Failure::new(failure::OVERLOADED, "as many products wait for news as may");
    let _place = service.0.waiting.0.try_acquire().map_err(|_| full())?;
    let (mut committed, end) = (store.committed(), Instant::now() + wait);
    loop {
        let now = service.0.clock.now();
        if let Err(error) = store.expire_due(domain, now).await {
            // What is over is left out below, marked or not; readers must not wait for a registry that takes no writes.
            tracing::debug!(
                error = &error as &dyn std::error::Error,
                domain,
                "agreements could not be marked as expired"
            );
        }
        committed.borrow_and_update();
        // The revision first: the agreements are then at least as new as it says.
        let revision = store.grant_revision(domain).await?;
        let over = Instant::now() >= end || service.0.stopping.is_cancelled();
        if over || held != Some(revision) {
            let agreements = store.grants(domain, now).await?;
            return Ok(Grants { revision, lease_s: LEASE_S, agreements });
        }
        tokio::select! {
            _ = committed.changed() => tokio::time::sleep(GATHER).await,
            () = tokio::time::sleep_until(end.min(Instant::now() + LOOK)) => {}
            () = service.0.stopping.cancelled() => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;
    use mesh_policy::{Clock, Sealer};

    use super::*;
    use crate::service::Settings;
    use crate::store::database::sqlite_url;

    #[tokio::test]
    async fn a_service_that_stops_keeps_nobody_waiting() {
        let folder = tempfile::TempDir::new().expect("a folder");
        let sealer = Sealer::new("bank", &Sealer::generate_key().expect("a key")).expect("a sealer");
        let settings = Settings {
            database_url: sqlite_url(&folder.path().join("g.db")),
            unsealer: sealer.unsealer(),
            sealer,
            clock: Clock::fixed(DateTime::UNIX_EPOCH),
            webhook_hosts: Vec::new(),
        };
        let service = Service::open(settings).await.expect("opens");
        let waiting = {
            let service = service.clone();
            tokio::spawn(async move { next(&service, "lending", Some(0), Duration::from_secs(3600)).await })
        };
        service.0.stopping.cancel();
        let told = tokio::time::timeout(Duration::from_secs(60), waiting).await.expect("an hour is not waited for");
        assert_eq!(told.expect("the task ends").expect("an answer").revision, 0);
    }
}
