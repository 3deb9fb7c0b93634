//! Reading a data product.

use axum::Json;
use axum::extract::{Path, State};
use mesh_api::{Problem, ProductDetail};

use super::refusals::Refusals;
use crate::extract::Caller;
use crate::failure::{self, Failure};
use crate::service::Service;

/// The data product of a domain, in the version that registered last.
#[utoipa::path(
    get,
    path = "/products/{domain}",
    tag = "products",
    params(("domain" = String, Path, description = "Domain", example = "lending")),
    responses(
        (status = 200, description = "The product", body = ProductDetail),
        (status = 404, description = "No product of the domain registered", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn read_product(
    State(service): State<Service>,
    _: Caller,
    Path(domain): Path<String>,
) -> Result<Json<ProductDetail>, Failure> {
    let found = service.0.store.product(&domain).await?;
    let missing =
        || Failure::new(failure::NOT_REGISTERED, format!("no product of the domain `{domain}` is registered"));
    found.map(Json).ok_or_else(missing)
}
