//! Reporting ports that nobody reads.

use axum::Json;
use axum::extract::State;
use chrono::TimeDelta;
use mesh_api::consumption::{READERS_DAYS_DEFAULT, READERS_DAYS_MAX};
use mesh_api::{Page, PageRequest, Problem, UnusedPort, UnusedPortsQuery};
use mesh_contract::PortVersion;
use mesh_lineage::port_version;

use super::lineage_read::within;
use super::refusals::Refusals;
use crate::cursor::Window;
use crate::extract::{Caller, Query};
use crate::failure::{self, Failure};
use crate::service::Service;
use crate::store::consumption::UnusedAfter;

/// Major versions of ports that were there before the window and that nobody read in it. For who governs; and of one domain,
/// for who owns it.
#[utoipa::path(
    get,
    path = "/reports/unused-ports",
    tag = "lineage",
    params(UnusedPortsQuery),
    responses(
        (status = 200, description = "One page", body = Page<UnusedPort>),
        (status = 403, description = "Not the caller's to know", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn report_unused_ports(
    State(service): State<Service>,
    Caller(identity): Caller,
    Query(query): Query<UnusedPortsQuery>,
) -> Result<Json<Page<UnusedPort>>, Failure> {
    let UnusedPortsQuery { domain, days, cursor, limit } = query;
    let principal = &identity.principal;
    if !principal.governs() && !domain.as_ref().is_some_and(|domain| principal.owns(domain)) {
        let detail = format!("`{}` does not govern: expected a `domain` that it owns", principal.name);
        return Err(Failure::new(failure::NOT_OWNER, detail));
    }
    let days = within("days", days, READERS_DAYS_DEFAULT, READERS_DAYS_MAX)?;
    let window = Window::read(&PageRequest { cursor, limit }, |text| {
        let PortVersion { name, major } = port_version(text)?;
        Some(UnusedAfter { port: name, major })
    })?;
    let since = service.0.clock.now() - TimeDelta::days(i64::from(days));
    let found = service.0.store.unused_ports(domain.as_deref(), since, window.after.as_ref(), window.fetch()).await?;
    Ok(Json(window.page(found, |last| PortVersion { name: last.port.clone(), major: last.major }.to_string())))
}
