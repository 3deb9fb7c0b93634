//! Revoking an agreement.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use mesh_api::{AgreementDetail, DecideAccess};

use super::agreement_step::{plain, refused, seen, take};
use super::refusals::{BodyRefusals, Refusals, StepRefusals};
use crate::agreement::decider;
use crate::extract::{Body, Caller};
use crate::failure::Failure;
use crate::gate::reason::reason;
use crate::service::Service;

/// Ends an agreement before its time, or takes back a request of one's own.
#[utoipa::path(
    post,
    path = "/agreements/{id}/revoke",
    tag = "access",
    request_body = DecideAccess,
    params(
        ("id" = String, Path, description = "Identity of the agreement", example = "agr-42"),
        ("If-Match" = String, Header, description = "Tag of the agreement as it was read"),
    ),
    responses(
        (status = 200, description = "Revoked", body = AgreementDetail, headers(("ETag" = String, description = "For `If-Match`"))),
        StepRefusals,
        BodyRefusals,
        Refusals,
    ),
)]
pub(crate) async fn revoke_access(
    State(service): State<Service>,
    Caller(identity): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(decision): Body<DecideAccess>,
) -> Result<Response, Failure> {
    let (principal, at) = (&identity.principal, service.0.clock.now());
    let found = seen(&service, principal, &id, &headers).await?;
    let action = decider::revokes(principal, &found.summary).map_err(refused)?;
    let reason = reason(&decision.reason)?;
    take(&service, &plain(&found, action, (principal, at), reason)).await
}
