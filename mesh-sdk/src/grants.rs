//! The access agreements over a product's ports, as governance tells them.

use std::time::Duration;

use chrono::TimeDelta;
use mesh_api::{Grants, GrantsQuery};
use mesh_policy::Agreements;
use tokio_util::sync::CancellationToken;

use crate::error::ProductError;
use crate::node::Node;

/// How long governance may hold a question back until there is something new.
const WAIT_SECONDS: u64 = 20;

/// Longest that an answer is relied on, whatever it says.
const LEASE_SECONDS_MAX: u64 = 3600;

/// First and longest wait until governance is asked again after it did not answer; well within a lease.
const RETRY: (Duration, Duration) = (Duration::from_millis(250), Duration::from_secs(5));

impl Node {
    /// Asks governance for the agreements as they are, and decides by them from now on.
    ///
    /// # Errors
    /// [`ProductError::Grants`] when governance does not answer or refuses; what was known before holds for as long as it
    /// was good for.
    pub async fn fetch_grants(&self) -> Result<(), ProductError> {
        self.next_grants(None).await.map(drop)
    }

    /// Follows the agreements until `shutdown`. While governance is away, those known are relied on until their lease ends,
    /// and then nobody is let in by an agreement.
    pub async fn keep_grants(&self, shutdown: CancellationToken) {
        let (mut revision, mut wait) = (None, RETRY.0);
        loop {
            let Some(answer) = shutdown.run_until_cancelled(self.next_grants(revision)).await else { return };
            match answer {
                Ok(known) => (revision, wait) = (Some(known), RETRY.0),
                Err(error) => {
                    tracing::debug!(domain = self.product().domain(), %error, ?wait, "agreements are not known anew");
                    // Governance may have been set up anew meanwhile: its numbers then mean something else.
                    revision = None;
                    if shutdown.run_until_cancelled(tokio::time::sleep(wait)).await.is_none() {
                        return;
                    }
                    wait = RETRY.1.min(wait * 2);
                }
            }
        }
    }

    /// The agreements of a revision other than `known`, or of the same when nothing changed for so long.
    async fn next_grants(&self, known: Option<u64>) -> Result<u64, ProductError> {
        // The lease counts from the question, which is before whatever moment the answer tells of.
        let asked = self.settings.clock.now();
        let query = GrantsQuery {
            domain: self.product().domain().to_owned(),
            revision: known,
            wait: known.is_some().then_some(WAIT_SECONDS),
        };
        let Grants { revision, lease_s, agreements } =
            self.settings.governance.grants(&query).await.map_err(ProductError::Grants)?;
        let lease = TimeDelta::seconds(i64::try_from(lease_s.min(LEASE_SECONDS_MAX)).unwrap_or_default());
        self.reader.set_agreements(Agreements::new(agreements), Some(asked + lease));
        Ok(revision)
    }
}
