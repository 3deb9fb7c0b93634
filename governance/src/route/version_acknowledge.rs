//! Acknowledging that a major ends.

use axum::extract::{Path, State};
use axum::response::{IntoResponse, Response};
use mesh_api::{Problem, VersionSummary};

use super::refusals::Refusals;
use super::transition::{Subject, answer};
use crate::extract::Caller;
use crate::failure::{self, Failure};
use crate::service::Service;
use crate::store::StoreError;

/// Why nothing was acknowledged.
#[derive(Debug)]
pub(crate) enum Error {
    /// The path names no version.
    Path(Failure),
    /// The caller has no agreement on the version's major, or there is no such version.
    NoAgreement(String),
    Store(StoreError),
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::Path(failure) => failure.into_response(),
            Self::NoAgreement(subject) => {
                let detail = format!("there is no active agreement of the caller on the major of {subject}");
                Failure::new(failure::NOTHING_TO_ACKNOWLEDGE, detail).into_response()
            }
            Self::Store(error) => Failure::from(error).into_response(),
        }
    }
}

/// Acknowledges that the major of a contract version ends.
///
/// A consumer with an active agreement on it says that it needs it no longer than until its sunset, and holds its
/// retirement back no more. To do it twice is the same as once.
#[utoipa::path(
    post,
    path = "/ports/{domain}/{port}/versions/{version}/acknowledge",
    tag = "lifecycle",
    params(
        ("domain" = String, Path, description = "Domain", example = "lending"),
        ("port" = String, Path, description = "Port within the domain", example = "loans"),
        ("version" = String, Path, description = "Semantic version", example = "1.0.0"),
    ),
    responses(
        (status = 200, description = "The version", body = VersionSummary, headers(("etag" = String, description = "Hash and revision"))),
        (status = 403, description = "The caller has no agreement on its major", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such version", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn acknowledge_version(
    State(service): State<Service>,
    Caller(identity): Caller,
    Path(path): Path<(String, String, String)>,
) -> Result<Response, Error> {
    let subject = Subject::read(path).map_err(Error::Path)?;
    let (consumer, now) = (&identity.principal.name, service.0.clock.now());
    let done = service.0.store.acknowledge(&subject.port, &subject.version, consumer, now).await;
    match done.map_err(Error::Store)? {
        Some(stored) => Ok(answer(stored.summary)),
        None => Err(Error::NoAgreement(subject.to_string())),
    }
}
