//! Listing the audit trail.

use axum::Json;
use axum::extract::State;
use mesh_api::{AuditQuery, AuditRecord, Page, PageRequest, Problem};
use mesh_policy::Principal;

use super::refusals::Refusals;
use crate::cursor::Window;
use crate::extract::{Caller, Query};
use crate::failure::{self, Failure};
use crate::service::Service;
use crate::store::audit::Filter;

/// Lists the records of the audit trail, oldest first.
///
/// Without filters it is the whole chain, which whoever reads it can verify.
#[utoipa::path(
    get,
    path = "/audit",
    tag = "audit",
    params(AuditQuery),
    responses(
        (status = 200, description = "One page", body = Page<AuditRecord>),
        (status = 403, description = "The caller is not of governance", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn list_audit(
    State(service): State<Service>,
    Caller(identity): Caller,
    Query(query): Query<AuditQuery>,
) -> Result<Json<Page<AuditRecord>>, Failure> {
    for_governance(&identity.principal)?;
    let AuditQuery { actor, action, subject, since, until, after, cursor, limit } = query;
    let window = Window::read(&PageRequest { cursor, limit }, |text| text.parse::<i64>().ok())?;
    let [actor, action, subject] = [actor, action, subject].map(Option::unwrap_or_default);
    if [&actor, &action, &subject].iter().any(|text| text.contains('\0')) {
        return Err(Failure::new(failure::BAD_QUERY, "a parameter holds the character NUL"));
    }
    let filter = Filter { actor, action, subject, since, until };
    let after = after.map(|after| i64::try_from(after).unwrap_or(i64::MAX));
    let after = window.after.max(after).unwrap_or_default();
    let found = service.0.store.audit(&filter, after, window.fetch()).await?;
    Ok(Json(window.page(found, |record| record.sequence.to_string())))
}

/// Who decided what about whom is for those who answer for it.
pub(super) fn for_governance(principal: &Principal) -> Result<(), Failure> {
    if principal.governs() {
        return Ok(());
    }
    Err(Failure::new(failure::FOR_GOVERNANCE, format!("`{}` is not of governance", principal.name)))
}
