//! Delivering: one message for each event, in order, again until it is taken.

use std::sync::Arc;
use std::time::Duration;

use chrono::{DateTime, TimeDelta, Utc};
use futures::StreamExt as _;
use mesh_api::Event;
use mesh_policy::{Clock, Principal, SealError, Sealer};
use reqwest::{Client, StatusCode, redirect};
use tokio_util::sync::CancellationToken;

use super::{Addresses, secret};
use crate::events::{may_see, passes, told};
use crate::store::subscriptions::{Due, Progress};
use crate::store::{Store, StoreError};

/// Subscriptions that are served at a time.
const TOGETHER_MAX: usize = 16;
/// Events that are looked through at a time.
const EVENTS_MAX: i64 = 200;
/// Longest wait for a receiver's answer. Its body is not read.
const TIMEOUT: Duration = Duration::from_secs(10);
/// How long a delivery belongs to the process that took it up.
const CLAIM: TimeDelta = TimeDelta::seconds(60);
/// Longest time in which another process's event goes unseen.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Pauses between attempts, in seconds, as Standard Webhooks advises; after the last one a subscription ends.
const PAUSES_S: [i64; 9] = [5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400];

/// Sends events to those who subscribed.
pub(crate) struct Deliverer {
    store: Arc<Store>,
    sealer: Sealer,
    clock: Clock,
    addresses: Addresses,
    http: Client,
}

/// Why nothing could be delivered.
#[derive(Debug, thiserror::Error)]
enum DeliverError {
    #[error("the registry cannot be read or written")]
    Store(#[from] StoreError),
    #[error("no secret can be made")]
    Seal(#[from] SealError),
    #[error("the event cannot be written")]
    Write(#[from] serde_json::Error),
}

impl Deliverer {
    /// # Errors
    /// When the platform's TLS cannot be set up.
    pub(crate) fn new(store: Arc<Store>, sealer: Sealer, clock: Clock, addresses: Addresses) -> reqwest::Result<Self> {
        let http = Client::builder()
            .dns_resolver(addresses.clone())
            // A redirect, or a proxy of the environment, would lead around the addresses.
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(TIMEOUT)
            .user_agent(concat!("fince-governance/", env!("CARGO_PKG_VERSION")))
            .build()?;
        Ok(Self { store, sealer, clock, addresses, http })
    }

    /// Delivers until told to stop.
    pub(crate) async fn run(self, stopping: CancellationToken) {
        stopping.run_until_cancelled(self.deliver()).await;
    }

    async fn deliver(&self) {
        let mut committed = self.store.committed();
        loop {
            let is_busy = self.round().await.unwrap_or_else(|error| {
                tracing::warn!(error = &error as &dyn std::error::Error, "webhooks wait");
                false
            });
            if !is_busy {
                // The sender lives as long as the store, which this task holds.
                let _ = tokio::time::timeout(LOOK_EVERY, committed.changed()).await;
            }
        }
    }

    /// Gives each subscription that waits its next event. `false` when none waits.
    async fn round(&self) -> Result<bool, DeliverError> {
        let due = self.store.due_subscriptions(self.clock.now(), TOGETHER_MAX).await?;
        let is_busy = !due.is_empty();
        let served: Vec<_> =
            futures::stream::iter(due).map(|due| self.serve(due)).buffer_unordered(TOGETHER_MAX).collect().await;
        served.into_iter().collect::<Result<(), _>>()?;
        Ok(is_busy)
    }

    async fn serve(&self, due: Due) -> Result<(), DeliverError> {
        let now = self.clock.now();
        // Another process may have taken it up meanwhile.
        if !self.store.claim_subscription(&due, now + CLAIM).await? {
            return Ok(());
        }
        let progress = self.advance(&due, now).await?;
        self.store.advance_subscription(due.number, &progress).await?;
        Ok(())
    }

    async fn advance(&self, due: &Due, now: DateTime<Utc>) -> Result<Progress, DeliverError> {
        let stay = Progress { delivered: due.delivered, attempts: 0, next_attempt: now, ended: None };
        if due.expires_at <= now {
            return Ok(Progress { ended: Some("it expired"), ..stay });
        }
        let events = self.store.events(due.delivered, EVENTS_MAX).await?;
        let principal = Principal { name: due.principal.clone(), roles: due.roles.clone() };
        let filter = due.request.filter();
        let sequence = |event: &Event| i64::try_from(event.sequence).unwrap_or(i64::MAX);
        let last = events.last().map_or(due.delivered, |stored| sequence(&stored.event));
        let wanted = events.into_iter().find(|stored| may_see(&principal, stored) && passes(&filter, stored));
        let Some(wanted) = wanted else {
            return Ok(Progress { delivered: last, ..stay });
        };
        let wanted = told(&principal, wanted.event);
        match self.send(due, &wanted, now).await? {
            Some(status) if status.is_success() => Ok(Progress { delivered: sequence(&wanted), ..stay }),
            Some(StatusCode::GONE) => Ok(Progress { ended: Some("the receiver is gone"), ..stay }),
            _ => {
                let pause = usize::try_from(due.attempts).ok().and_then(|attempts| PAUSES_S.get(attempts));
                let attempts = due.attempts.saturating_add(1);
                Ok(match pause {
                    Some(pause) => Progress { attempts, next_attempt: now + TimeDelta::seconds(*pause), ..stay },
                    None => Progress { attempts, ended: Some("the receiver took nothing for days"), ..stay },
                })
            }
        }
    }

    /// Sends one event; `None` when nobody answered. What a receiver says but for its status stays unread: it is no channel
    /// out of its network.
    async fn send(&self, due: &Due, event: &Event, now: DateTime<Utc>) -> Result<Option<StatusCode>, DeliverError> {
        // The settings may trust less than when it was made.
        if let Err(error) = self.addresses.check(&due.request.url) {
            tracing::warn!(
                subscription = due.number,
                error = &error as &dyn std::error::Error,
                "a webhook was not called"
            );
            return Ok(None);
        }
        let body = serde_json::to_string(event)?;
        let (id, timestamp) = (format!("evt-{}", event.sequence), now.timestamp());
        let signature = secret(&self.sealer, due.number, due.created_at)?.signature(&id, timestamp, &body);
        let request = self
            .http
            .post(due.request.url.clone())
            .header("content-type", "application/json")
            .header("webhook-id", id)
            .header("webhook-timestamp", timestamp)
            .header("webhook-signature", signature)
            .body(body);
        match request.send().await {
            Ok(answer) => Ok(Some(answer.status())),
            Err(error) => {
                // Addresses may hold tokens of the receiver.
                let error = error.without_url();
                tracing::info!(
                    subscription = due.number,
                    error = &error as &dyn std::error::Error,
                    "a webhook did not answer"
                );
                Ok(None)
            }
        }
    }
}
