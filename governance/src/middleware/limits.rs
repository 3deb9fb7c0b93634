//! Limits on what one request, and all together, may take.

use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use tokio::sync::Semaphore;

use crate::failure::{self, Failure};
use crate::service::Service;

/// Most bytes of a request's body.
pub(crate) const BODY_BYTES_MAX: usize = 5 * 1024 * 1024;
/// Longest time for one request, reading its body included.
const DEADLINE: Duration = Duration::from_secs(30);
/// Most requests at once.
const REQUESTS_MAX: usize = 256;

/// Room for requests.
pub(crate) struct Slots(Semaphore);

impl Default for Slots {
    fn default() -> Self {
        Self(Semaphore::new(REQUESTS_MAX))
    }
}

pub(crate) async fn slots(State(service): State<Service>, request: Request, next: Next) -> Response {
    match service.0.slots.0.try_acquire() {
        Ok(_slot) => next.run(request).await,
        Err(_) => Failure::new(failure::OVERLOADED, "governance answers as many requests as it can").into_response(),
    }
}

pub(crate) async fn deadline(request: Request, next: Next) -> Response {
    tokio::time::timeout(DEADLINE, next.run(request)).await.unwrap_or_else(|_| {
        let detail = format!("the request was not answered within {} s", DEADLINE.as_secs());
        Failure::new(failure::TOO_SLOW, detail).into_response()
    })
}
