//! Approving a request for access.

use axum::extract::{Path, State};
use axum::http::HeaderMap;
use axum::response::Response;
use mesh_api::{AgreementDetail, DecideAccess, RuleAction};

use super::agreement_step::{plain, refused, seen, take};
use super::refusals::{BodyRefusals, Refusals, StepRefusals};
use crate::agreement::{decider, terms};
use crate::extract::{Body, Caller};
use crate::failure::Failure;
use crate::gate::reason::reason;
use crate::rules::judge;
use crate::service::Service;
use crate::store::agreements::Step;

/// Approves a request for access, or its renewal.
///
/// As owner of the port's domain or as governance, never on a request of one's own; where both are needed, two principals.
#[utoipa::path(
    post,
    path = "/agreements/{id}/approve",
    tag = "access",
    request_body = DecideAccess,
    params(
        ("id" = String, Path, description = "Identity of the agreement", example = "agr-42"),
        ("If-Match" = String, Header, description = "Tag of the agreement as it was read"),
    ),
    responses(
        (status = 200, description = "Approved; in force once all who are needed have", body = AgreementDetail, headers(("ETag" = String, description = "For `If-Match`"))),
        StepRefusals,
        BodyRefusals,
        Refusals,
    ),
)]
pub(crate) async fn approve_access(
    State(service): State<Service>,
    Caller(identity): Caller,
    Path(id): Path<String>,
    headers: HeaderMap,
    Body(decision): Body<DecideAccess>,
) -> Result<Response, Failure> {
    let (principal, at) = (&identity.principal, service.0.clock.now());
    let found = seen(&service, principal, &id, &headers).await?;
    let action = decider::approves(principal, &found.summary, &found.approvals).map_err(refused)?;
    let reason = reason(&decision.reason)?;
    // The columns, and whose decision it is, follow from what the contract says now.
    let summary = &found.summary;
    let terms = terms::read(&service, &summary.port, summary.major, found.wanted.as_ref()).await?;
    let question = judge::of_access(
        RuleAction::Approve,
        principal,
        (&summary.port, &terms),
        (&summary.purposes, &summary.principal),
        (at, summary.until),
    );
    let warned = judge::ask(&service, &question).await?;
    let plain = plain(&found, action, (principal, at), reason);
    let step = Step { terms: Some(&terms), asked: Some((&question, &warned)), ..plain };
    take(&service, &step).await
}
