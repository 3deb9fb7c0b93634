//! Reading a subscription.

use axum::Json;
use axum::extract::{Path, State};
use mesh_api::{Problem, Subscription};
use mesh_policy::Principal;

use super::refusals::Refusals;
use crate::extract::Caller;
use crate::failure::{self, Failure};
use crate::middleware::span::Clean;
use crate::service::Service;
use crate::store::subscriptions::number;

/// One subscription: the caller's own, or for governance any.
#[utoipa::path(
    get,
    path = "/subscriptions/{id}",
    tag = "events",
    params(("id" = String, Path, description = "Its identity", example = "sub-7")),
    responses(
        (status = 200, description = "The subscription", body = Subscription),
        (status = 404, description = "The caller has no such subscription", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn read_subscription(
    State(service): State<Service>,
    Caller(identity): Caller,
    Path(id): Path<String>,
) -> Result<Json<Subscription>, Failure> {
    own(&service, &identity.principal, &id).await.map(|(_, subscription)| Json(subscription))
}

/// A subscription that the principal may see, with its number. Those of others are not there.
pub(super) async fn own(service: &Service, principal: &Principal, id: &str) -> Result<(i64, Subscription), Failure> {
    let missing = || Failure::new(failure::NO_SUBSCRIPTION, format!("there is no subscription `{}`", Clean(id)));
    let number = number(id).ok_or_else(missing)?;
    let found = service.0.store.subscription(number).await?;
    let own = found.filter(|found| found.principal == principal.name || principal.governs());
    own.map(|own| (number, own)).ok_or_else(missing)
}
