//! What the steps of an agreement's life have in common.

use axum::http::{HeaderMap, StatusCode};
use axum::response::Response;
use chrono::{DateTime, Utc};
use mesh_api::AgreementAction;
use mesh_policy::Principal;

use super::agreement_read::{answer, find};
use crate::agreement::decider::NotYours;
use crate::extract::Tags;
use crate::failure::{self, Failure};
use crate::service::Service;
use crate::store::agreements::{Step, Stepped, StoredAgreement, id};

/// An agreement that the principal may see, as it is now, and as the principal has seen it.
pub(super) async fn seen(
    service: &Service,
    principal: &Principal,
    name: &str,
    headers: &HeaderMap,
) -> Result<StoredAgreement, Failure> {
    let mut found = find(service, principal, name).await?;
    if let Some(ended) = found.overdue(service.0.clock.now()) {
        service.0.store.expire_agreement(&found, ended).await?;
        found = find(service, principal, name).await?;
    }
    if Tags::read(headers)?.admit(&found.summary.tag()) { Ok(found) } else { Err(changed(name)) }
}

/// A step that asks for no other time and can end in no grant.
pub(super) fn plain<'a>(
    found: &StoredAgreement,
    action: AgreementAction,
    (principal, at): (&'a Principal, DateTime<Utc>),
    reason: &'a str,
) -> Step<'a> {
    let (number, seen) = (found.number, found.summary.revision);
    Step { number, seen, action, actor: &principal.name, reason, at, until: None, terms: None, asked: None }
}

/// Takes a step and answers with what became of the agreement.
pub(super) async fn take(service: &Service, step: &Step<'_>) -> Result<Response, Failure> {
    let name = id(step.number);
    match service.0.store.step_agreement(step).await? {
        Stepped::Done => {
            tracing::info!(agreement = name, action = step.action.as_str(), "an agreement took a step");
            answer(service, step.number, StatusCode::OK).await
        }
        Stepped::Changed => Err(changed(&name)),
        Stepped::Illegal(status) => {
            let detail = format!("`{name}` is {}: there is no step `{}`", status.as_str(), step.action.as_str());
            Err(Failure::new(failure::NO_SUCH_STEP, detail))
        }
        Stepped::NotServed => Err(Failure::new(
            failure::NO_SUCH_STEP,
            format!("no version of the port that `{name}` is about is in force"),
        )),
        Stepped::TooMany => {
            Err(Failure::new(failure::NO_SUCH_STEP, format!("`{name}` was renewed too often; ask for access anew")))
        }
    }
}

pub(super) fn refused(not_yours: NotYours) -> Failure {
    Failure::new(failure::NOT_YOURS, not_yours.why())
}

fn changed(name: &str) -> Failure {
    Failure::new(failure::CHANGED, format!("`{name}` has changed since it was read; read it again"))
}
