//! Reporting the lineage graph as a list.

use axum::Json;
use axum::extract::State;
use mesh_api::{Page, PageRequest, Problem, ReportedEdge};

use super::audit_list::for_governance;
use super::refusals::Refusals;
use crate::cursor::Window;
use crate::extract::{Caller, Query};
use crate::failure::Failure;
use crate::lineage::readers::WINDOW;
use crate::service::Service;
use crate::store::reports::EdgeKey;

/// All edges of the lineage graph of now, declared, observed and consumed: between datasets by job, between columns by job,
/// and who read which columns in the last 90 days. For who governs.
#[utoipa::path(
    get,
    path = "/reports/lineage-edges",
    tag = "lineage",
    params(PageRequest),
    responses(
        (status = 200, description = "One page", body = Page<ReportedEdge>),
        (status = 403, description = "The caller is not of governance", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn report_lineage_edges(
    State(service): State<Service>,
    Caller(identity): Caller,
    Query(page): Query<PageRequest>,
) -> Result<Json<Page<ReportedEdge>>, Failure> {
    for_governance(&identity.principal)?;
    let window = Window::read(&page, key)?;
    let since = (service.0.clock.now() - WINDOW).date_naive();
    let found = service.0.store.lineage_edges(window.after.clone(), since, window.fetch()).await?;
    let Page { items, next } = window.page(found, |(key, _)| serde_json::to_string(key).unwrap_or_default());
    Ok(Json(Page { items: items.into_iter().map(|(_, edge)| edge).collect(), next }))
}

fn key(text: &str) -> Option<EdgeKey> {
    serde_json::from_str(text).ok().filter(EdgeKey::is_plain)
}
