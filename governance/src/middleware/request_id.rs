//! An identity for every request: in the log, in the answer's header, and in a problem's body.

use std::sync::atomic::{AtomicU64, Ordering};

use axum::extract::{Request, State};
use axum::http::{HeaderName, HeaderValue};
use axum::middleware::Next;
use axum::response::Response;
use chrono::{DateTime, Utc};

use crate::failure;
use crate::service::Service;

const HEADER: HeaderName = HeaderName::from_static("x-request-id");
const LENGTH_MAX: usize = 64;

/// Makes identities: the start of the service and a count.
pub(crate) struct RequestIds {
    started: i64,
    count: AtomicU64,
}

/// The identity of the request in hand.
#[derive(Clone)]
pub(crate) struct RequestId(pub(crate) String);

impl RequestIds {
    pub(crate) fn starting(now: DateTime<Utc>) -> Self {
        Self { started: now.timestamp_micros(), count: AtomicU64::new(0) }
    }

    fn next(&self) -> String {
        format!("{:x}-{:x}", self.started, self.count.fetch_add(1, Ordering::Relaxed))
    }
}

pub(crate) async fn assign(State(service): State<Service>, mut request: Request, next: Next) -> Response {
    let given = request.headers().get(HEADER).and_then(|value| value.to_str().ok()).filter(|id| is_plain(id));
    let id = given.map_or_else(|| service.0.request_ids.next(), str::to_owned);
    request.extensions_mut().insert(RequestId(id.clone()));
    let mut response = failure::write_body(next.run(request).await, &id);
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(HEADER, value);
    }
    response
}

/// Whether a caller's identity can go into a log as it is.
fn is_plain(id: &str) -> bool {
    !id.is_empty() && id.len() <= LENGTH_MAX && id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_plain_identities_are_taken_over() {
        assert!(is_plain("4bf92f35-77b3"));
        for bad in ["", "a b", "a\u{1b}[31m", &"a".repeat(65)] {
            assert!(!is_plain(bad), "{bad:?}");
        }
    }
}
