//! Reading a registered contract version.

use axum::Json;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mesh_api::{Problem, VersionDetail};
use semver::Version;

use super::port_read::name;
use super::refusals::Refusals;
use crate::extract::Caller;
use crate::failure::{self, Failure};
use crate::service::Service;

/// One registered contract version, with its document as written.
///
/// The entity tag is the contract's hash and the registration's revision: the content never changes, the status may.
#[utoipa::path(
    get,
    path = "/ports/{domain}/{port}/versions/{version}",
    tag = "ports",
    params(
        ("domain" = String, Path, description = "Domain", example = "lending"),
        ("port" = String, Path, description = "Port within the domain", example = "loans"),
        ("version" = String, Path, description = "Semantic version", example = "1.0.0"),
        ("if-none-match" = Option<String>, Header, description = "Entity tag of an earlier answer"),
    ),
    responses(
        (status = 200, description = "The version", body = VersionDetail, headers(("etag" = String, description = "Hash and revision"))),
        (status = 304, description = "Nothing changed"),
        (status = 404, description = "No such version", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn read_version(
    State(service): State<Service>,
    _: Caller,
    Path((domain, port, version)): Path<(String, String, String)>,
    headers: HeaderMap,
) -> Result<Response, Failure> {
    let port = name(&domain, &port)?;
    let missing = || Failure::new(failure::NOT_REGISTERED, format!("`{port}` has no registered version `{version}`"));
    let wanted = Version::parse(&version).map_err(|_| missing())?;
    let (stored, document) = service.0.store.version(&port, &wanted).await?.ok_or_else(missing)?;
    let tag = stored.summary.etag();
    if is_known(&headers, &tag) {
        return Ok((StatusCode::NOT_MODIFIED, [(header::ETAG, tag)]).into_response());
    }
    let detail = VersionDetail { port, id: stored.contract_id, summary: stored.summary, document };
    Ok(([(header::ETAG, tag), (header::CACHE_CONTROL, "private, no-cache".to_owned())], Json(detail)).into_response())
}

/// Whether the caller holds the version under this tag already.
fn is_known(headers: &HeaderMap, tag: &str) -> bool {
    let given = headers.get_all(header::IF_NONE_MATCH).iter().filter_map(|value| value.to_str().ok());
    given.flat_map(|value| value.split(',')).any(|value| value.trim().trim_start_matches("W/") == tag)
}
