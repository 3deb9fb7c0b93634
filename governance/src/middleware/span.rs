//! One span for each request, in the trace of its caller (W3C trace context), and one line in the log.

use std::fmt;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use opentelemetry_http::HeaderExtractor;
use tracing::{Instrument as _, Span, field};
use tracing_opentelemetry::OpenTelemetrySpanExt as _;

use crate::middleware::request_id::RequestId;

/// Longest text from outside that goes into a log field, in characters.
const FIELD_LENGTH_MAX: usize = 200;

/// A text from outside, made safe for a log: no line breaks, no terminal controls, not endless.
pub(crate) struct Clean<'a>(pub(crate) &'a str);

impl fmt::Display for Clean<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().take(FIELD_LENGTH_MAX).try_for_each(|c| match c {
            ' '..='~' => write!(f, "{c}"),
            c if c.is_alphanumeric() => write!(f, "{c}"),
            c => write!(f, "{}", c.escape_unicode()),
        })
    }
}

pub(crate) async fn enter(request: Request, next: Next) -> Response {
    let span = open(&request);
    async {
        let response = next.run(request).await;
        let status = response.status().as_u16();
        let span = Span::current();
        span.record("http.response.status_code", status);
        if status >= 500 {
            span.record("otel.status_code", "ERROR");
        }
        tracing::info!(status, "answered");
        response
    }
    .instrument(span)
    .await
}

fn open(request: &Request) -> Span {
    let method = request.method().as_str();
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str);
    let id = request.extensions().get::<RequestId>().map_or("", |RequestId(id)| id);
    let span = tracing::info_span!(
        "request",
        otel.name = %format_args!("{} {route}", Clean(method)),
        otel.kind = "server",
        otel.status_code = field::Empty,
        http.request.method = %Clean(method),
        http.route = route,
        http.response.status_code = field::Empty,
        url.path = %Clean(request.uri().path()),
        request_id = id,
        principal = field::Empty,
    );
    let parent = opentelemetry::global::get_text_map_propagator(|propagator| {
        propagator.extract(&HeaderExtractor(request.headers()))
    });
    // Without telemetry there is no trace to join.
    let _ = span.set_parent(parent);
    span
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_control_character_reaches_the_log() {
        assert_eq!(Clean("lénder\n\u{1b}[31mred\u{202e}").to_string(), "lénder\\u{a}\\u{1b}[31mred\\u{202e}");
        assert_eq!(Clean(&"x".repeat(1000)).to_string().len(), FIELD_LENGTH_MAX);
    }
}
