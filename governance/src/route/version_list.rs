//! Listing the registered contract versions of a port.

use axum::Json;
use axum::extract::{Path, State};
use mesh_api::{Page, PageRequest, Problem, VersionSummary};
use semver::Version;

use super::port_read::{missing, name};
use super::refusals::Refusals;
use crate::cursor::Window;
use crate::extract::{Caller, Query};
use crate::failure::Failure;
use crate::service::Service;

/// Lists the registered contract versions of a port, newest first.
#[utoipa::path(
    get,
    path = "/ports/{domain}/{port}/versions",
    tag = "ports",
    params(
        ("domain" = String, Path, description = "Domain", example = "lending"),
        ("port" = String, Path, description = "Port within the domain", example = "loans"),
        PageRequest,
    ),
    responses(
        (status = 200, description = "One page", body = Page<VersionSummary>),
        (status = 404, description = "No such port", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn list_versions(
    State(service): State<Service>,
    _: Caller,
    Path((domain, port)): Path<(String, String)>,
    Query(request): Query<PageRequest>,
) -> Result<Json<Page<VersionSummary>>, Failure> {
    let name = name(&domain, &port)?;
    let window = Window::read(&request, |text| Version::parse(text).ok())?;
    let mut versions = service.0.store.versions(&name).await?;
    if versions.is_empty() {
        return Err(missing(&name));
    }
    if let Some(after) = &window.after {
        versions.retain(|entry| entry.version < *after);
    }
    Ok(Json(window.page(versions, |entry| entry.version.to_string())))
}
