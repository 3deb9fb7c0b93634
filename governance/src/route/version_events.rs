//! Listing what happened to a contract version.

use axum::Json;
use axum::extract::{Path, State};
use mesh_api::{Page, PageRequest, Problem, VersionEvent};

use super::refusals::Refusals;
use super::transition::Subject;
use crate::cursor::Window;
use crate::extract::{Caller, Query};
use crate::failure::{self, Failure};
use crate::service::Service;

/// Lists what happened to a contract version, oldest first.
///
/// Whom a deprecation concerns is told to those of its domain and to governance.
#[utoipa::path(
    get,
    path = "/ports/{domain}/{port}/versions/{version}/events",
    tag = "lifecycle",
    params(
        ("domain" = String, Path, description = "Domain", example = "lending"),
        ("port" = String, Path, description = "Port within the domain", example = "loans"),
        ("version" = String, Path, description = "Semantic version", example = "1.0.0"),
        PageRequest,
    ),
    responses(
        (status = 200, description = "One page", body = Page<VersionEvent>),
        (status = 404, description = "No such version", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn list_version_events(
    State(service): State<Service>,
    Caller(identity): Caller,
    Path(path): Path<(String, String, String)>,
    Query(request): Query<PageRequest>,
) -> Result<Json<Page<VersionEvent>>, Failure> {
    let subject = Subject::read(path)?;
    let window = Window::read(&request, |text| text.parse::<i64>().ok())?;
    let (port, version) = (&subject.port, &subject.version);
    if service.0.store.version(port, version).await?.is_none() {
        return Err(Failure::new(failure::NOT_REGISTERED, format!("{subject} is not registered")));
    }
    let after = window.after.unwrap_or_default();
    let mut found = service.0.store.version_events(port, version, after, window.fetch()).await?;
    if !identity.principal.owns(port.domain()) && !identity.principal.governs() {
        found.iter_mut().for_each(|event| event.concerns.clear());
    }
    Ok(Json(window.page(found, |event| event.number.to_string())))
}
