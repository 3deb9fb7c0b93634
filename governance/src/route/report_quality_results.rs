//! Reporting what runs found of the rules of all ports.

use axum::Json;
use axum::extract::State;
use mesh_api::{Page, PageRequest, Problem, ReportedResult, ReportedResultsQuery};

use super::audit_list::for_governance;
use super::refusals::Refusals;
use crate::cursor::Window;
use crate::extract::{Caller, Query};
use crate::failure::Failure;
use crate::service::Service;
use crate::store::reports::HeardKey;

/// What runs found of the rules of all ports, in the order in which governance heard of the runs, so that a reader who comes
/// again reads only what is new. For who governs.
#[utoipa::path(
    get,
    path = "/reports/quality-results",
    tag = "quality",
    params(ReportedResultsQuery),
    responses(
        (status = 200, description = "One page", body = Page<ReportedResult>),
        (status = 403, description = "The caller is not of governance", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn report_quality_results(
    State(service): State<Service>,
    Caller(identity): Caller,
    Query(query): Query<ReportedResultsQuery>,
) -> Result<Json<Page<ReportedResult>>, Failure> {
    for_governance(&identity.principal)?;
    let ReportedResultsQuery { after, cursor, limit } = query;
    let window = Window::read(&PageRequest { cursor, limit }, key)?;
    let heard = after.map_or(-1, |after| i64::try_from(after).unwrap_or(i64::MAX));
    let place = window.after.clone().unwrap_or_else(|| HeardKey::behind(heard));
    let found = service.0.store.heard_results(&place, window.fetch()).await?;
    Ok(Json(window.page(found, |last| serde_json::to_string(&HeardKey::of(last)).unwrap_or_default())))
}

fn key(text: &str) -> Option<HeardKey> {
    let key: HeardKey = serde_json::from_str(text).ok()?;
    let HeardKey(_, domain, port, _, run, rule) = &key;
    let is_plain = [domain, port, run, rule].iter().all(|text| !text.contains('\0'));
    is_plain.then_some(key)
}
