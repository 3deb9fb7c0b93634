//! Deleting a subscription.

use axum::extract::{Path, State};
use axum::http::StatusCode;
use mesh_api::Problem;

use super::refusals::Refusals;
use super::subscription_read::own;
use crate::extract::Caller;
use crate::failure::Failure;
use crate::service::Service;

/// Deletes a subscription: the caller's own, or for governance any. A message that is on its way may still arrive.
#[utoipa::path(
    delete,
    path = "/subscriptions/{id}",
    tag = "events",
    params(("id" = String, Path, description = "Its identity", example = "sub-7")),
    responses(
        (status = 204, description = "Deleted"),
        (status = 404, description = "The caller has no such subscription", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn delete_subscription(
    State(service): State<Service>,
    Caller(identity): Caller,
    Path(id): Path<String>,
) -> Result<StatusCode, Failure> {
    let (number, _) = own(&service, &identity.principal, &id).await?;
    service.0.store.delete_subscription(number, &identity.principal.name, service.0.clock.now()).await?;
    Ok(StatusCode::NO_CONTENT)
}
