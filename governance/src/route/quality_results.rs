//! Listing what runs found of a port's rules.

use axum::Json;
use axum::extract::{Path, State};
use chrono::DateTime;
use mesh_api::{Page, PageRequest, Problem, QualityResult, ResultsRequest};

use super::port_read::name;
use super::quality_read::port_version;
use super::refusals::Refusals;
use crate::cursor::Window;
use crate::extract::{Caller, Query};
use crate::failure::{self, Failure};
use crate::quality::told::TEXT_CHARS_MAX;
use crate::service::Service;
use crate::store::quality::ResultKey;

/// Lists what runs found of a port's rules, newest first.
#[utoipa::path(
    get,
    path = "/ports/{domain}/{port}/quality/results",
    tag = "quality",
    params(
        ("domain" = String, Path, description = "Domain", example = "lending"),
        ("port" = String, Path, description = "Port within the domain", example = "loans"),
        ResultsRequest,
    ),
    responses(
        (status = 200, description = "One page", body = Page<QualityResult>),
        (status = 404, description = "No such port or major", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn list_results(
    State(service): State<Service>,
    _: Caller,
    Path((domain, port)): Path<(String, String)>,
    Query(request): Query<ResultsRequest>,
) -> Result<Json<Page<QualityResult>>, Failure> {
    let name = name(&domain, &port)?;
    let ResultsRequest { major, rule, cursor, limit } = request;
    let window = Window::read(&PageRequest { cursor, limit }, key)?;
    let version = port_version(&service, &name, major).await?;
    if rule.as_ref().is_some_and(|rule| rule.chars().count() > TEXT_CHARS_MAX || rule.contains('\0')) {
        let detail = format!("`rule` has at most {TEXT_CHARS_MAX} characters, and none of them is NUL");
        return Err(Failure::new(failure::BAD_QUERY, detail));
    }
    let found = service.0.store.results(&version, rule.as_deref(), window.after.as_ref(), window.fetch()).await?;
    Ok(Json(window.page(found, |last| format!("{} {} {}", last.at.timestamp_micros(), last.run, last.rule))))
}

fn key(text: &str) -> Option<ResultKey> {
    let (at, rest) = text.split_once(' ')?;
    let (run, rule) = rest.split_once(' ')?;
    let plain = !rest.contains('\0');
    plain.then_some((DateTime::from_timestamp_micros(at.parse().ok()?)?, run.to_owned(), rule.to_owned()))
}
