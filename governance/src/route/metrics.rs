//! What the service counts.

use axum::extract::State;
use axum::http::header;
use axum::response::IntoResponse;

use crate::failure::Failure;
use crate::service::Service;

const MEDIA_TYPE: &str = "application/openmetrics-text; version=1.0.0; charset=utf-8";

/// Counters and latencies, for Prometheus.
#[utoipa::path(
    get,
    path = "/metrics",
    tag = "service",
    security(()),
    responses((status = 200, description = "OpenMetrics text", body = str, content_type = "application/openmetrics-text")),
)]
pub(crate) async fn metrics(State(service): State<Service>) -> Result<impl IntoResponse, Failure> {
    let text = service.0.metrics.encode().map_err(|error| Failure::internal(&error))?;
    Ok(([(header::CONTENT_TYPE, MEDIA_TYPE)], text))
}
