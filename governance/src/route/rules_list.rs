//! Listing versions of the bank's rules.

use axum::Json;
use axum::extract::State;
use mesh_api::{Page, PageRequest, RuleSetSummary};

use super::refusals::Refusals;
use crate::cursor::Window;
use crate::extract::{Caller, Query};
use crate::failure::Failure;
use crate::service::Service;

/// Lists versions of the bank's rules, newest first. Whoever is held to rules may read them.
#[utoipa::path(
    get,
    path = "/rules",
    tag = "rules",
    params(PageRequest),
    responses((status = 200, description = "One page", body = Page<RuleSetSummary>), Refusals),
)]
pub(crate) async fn list_rules(
    State(service): State<Service>,
    _: Caller,
    Query(request): Query<PageRequest>,
) -> Result<Json<Page<RuleSetSummary>>, Failure> {
    let window = Window::read(&request, |text| text.parse::<i64>().ok())?;
    let found = service.0.store.rule_sets(window.after, window.fetch()).await?;
    Ok(Json(window.page(found, |rules| rules.version.to_string())))
}
