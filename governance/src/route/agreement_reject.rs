//! Rejecting a request for access.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use mesh_api::{AgreementDetail, DecideAccess, Problem};

use super::agreement_step::{refused, seen, take};
use super::refusals::Refusals;
use crate::agreement::{decider, wish};
use crate::extract::{Body, Caller};
use crate::failure::Failure;
use crate::service::Service;
use crate::store::agreements::Step;

/// Rejects a request for access, or its renewal: what was granted before stays granted to its end.
#[utoipa::path(
    post,
    path = "/agreements/{id}/reject",
    tag = "access",
    request_body = DecideAccess,
    params(
        ("id" = String, Path, description = "Identity of the agreement", example = "agr-42"),
        ("If-Match" = String, Header, description = "Tag of the agreement as it was read"),
    ),
    responses(
        (status = 200, description = "Rejected", body = AgreementDetail, headers(("ETag" = String, description = "For `If-Match`"))),
        (status = 403, description = "Not for the caller to decide", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "None that the caller may see", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The agreement is past that step", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "It has changed since it was read", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The reason cannot be kept", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "`If-Match` is missing", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn reject_access(
    State(service): State<Service>,
    Caller(identity): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(decision): Body<DecideAccess>,
) -> Result<Response, Failure> {
    let (principal, at) = (&identity.principal, service.0.clock.now());
    let found = seen(&service, principal, &id, &headers).await?;
    let action = decider::rejects(principal, &found.summary).map_err(refused)?;
    wish::reason(&decision.reason)?;
    let step = Step {
        number: found.number,
        seen: found.summary.revision,
        action,
        actor: &principal.name,
        reason: &decision.reason,
        at,
        until: None,
        terms: None,
        asked: None,
    };
    take(&service, &step).await
}
