//! Reading an agreement.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{StatusCode, header};
use axum::response::{IntoResponse, Response};
use mesh_api::{AgreementDetail, Problem};
use mesh_policy::Principal;

use super::refusals::Refusals;
use crate::agreement::decider;
use crate::extract::Caller;
use crate::failure::{self, Failure};
use crate::middleware::span::Clean;
use crate::service::Service;
use crate::store::agreements::{StoredAgreement, number};

/// One agreement, with all that happened to it.
///
/// Whom it grants access sees it, owners of the port's domain, and governance.
#[utoipa::path(
    get,
    path = "/agreements/{id}",
    tag = "access",
    params(("id" = String, Path, description = "Identity of the agreement", example = "agr-42")),
    responses(
        (status = 200, description = "The agreement", body = AgreementDetail, headers(("ETag" = String, description = "For `If-Match`"))),
        (status = 404, description = "None that the caller may see", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn read_agreement(
    State(service): State<Service>,
    Caller(identity): Caller,
    Path(id): Path<String>,
) -> Result<Response, Failure> {
    let found = find(&service, &identity.principal, &id).await?;
    answer(&service, found.number, StatusCode::OK).await
}

/// An agreement that the principal may see.
pub(super) async fn find(service: &Service, principal: &Principal, id: &str) -> Result<StoredAgreement, Failure> {
    let missing = || Failure::new(failure::NO_AGREEMENT, format!("there is no agreement `{}`", Clean(id)));
    let number = number(id).ok_or_else(missing)?;
    let found = service.0.store.agreement(number).await?;
    found.filter(|found| decider::may_see(principal, &found.summary)).ok_or_else(missing)
}

/// An agreement as it is now, with its tag.
pub(super) async fn answer(service: &Service, number: i64, status: StatusCode) -> Result<Response, Failure> {
    let detail: Option<AgreementDetail> = service.0.store.agreement_detail(number, service.0.clock.now()).await?;
    let detail = detail.ok_or_else(|| Failure::new(failure::INTERNAL, "the agreement vanished while it was read"))?;
    let headers = [(header::ETAG, detail.summary.tag()), (header::CACHE_CONTROL, "private, no-cache".to_owned())];
    Ok((status, headers, Json(detail)).into_response())
}
