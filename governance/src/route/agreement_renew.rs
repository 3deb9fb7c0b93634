//! Asking for a longer agreement.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use mesh_api::{AgreementDetail, RenewAccess, RuleAction};

use super::agreement_step::{plain, refused, seen, take};
use super::refusals::{BodyRefusals, Refusals, StepRefusals};
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
        StepRefusals,
        BodyRefusals,
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
    let renewal = wish::renewal(&renewal, found.summary.expires, at)?;
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
    let plain = plain(&found, action, (principal, at), &renewal.reason);
    let step = Step { until: Some(renewal.until), terms: Some(&terms), asked: Some((&question, &warned)), ..plain };
    take(&service, &step).await
}
