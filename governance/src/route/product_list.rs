//! Listing data products.

use axum::Json;
use axum::extract::State;
use mesh_api::{Page, PageRequest, ProductSummary};
use mesh_contract::name::is_identifier;

use super::refusals::Refusals;
use crate::cursor::Window;
use crate::extract::{Caller, Query};
use crate::failure::Failure;
use crate::service::Service;

/// Lists data products by domain.
#[utoipa::path(
    get,
    path = "/products",
    tag = "products",
    params(PageRequest),
    responses((status = 200, description = "One page", body = Page<ProductSummary>), Refusals),
)]
pub(crate) async fn list_products(
    State(service): State<Service>,
    _: Caller,
    Query(request): Query<PageRequest>,
) -> Result<Json<Page<ProductSummary>>, Failure> {
    let window = Window::read(&request, |text| is_identifier(text).then(|| text.to_owned()))?;
    let found = service.0.store.products(window.after.as_deref(), window.fetch()).await?;
    Ok(Json(window.page(found, |product| product.domain.clone())))
}
