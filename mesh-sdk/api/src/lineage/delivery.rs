//! One endpoint's events, one after the other.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use reqwest::StatusCode;
use reqwest::header::CONTENT_TYPE;
use tokio::sync::mpsc;

use super::endpoint::Endpoint;
use super::{Emitted, EmitterSettings};

/// What became of an endpoint's events, counted from both ends of its queue.
#[derive(Debug, Default)]
pub(super) struct Tally {
    pub(super) emitted: AtomicU64,
    pub(super) delivered: AtomicU64,
}

impl Tally {
    /// What is emitted and not delivered counts as lost: nothing is on its way any more.
    pub(super) fn in_the_end(&self) -> Emitted {
        let (emitted, delivered) = (self.emitted.load(Ordering::Relaxed), self.delivered.load(Ordering::Relaxed));
        Emitted { delivered, lost: emitted.saturating_sub(delivered) }
    }
}

/// How an attempt ended.
enum Attempt {
    Taken,
    /// The same event may be taken later.
    Later(String),
    Refused(StatusCode),
}

pub(super) struct Delivery {
    http: reqwest::Client,
    endpoint: Endpoint,
    name: String,
    settings: EmitterSettings,
    tally: Arc<Tally>,
    /// Whether it has been said that this endpoint does not take events; said once, until it takes one again.
    complained: bool,
}

impl Delivery {
    pub(super) fn new(http: reqwest::Client, endpoint: Endpoint, settings: EmitterSettings, tally: Arc<Tally>) -> Self {
        Self { http, name: endpoint.name(), endpoint, settings, tally, complained: false }
    }

    pub(super) async fn run(mut self, mut waiting: mpsc::Receiver<Arc<[u8]>>) {
        while let Some(event) = waiting.recv().await {
            self.deliver(&event).await;
        }
    }

    async fn deliver(&mut self, event: &Arc<[u8]>) {
        let (mut pause, attempts_max) = (self.settings.pause, self.settings.attempts_max.max(1));
        for attempt in 1..=attempts_max {
            match self.offer(event).await {
                Attempt::Taken => {
                    self.complained = false;
                    self.tally.delivered.fetch_add(1, Ordering::Relaxed);
                    return;
                }
                Attempt::Refused(status) => return self.refused(status),
                Attempt::Later(reason) if attempt == attempts_max => return self.given_up(&reason),
                Attempt::Later(_) => {
                    tokio::time::sleep(pause).await;
                    pause = pause.saturating_mul(2);
                }
            }
        }
    }

    async fn offer(&self, event: &Arc<[u8]>) -> Attempt {
        let url = self.endpoint.url.clone();
        let mut request = self.http.post(url).header(CONTENT_TYPE, "application/json").body(event.to_vec());
        if let Some(token) = &self.endpoint.token {
            request = request.bearer_auth(token);
        }
        match request.send().await.map(|response| response.status()) {
            Ok(status) if status.is_success() => Attempt::Taken,
            Ok(status) if is_passing(status) => Attempt::Later(status.to_string()),
            Ok(status) => Attempt::Refused(status),
            // The address may hold a secret.
            Err(error) => Attempt::Later(error.without_url().to_string()),
        }
    }

    fn refused(&mut self, status: StatusCode) {
        if std::mem::replace(&mut self.complained, true) {
            return;
        }
        if self.endpoint.may_be_missing && status == StatusCode::NOT_FOUND {
            tracing::debug!(endpoint = self.name, "lineage is not taken there");
        } else {
            tracing::warn!(endpoint = self.name, %status, "lineage events are refused");
        }
    }

    fn given_up(&mut self, reason: &str) {
        if !std::mem::replace(&mut self.complained, true) {
            tracing::warn!(endpoint = self.name, reason, "lineage events cannot be delivered");
        }
    }
}

fn is_passing(status: StatusCode) -> bool {
    status.is_server_error() && status != StatusCode::NOT_IMPLEMENTED
        || matches!(status, StatusCode::REQUEST_TIMEOUT | StatusCode::TOO_MANY_REQUESTS)
}
