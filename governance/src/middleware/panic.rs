//! A panic ends one request, not the connection of others on it, and is told as a problem.

use std::panic::AssertUnwindSafe;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use futures::FutureExt as _;

use crate::failure::{self, Failure};

pub(crate) async fn contain(request: Request, next: Next) -> Response {
    AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(|_| {
        tracing::error!("a handler panicked");
        Failure::new(failure::INTERNAL, "the request could not be answered; the log says why").into_response()
    })
}
