//! The public keys that open receipts and bearer tokens.

use axum::Json;
use axum::extract::State;
use mesh_api::Keys;

use crate::service::Service;

/// The public keys that open receipts. They are no secret, so no token is asked for.
#[utoipa::path(
    get,
    path = "/keys",
    tag = "service",
    operation_id = "read_keys",
    security(()),
    responses((status = 200, description = "JSON Web Key Set", body = Keys)),
)]
pub(crate) async fn read_keys(State(service): State<Service>) -> Json<Keys> {
    Json(Keys::of(&service.0.sealer.unsealer()))
}

/// Whose bearer tokens the mesh takes, with their public keys: what a product that runs by itself opens tokens with.
#[utoipa::path(
    get,
    path = "/issuers",
    tag = "service",
    operation_id = "read_issuers",
    security(()),
    responses((status = 200, description = "One JSON Web Key Set for each issuer", body = Vec<Keys>)),
)]
pub(crate) async fn read_issuers(State(service): State<Service>) -> Json<Vec<Keys>> {
    Json(vec![Keys::of(&service.0.unsealer)])
}
