//! Asking for access.

use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use mesh_api::{AgreementDetail, Problem, RequestAccess, RuleAction};

use super::agreement_read::answer;
use super::refusals::{BodyRefusals, Refusals};
use crate::agreement::{terms, wish};
use crate::extract::{Body, Caller};
use crate::failure::{self, Failure};
use crate::rules::judge;
use crate::service::Service;
use crate::store::agreements::{NewAgreement, Requested, id};

/// The header under which a request may be repeated.
const KEY: &str = "idempotency-key";

/// Asks for access to a port, in the caller's own name.
///
/// The port's owner decides, and governance beside it when a column asked for is confidential or restricted, or is not
/// classified. What the contract approves in advance is granted at once.
#[utoipa::path(
    post,
    path = "/agreements",
    tag = "access",
    request_body = RequestAccess,
    params(("Idempotency-Key" = Option<String>, Header, description = "Any text: the same request under the same key is made once")),
    responses(
        (status = 201, description = "Asked for, or granted", body = AgreementDetail, headers(("ETag" = String, description = "For `If-Match`"))),
        (status = 200, description = "It was asked for before under the same key", body = AgreementDetail),
        (status = 403, description = "A bank-wide rule refuses", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No version of the port is in force", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The key is taken by another request, or too many wait", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Not a request that could be granted", body = Problem, content_type = "application/problem+json"),
        BodyRefusals,
        Refusals,
    ),
)]
pub(crate) async fn request_access(
    State(service): State<Service>,
    Caller(identity): Caller,
    headers: HeaderMap,
    Body(request): Body<RequestAccess>,
) -> Result<Response, Failure> {
    let (principal, at) = (&identity.principal.name, service.0.clock.now());
    let key = headers.get(KEY).map(|key| wish::key(key.as_bytes())).transpose()?;
    let request = wish::request(request, at)?;
    let terms = terms::read(&service, &request.port, request.major, request.columns.as_ref()).await?;
    let question = judge::of_access(
        RuleAction::Request,
        &identity.principal,
        (&request.port, &terms),
        (&request.purposes, principal),
        (at, request.until),
    );
    let warned = judge::ask(&service, &question).await?;
    let new =
        NewAgreement { principal, key, request: &request, terms: &terms, question: &question, warned: &warned, at };
    match service.0.store.store_request(&new).await? {
        Requested::New(number) => {
            tracing::info!(agreement = id(number), port = %request.port, "access was asked for");
            answer(&service, number, StatusCode::CREATED).await
        }
        Requested::Known(number) => answer(&service, number, StatusCode::OK).await,
        Requested::KeyTaken(number) => {
            let detail = format!("`{}` was asked for under the same key, and is another request", id(number));
            Err(Failure::new(failure::KEY_TAKEN, detail))
        }
        Requested::NotServed => {
            let detail = format!("no version {} of `{}` is in force", request.major, request.port);
            Err(Failure::new(failure::NOT_REGISTERED, detail))
        }
        Requested::TooMany => {
            let detail = format!("too many requests of `{principal}` wait for a decision; take some back first");
            Err(Failure::new(failure::TOO_MANY_WISHES, detail))
        }
    }
}
