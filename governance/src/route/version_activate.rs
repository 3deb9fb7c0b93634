//! Activating a contract version.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use mesh_api::{Decide, Transition, VersionSummary};

use super::refusals::{BodyRefusals, Refusals, StepRefusals};
use super::transition::{Asked, Error, transit};
use crate::extract::{Body, Caller};
use crate::service::Service;

/// Brings an approved contract version into force.
///
/// The version of its major that was active until then is deprecated, and may be served until it is retired.
#[utoipa::path(
    post,
    path = "/ports/{domain}/{port}/versions/{version}/activate",
    tag = "lifecycle",
    params(
        ("domain" = String, Path, description = "Domain", example = "lending"),
        ("port" = String, Path, description = "Port within the domain", example = "loans"),
        ("version" = String, Path, description = "Semantic version", example = "1.0.0"),
        ("if-match" = String, Header, description = "Entity tag under which the version was read"),
    ),
    request_body = Decide,
    responses(
        (status = 200, description = "The version as it is now", body = VersionSummary, headers(("etag" = String, description = "Hash and revision"))),
        StepRefusals,
        BodyRefusals,
        Refusals,
    ),
)]
pub(crate) async fn activate_version(
    State(service): State<Service>,
    Caller(identity): Caller,
    Path(path): Path<(String, String, String)>,
    headers: HeaderMap,
    Body(request): Body<Decide>,
) -> Result<Response, Error> {
    let asked = Asked {
        identity: &identity,
        path,
        headers: &headers,
        transition: Transition::Activate,
        reason: &request.reason,
        sunset: None,
    };
    transit(&service, asked).await
}
