//! Whether requests can be served.

use std::time::Duration;

use axum::extract::State;
use mesh_api::Problem;

use crate::failure::{self, Failure};
use crate::service::Service;

/// Longest wait for the database: whoever asks wants to know now.
const PATIENCE: Duration = Duration::from_secs(2);

/// Whether the service and its database are ready.
#[utoipa::path(
    get,
    path = "/readyz",
    tag = "service",
    security(()),
    responses(
        (status = 200, description = "Ready", body = str, content_type = "text/plain"),
        (status = 503, description = "Not ready", body = Problem, content_type = "application/problem+json"),
    ),
)]
pub(crate) async fn readyz(State(service): State<Service>) -> Result<&'static str, Failure> {
    match tokio::time::timeout(PATIENCE, service.0.store.ping()).await {
        Ok(Ok(())) => Ok("ready\n"),
        Ok(Err(error)) => {
            tracing::warn!(error = &error as &dyn std::error::Error, "not ready");
            Err(Failure::new(failure::DATABASE, "the database does not answer"))
        }
        Err(_) => Err(Failure::new(failure::DATABASE, format!("the database took over {} s", PATIENCE.as_secs()))),
    }
}
