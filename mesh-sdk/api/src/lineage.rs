//! Sends OpenLineage events to whoever wants them: governance, and any other OpenLineage endpoint.
//!
//! Lineage is best effort. Handing over an event never waits: a queue that is full loses the event and counts it. Each
//! endpoint has a queue of its own, so one that hangs holds up no other.

mod delivery;
mod endpoint;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use mesh_lineage::event::RunEvent;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use self::delivery::{Delivery, Tally};
use crate::client::ClientError;

pub use endpoint::Endpoint;

const CONNECT_TIMEOUT: Duration = Duration::from_secs(5);
const TOTAL_TIMEOUT: Duration = Duration::from_secs(15);

/// How hard is tried.
#[derive(Clone, Copy, Debug)]
pub struct EmitterSettings {
    /// Events that may wait for one endpoint (default 1,024).
    pub waiting_max: usize,
    /// Times that one event is offered to one endpoint (default 5).
    pub attempts_max: u32,
    /// Pause before the second attempt; each further pause is twice the one before (default 500 ms).
    pub pause: Duration,
    /// How long one attempt may take (default 15 s).
    pub timeout: Duration,
}

/// What became of the events of one endpoint.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Emitted {
    /// Taken by the endpoint.
    pub delivered: u64,
    /// Refused, given up, or not waited for.
    pub lost: u64,
}

/// Hands events to the endpoints. Dropping it lets what waits be delivered, as long as the process lives.
#[derive(Debug)]
pub struct Emitter {
    lines: Vec<Line>,
}

/// One endpoint's queue.
#[derive(Debug)]
struct Line {
    name: String,
    queue: mpsc::Sender<Arc<[u8]>>,
    was_full: AtomicBool,
    tally: Arc<Tally>,
    worker: JoinHandle<()>,
}

impl Emitter {
    /// Begins to deliver to `endpoints`. Needs a Tokio runtime.
    ///
    /// # Errors
    /// [`ClientError::Setup`] when the platform's TLS cannot be set up.
    pub fn start(endpoints: Vec<Endpoint>, settings: EmitterSettings) -> Result<Self, ClientError> {
        let http = reqwest::Client::builder()
            .connect_timeout(CONNECT_TIMEOUT.min(settings.timeout))
            .timeout(settings.timeout)
            .redirect(reqwest::redirect::Policy::none())
            .user_agent(concat!("fince/", env!("CARGO_PKG_VERSION")))
            .build()
            .map_err(ClientError::Setup)?;
        let line = |endpoint: Endpoint| {
            let (queue, waiting) = mpsc::channel(settings.waiting_max.max(1));
            let (name, tally) = (endpoint.name(), Arc::new(Tally::default()));
            let delivery = Delivery::new(http.clone(), endpoint, settings, Arc::clone(&tally));
            Line { name, queue, was_full: AtomicBool::new(false), tally, worker: tokio::spawn(delivery.run(waiting)) }
        };
        Ok(Self { lines: endpoints.into_iter().map(line).collect() })
    }

    /// Hands `event` over to every endpoint, without waiting.
    pub fn emit(&self, event: &RunEvent) {
        if self.lines.is_empty() {
            return;
        }
        let body: Arc<[u8]> = match serde_json::to_vec(event) {
            Ok(body) => body.into(),
            Err(error) => return tracing::warn!(%error, "a lineage event could not be written"),
        };
        for line in &self.lines {
            line.tally.emitted.fetch_add(1, Ordering::Relaxed);
            let is_full = line.queue.try_send(Arc::clone(&body)).is_err();
            // One line for the first, and the sum when it is closed.
            if is_full && !line.was_full.swap(true, Ordering::Relaxed) {
                tracing::warn!(endpoint = line.name, "lineage events come faster than they are taken");
            }
        }
    }

    /// Waits until everything is delivered or given up, for `patience` at most, and tells for each endpoint in turn what
    /// became of its events.
    pub async fn close(self, patience: Duration) -> Vec<Emitted> {
        let (mut told, deadline) = (Vec::with_capacity(self.lines.len()), tokio::time::Instant::now() + patience);
        for Line { name, queue, tally, mut worker, .. } in self.lines {
            drop(queue);
            if tokio::time::timeout_at(deadline, &mut worker).await.is_err() {
                worker.abort();
            }
            let emitted = tally.in_the_end();
            if emitted.lost > 0 {
                tracing::debug!(endpoint = name, delivered = emitted.delivered, lost = emitted.lost, "lineage events");
            }
            told.push(emitted);
        }
        told
    }
}

impl Default for EmitterSettings {
    fn default() -> Self {
        Self { waiting_max: 1024, attempts_max: 5, pause: Duration::from_millis(500), timeout: TOTAL_TIMEOUT }
    }
}
