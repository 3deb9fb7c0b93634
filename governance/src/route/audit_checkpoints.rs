//! Listing the checkpoints of the audit trail.

use axum::Json;
use axum::extract::State;
use mesh_api::{Page, PageRequest, Problem, SealedCheckpoint};

use super::audit_list::for_governance;
use super::refusals::Refusals;
use crate::cursor::Window;
use crate::extract::{Caller, Query};
use crate::failure::Failure;
use crate::service::Service;

/// Lists the checkpoints that governance keeps, oldest first.
#[utoipa::path(
    get,
    path = "/audit/checkpoints",
    tag = "audit",
    params(PageRequest),
    responses(
        (status = 200, description = "One page", body = Page<SealedCheckpoint>),
        (status = 403, description = "The caller is not of governance", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn list_checkpoints(
    State(service): State<Service>,
    Caller(identity): Caller,
    Query(request): Query<PageRequest>,
) -> Result<Json<Page<SealedCheckpoint>>, Failure> {
    for_governance(&identity.principal)?;
    let window = Window::read(&request, |text| text.parse::<i64>().ok())?;
    let found = service.0.store.checkpoints(window.after.unwrap_or(-1), window.fetch()).await?;
    let Page { items, next } = window.page(found, |(sequence, _)| sequence.to_string());
    Ok(Json(Page { items: items.into_iter().map(|(_, sealed)| sealed).collect(), next }))
}
