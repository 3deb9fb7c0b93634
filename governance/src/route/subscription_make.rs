//! Subscribing a webhook.

use axum::Json;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chrono::{SubsecRound as _, TimeDelta};
use mesh_api::{NewSubscription, Problem, Subscribe};

use super::refusals::{BodyRefusals, Refusals};
use crate::agreement::wish;
use crate::events::held;
use crate::extract::{Body, Caller};
use crate::failure::{self, Failure};
use crate::service::Service;
use crate::store::subscriptions::{self, Subscribed, id};
use crate::webhook::secret;

/// The header under which a request may be repeated.
const KEY: &str = "idempotency-key";
/// How long a subscription lasts: what its maker may see is looked at again by making it anew.
const LIFETIME: TimeDelta = TimeDelta::days(90);

/// Subscribes a webhook to what happens from now on.
///
/// Each event is sent as one `POST` in the Standard Webhooks form (headers `webhook-id`, `webhook-timestamp` and
/// `webhook-signature`), in order, again until it is taken with a status of the 200s, for some days; so one may come twice, with the
/// same `webhook-id`. Redirects are not followed. The subscription sees what its maker could see, for 90 days.
#[utoipa::path(
    post,
    path = "/subscriptions",
    tag = "events",
    request_body = Subscribe,
    params(("Idempotency-Key" = Option<String>, Header, description = "Any text: the same request under the same key is made once")),
    responses(
        (status = 201, description = "Made", body = NewSubscription, headers(("Location" = String, description = "Where it is read"))),
        (status = 200, description = "It was made before under the same key", body = NewSubscription),
        (status = 409, description = "The key is taken by another request, or there are too many", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Not an address that may be called", body = Problem, content_type = "application/problem+json"),
        BodyRefusals,
        Refusals,
    ),
)]
pub(crate) async fn make_subscription(
    State(service): State<Service>,
    Caller(identity): Caller,
    headers: HeaderMap,
    Body(request): Body<Subscribe>,
) -> Result<Response, Failure> {
    let key = headers.get(KEY).map(|key| wish::key(key.as_bytes())).transpose()?;
    held(request.filter())?;
    let refused = |error: crate::webhook::AddressError| Failure::new(failure::BAD_WEBHOOK, error.to_string());
    service.0.addresses.check(&request.url).map_err(refused)?;
    // The database keeps microseconds.
    let at = service.0.clock.now().trunc_subsecs(6);
    let principal = &identity.principal;
    let new = subscriptions::NewSubscription {
        principal: &principal.name,
        roles: &principal.roles,
        key,
        request: &request,
        at,
        expires_at: at + LIFETIME,
    };
    match service.0.store.store_subscription(&new).await? {
        Subscribed::New(number) => answer(&service, number, StatusCode::CREATED).await,
        Subscribed::Known(number) => answer(&service, number, StatusCode::OK).await,
        Subscribed::KeyTaken(number) => {
            let detail = format!("`{}` was made under the same key, and is another subscription", id(number));
            Err(Failure::new(failure::KEY_TAKEN, detail))
        }
        Subscribed::TooMany => {
            let detail = format!("`{}` has as many subscriptions as it may; delete some first", principal.name);
            Err(Failure::new(failure::TOO_MANY_SUBSCRIPTIONS, detail))
        }
    }
}

async fn answer(service: &Service, number: i64, status: StatusCode) -> Result<Response, Failure> {
    let stored = service.0.store.subscription(number).await?;
    let subscription =
        stored.ok_or_else(|| Failure::new(failure::NO_SUBSCRIPTION, "it was deleted while it was made"))?;
    let secret = secret(&service.0.sealer, number, subscription.created_at);
    let secret = secret.map_err(|error| Failure::internal(&error))?.told();
    let location = [(header::LOCATION, format!("/api/v1/subscriptions/{}", subscription.id))];
    Ok((status, location, Json(NewSubscription { subscription, secret })).into_response())
}
