//! The stream of events.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderMap, HeaderValue};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::response::{IntoResponse, Response};
use futures::Stream;
use mesh_api::{EventFilter, EventsRequest, Problem};
use mesh_policy::Identity;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};

use super::refusals::Refusals;
use crate::events::{held, may_see, passes, told};
use crate::extract::{Caller, Query};
use crate::failure::{self, Failure};
use crate::service::Service;
use crate::store::StoreError;
use crate::store::events::StoredEvent;

/// Most streams at once.
const STREAMS_MAX: usize = 128;
/// Events that are read at a time.
const EVENTS_MAX: i64 = 200;
/// Longest time in which another process's event goes unseen.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// A comment is sent this often when nothing happens, so that both ends know the other is there.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
/// The header with which a client comes back.
const LAST: &str = "last-event-id";

/// Room for streams.
pub(crate) struct Streams(Arc<Semaphore>);

impl Default for Streams {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(STREAMS_MAX)))
    }
}

/// Streams what happens, as server-sent events.
///
/// Each has the event's number as `id`, its sort as `event`, and the event as `data`. A client that comes back with
/// `Last-Event-ID` misses nothing and gets nothing twice; without it, the stream begins now. It ends with the caller's token.
/// Events are kept for 30 days, and the newest thousand longer.
#[utoipa::path(
    get,
    path = "/events",
    tag = "events",
    params(
        EventsRequest,
        ("Last-Event-ID" = Option<u64>, Header, description = "Number of the last event that was seen; 0 for all that are kept"),
    ),
    responses(
        (status = 200, description = "Events, without end", body = String, content_type = "text/event-stream"),
        (status = 410, description = "What came after the last event that was seen is no longer kept", body = Problem, content_type = "application/problem+json"),
        (status = 503, description = "There are as many streams as there may be", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn stream_events(
    State(service): State<Service>,
    Caller(identity): Caller,
    Query(request): Query<EventsRequest>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let filter = held(request.into())?;
    let last = match headers.get(LAST) {
        Some(last) => kept(&service, number(last)?).await?,
        None => service.0.store.last_event().await?,
    };
    let room = service.0.streams.0.clone().try_acquire_owned();
    let full =
        |_| Failure::new(failure::TOO_MANY_STREAMS, "governance keeps as many streams as it can; try again later");
    let following = Following { room: room.map_err(full)?, service, identity, filter, last, ahead: VecDeque::new() };
    Ok(Sse::new(following.stream()).keep_alive(KeepAlive::new().interval(KEEP_ALIVE)).into_response())
}

/// The number of the last event that a client saw, when all that came after it is still there.
async fn kept(service: &Service, last: i64) -> Result<i64, Failure> {
    match service.0.store.first_event().await? {
        Some(first) if last > 0 && last.saturating_add(1) < first => {
            let detail =
                format!("events are kept from number {first} on; read anew what you follow, and ask from 0 on");
            Err(Failure::new(failure::EVENTS_GONE, detail))
        }
        _ => Ok(last),
    }
}

fn number(last: &HeaderValue) -> Result<i64, Failure> {
    let number = last.to_str().ok().and_then(|text| text.parse().ok()).filter(|number| *number >= 0);
    number.ok_or_else(|| Failure::new(failure::BAD_QUERY, "`Last-Event-ID` is not the number of an event"))
}

/// A stream under way.
struct Following {
    service: Service,
    identity: Identity,
    filter: EventFilter,
    /// Number of the last event that was looked at.
    last: i64,
    /// Events that were read and not sent yet.
    ahead: VecDeque<StoredEvent>,
    #[expect(dead_code, reason = "holds a place among the streams")]
    room: OwnedSemaphorePermit,
}

impl Following {
    fn stream(self) -> impl Stream<Item = Result<Event, axum::Error>> {
        futures::stream::unfold(self, |mut following| async move {
            let event = following.next().await?;
            Some((event, following))
        })
    }

    /// The next event to send; `None` at the end: the client comes back, or does not.
    async fn next(&mut self) -> Option<Result<Event, axum::Error>> {
        let mut committed = self.service.0.store.committed();
        loop {
            let parts = &self.service.0;
            if parts.stopping.is_cancelled() || parts.clock.now() >= self.identity.expires {
                return None;
            }
            if let Some(stored) = self.ahead.pop_front() {
                let event = told(&self.identity.principal, stored.event);
                return Some(
                    Event::default().id(event.sequence.to_string()).event(event.kind.as_str()).json_data(event),
                );
            }
            if self
                .read()
                .await
                .inspect_err(|error| tracing::warn!(error = error as &dyn std::error::Error, "a stream ends"))
                .ok()?
            {
                continue;
            }
            tokio::select! {
                () = self.service.0.stopping.cancelled() => {}
                // The sender lives as long as the service, which this stream holds.
                _ = tokio::time::timeout(LOOK_EVERY, committed.changed()) => {}
            }
        }
    }

    /// Reads on, and keeps what this stream carries. `false` when there was nothing to read.
    async fn read(&mut self) -> Result<bool, StoreError> {
        let events = self.service.0.store.events(self.last, EVENTS_MAX).await?;
        let Some(last) = events.last() else { return Ok(false) };
        self.last = i64::try_from(last.event.sequence).unwrap_or(i64::MAX);
        let carried = |stored: &StoredEvent| may_see(&self.identity.principal, stored) && passes(&self.filter, stored);
        let ahead = events.into_iter().filter(carried).collect();
        self.ahead = ahead;
        Ok(true)
    }
}
