//! Asking for a longer agreement.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use mesh_api::{AgreementDetail, Problem, RenewAccess, RuleAction};

use super::agreement_step::{refused, seen, take};
use super::refusals::Refusals;
use crate::agreement::{decider, terms, wish};
use crate::extract::{Body, Caller};
use crate::failure::Failure;
use crate::rules::judge;
use crate::service::Service;
use crate::store::agreements::Step;

/// Asks for a longer agreement, which stays in force as it is until that is decided.
///
/// Whom it grants access asks. It is decided as a new request is.
#[utoipa::path(
    post,
    path = "/agreements/{id}/renew",
    tag = "access",
    request_body = RenewAccess,
    params(
        ("id" = String, Path, description = "Identity of the agreement", example = "agr-42"),
        ("If-Match" = String, Header, description = "Tag of the agreement as it was read"),
    ),
    responses(
        (status = 200, description = "Asked for, or granted", body = AgreementDetail, headers(("ETag" = String, description = "For `If-Match`"))),
        (status = 403, description = "Not for the caller to decide, or a bank-wide rule refuses", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "None that the caller may see", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The agreement is past that step", body = Problem, content_type = "application/problem+json"),
        (status = 412, description = "It has changed since it was read", body = Problem, content_type = "application/problem+json"),
        (status = 413, description = "Too large", body = Problem, content_type = "application/problem+json"),
        (status = 415, description = "Not JSON", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Not a time that could be granted", body = Problem, content_type = "application/problem+json"),
        (status = 428, description = "`If-Match` is missing", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn renew_access(
    State(service): State<Service>,
    Caller(identity): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(renewal): Body<RenewAccess>,
) -> Result<Response, Failure> {
    let (principal, at) = (&identity.principal, service.0.clock.now());
    let found = seen(&service, principal, &id, &headers).await?;
    let action = decider::renews(principal, &found.summary).map_err(refused)?;
    let renewal = wish::renewal(renewal, found.summary.expires, at)?;
    // The columns, and whose decision it is, follow from what the contract says now.
    let summary = &found.summary;
    let terms = terms::read(&service, &summary.port, summary.major, found.wanted.as_ref()).await?;
    let question = judge::of_access(
        RuleAction::Request,
        principal,
        (&summary.port, &terms),
        (&summary.purposes, &summary.principal),
        (at, renewal.until),
    );
    let warned = judge::ask(&service, &question).await?;
    let step = Step {
        number: found.number,
        seen: found.summary.revision,
        action,
        actor: &principal.name,
        reason: &renewal.reason,
        at,
        until: Some(renewal.until),
        terms: Some(&terms),
        asked: Some((&question, &warned)),
    };
    take(&service, &step).await
}
