//! Counts and times every request, by the route that matched.

use std::time::Instant;

use axum::extract::{MatchedPath, Request, State};
use axum::http::Method;
use axum::middleware::Next;
use axum::response::Response;

use crate::metrics::Operation;
use crate::service::Service;

pub(crate) async fn measure(State(service): State<Service>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map_or("unmatched", MatchedPath::as_str).to_owned();
    let operation = Operation { method: label(request.method()), route };
    let start = Instant::now();
    let response = next.run(request).await;
    service.0.metrics.answered(operation, response.status().as_u16(), start.elapsed());
    response
}

/// The method as a label: a stranger can invent methods, and must not invent time series.
fn label(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::POST => "POST",
        Method::HEAD => "HEAD",
        Method::PUT => "PUT",
        Method::PATCH => "PATCH",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}
