//! Who reads a port.

use axum::Json;
use axum::extract::{Path, State};
use chrono::TimeDelta;
use mesh_api::consumption::{READERS_DAYS_DEFAULT, READERS_DAYS_MAX};
use mesh_api::{Page, PageRequest, PortReader, Problem, ReadersQuery};

use super::lineage_read::within;
use super::port_read::{missing, name};
use super::refusals::Refusals;
use crate::cursor::Window;
use crate::extract::{Caller, Query};
use crate::failure::{self, Failure};
use crate::service::Service;

/// Who reads a port, by major version and principal. For the port's domain and for who governs.
#[utoipa::path(
    get,
    path = "/ports/{domain}/{port}/readers",
    tag = "ports",
    params(
        ("domain" = String, Path, description = "Domain", example = "lending"),
        ("port" = String, Path, description = "Port within the domain", example = "loans"),
        ReadersQuery,
    ),
    responses(
        (status = 200, description = "One page", body = Page<PortReader>),
        (status = 403, description = "Not the caller's to know", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such port", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn list_readers(
    State(service): State<Service>,
    Caller(identity): Caller,
    Path((domain, port)): Path<(String, String)>,
    Query(query): Query<ReadersQuery>,
) -> Result<Json<Page<PortReader>>, Failure> {
    let (name, principal) = (name(&domain, &port)?, &identity.principal);
    if !principal.governs() && !principal.owns(&domain) {
        let detail = format!("`{}` does not own the domain `{domain}`", principal.name);
        return Err(Failure::new(failure::NOT_OWNER, detail));
    }
    let ReadersQuery { major, days, cursor, limit } = query;
    // The database has no greater number.
    if major.is_some_and(|major| i64::try_from(major).is_err()) {
        return Err(Failure::new(failure::BAD_QUERY, "`major` is above what a version can be"));
    }
    let days = within("days", days, READERS_DAYS_DEFAULT, READERS_DAYS_MAX)?;
    let window = Window::read(&PageRequest { cursor, limit }, key)?;
    service.0.store.port(&name).await?.ok_or_else(|| missing(&name))?;
    let since = (service.0.clock.now() - TimeDelta::days(i64::from(days))).date_naive();
    let mut readers = service.0.store.readers(&name, major, since).await?;
    if let Some((major, principal)) = &window.after {
        readers.retain(|reader| (reader.major, &reader.principal) > (*major, principal));
    }
    Ok(Json(window.page(readers, |last| format!("{} {}", last.major, last.principal))))
}

fn key(text: &str) -> Option<(u64, String)> {
    let (major, principal) = text.split_once(' ')?;
    Some((major.parse().ok()?, principal.to_owned()))
}
