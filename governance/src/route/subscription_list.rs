//! Listing subscriptions.

use axum::Json;
use axum::extract::State;
use mesh_api::{Page, PageRequest, Subscription};

use super::refusals::Refusals;
use crate::cursor::Window;
use crate::extract::{Caller, Query};
use crate::failure::Failure;
use crate::service::Service;
use crate::store::subscriptions::number;

/// Lists the caller's subscriptions, newest first; governance sees all.
#[utoipa::path(
    get,
    path = "/subscriptions",
    tag = "events",
    params(PageRequest),
    responses((status = 200, description = "One page", body = Page<Subscription>), Refusals),
)]
pub(crate) async fn list_subscriptions(
    State(service): State<Service>,
    Caller(identity): Caller,
    Query(request): Query<PageRequest>,
) -> Result<Json<Page<Subscription>>, Failure> {
    let window = Window::read(&request, number)?;
    let principal = (!identity.principal.governs()).then_some(identity.principal.name.as_str());
    let found = service.0.store.subscriptions(principal, window.after, window.fetch()).await?;
    Ok(Json(window.page(found, |subscription| subscription.id.clone())))
}
