//! Proposing a version of the bank's rules.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use mesh_api::{Problem, ProposeRules, RuleSetDetail};
use mesh_policy::Principal;

use super::refusals::{BodyRefusals, Refusals};
use super::rules_read;
use crate::extract::{Body, Caller};
use crate::failure::{self, Failure};
use crate::gate::reason::told;
use crate::rules::RuleSet;
use crate::service::Service;

/// Proposes a version of the bank's rules.
///
/// It is held to the schema and kept; it counts once it is moved to a stage. For governance.
#[utoipa::path(
    post,
    path = "/rules",
    tag = "rules",
    request_body = ProposeRules,
    responses(
        (status = 201, description = "Kept", body = RuleSetDetail),
        (status = 403, description = "The caller is not of governance", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Not rules", body = Problem, content_type = "application/problem+json"),
        BodyRefusals,
        Refusals,
    ),
)]
pub(crate) async fn propose_rules(
    State(service): State<Service>,
    Caller(identity): Caller,
    Body(request): Body<ProposeRules>,
) -> Result<(StatusCode, Json<RuleSetDetail>), Failure> {
    let principal = &identity.principal;
    governs(principal)?;
    let note = told("note", &request.note)?;
    parse(&request.rules).await?;
    let at = service.0.clock.now();
    let version = service.0.store.store_rules(&request.rules, note, &principal.name, at).await?;
    tracing::info!(version, "rules were proposed");
    Ok((StatusCode::CREATED, Json(rules_read::find(&service, version).await?)))
}

pub(super) fn governs(principal: &Principal) -> Result<(), Failure> {
    if principal.governs() {
        return Ok(());
    }
    Err(Failure::new(failure::NOT_GOVERNANCE, format!("`{}` is not of governance", principal.name)))
}

/// Reads rules, which takes a while: not on a thread that answers others.
pub(super) async fn parse(text: &str) -> Result<RuleSet, Failure> {
    // An escape can bring this into a text, and PostgreSQL cannot keep it.
    if text.contains('\0') {
        return Err(Failure::new(failure::RULES_FAULTY, "the rules hold the character NUL"));
    }
    let text = text.to_owned();
    let reading = tokio::task::spawn_blocking(move || RuleSet::parse(&text));
    let read = reading.await.map_err(|error| Failure::internal(&error))?;
    read.map_err(|fault| Failure::new(failure::RULES_FAULTY, fault.to_string()))
}
