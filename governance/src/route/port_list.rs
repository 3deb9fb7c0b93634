//! Listing ports.

use axum::Json;
use axum::extract::State;
use mesh_api::{Page, PageRequest, PortSummary};

use super::refusals::Refusals;
use crate::cursor::Window;
use crate::extract::{Caller, Query};
use crate::failure::Failure;
use crate::service::Service;

/// Lists ports by name.
#[utoipa::path(
    get,
    path = "/ports",
    tag = "ports",
    params(PageRequest),
    responses((status = 200, description = "One page", body = Page<PortSummary>), Refusals),
)]
pub(crate) async fn list_ports(
    State(service): State<Service>,
    _: Caller,
    Query(request): Query<PageRequest>,
) -> Result<Json<Page<PortSummary>>, Failure> {
    let window = Window::read(&request, |text| text.parse().ok())?;
    let found = service.0.store.ports(window.after.as_ref(), window.fetch()).await?;
    Ok(Json(window.page(found, |port| port.name.to_string())))
}
