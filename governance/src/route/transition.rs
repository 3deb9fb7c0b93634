//! What the operations that move a version through its life have in common.

use axum::Json;
use axum::http::{HeaderMap, header};
use axum::response::{IntoResponse, Response};
use chrono::{DateTime, TimeDelta, Utc};
use mesh_api::{Transition, VersionSummary};
use mesh_contract::PortName;
use mesh_policy::Identity;
use semver::Version;

use super::port_read::name;
use crate::extract::Tags;
use crate::failure::{self, Failure};
use crate::gate::reason::reason as held;
use crate::lifecycle::{Asker, Refusal};
use crate::service::Service;
use crate::store::StoreError;
use crate::store::contracts::{NewTransition, Transited};

/// How far away a sunset may be.
const SUNSET_MAX: TimeDelta = TimeDelta::days(10 * 365);

/// Why a version was not moved.
#[derive(Debug)]
pub(crate) enum Error {
    /// The request says no reason, or no sunset, or not what it is about.
    Request(Failure),
    /// The version is not as the caller read it.
    Changed {
        subject: String,
        etag: String,
    },
    Refused {
        subject: String,
        transition: Transition,
        refusal: Refusal,
    },
    Store(StoreError),
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::Request(failure) => failure.into_response(),
            Self::Changed { subject, etag } => {
                let detail = format!("{subject} is of entity tag `{etag}` by now; read it again");
                Failure::new(failure::CHANGED, detail).into_response()
            }
            Self::Refused { subject, transition, refusal } => refused(&subject, transition, &refusal).into_response(),
            Self::Store(error) => Failure::from(error).into_response(),
        }
    }
}

fn refused(subject: &str, transition: Transition, refusal: &Refusal) -> Failure {
    let word = transition.as_str();
    match refusal {
        Refusal::Unknown => Failure::new(failure::NOT_REGISTERED, format!("{subject} is not registered")),
        Refusal::NotEntitled => {
            let who = match transition {
                Transition::Approve => "somebody of governance",
                _ => "an owner of its domain or somebody of governance",
            };
            Failure::new(failure::NOT_ENTITLED, format!("to {word} {subject} takes {who}"))
        }
        Refusal::OwnWork => {
            let detail = format!("to {word} {subject} takes somebody who neither proposed it nor owns its domain");
            Failure::new(failure::OWN_WORK, detail)
        }
        Refusal::Illegal(status) => {
            let detail = format!("{subject} is {}: there is no way to {word} it", status.as_str());
            Failure::new(failure::NO_TRANSITION, detail)
        }
        Refusal::Overtaken(newer) => {
            let detail = format!("`{newer}` of the same major was in force before {subject}; register a later version");
            Failure::new(failure::OVERTAKEN, detail)
        }
        Refusal::StillUsed(consumers) => {
            let detail = format!(
                "with {subject} its major ends, and {consumers} of its consumers have neither moved on nor acknowledged that"
            );
            Failure::new(failure::STILL_USED, detail)
        }
    }
}

/// A version that a path names.
pub(super) struct Subject {
    pub(super) port: PortName,
    pub(super) version: Version,
}

impl Subject {
    /// Reads the path's segments.
    pub(super) fn read((domain, port, version): (String, String, String)) -> Result<Self, Failure> {
        let port = name(&domain, &port)?;
        let version = Version::parse(&version).map_err(|_| {
            Failure::new(failure::NOT_REGISTERED, format!("`{port}` has no registered version `{version}`"))
        })?;
        Ok(Self { port, version })
    }
}

impl std::fmt::Display for Subject {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "`{}` version `{}`", self.port, self.version)
    }
}

/// A request to move a version.
pub(super) struct Asked<'a> {
    pub(super) identity: &'a Identity,
    pub(super) path: (String, String, String),
    pub(super) headers: &'a HeaderMap,
    pub(super) transition: Transition,
    pub(super) reason: &'a str,
    pub(super) sunset: Option<DateTime<Utc>>,
}

/// Moves a version and answers with what it is then.
pub(super) async fn transit(service: &Service, asked: Asked<'_>) -> Result<Response, Error> {
    let Asked { identity, path, headers, transition, reason, sunset } = asked;
    let now = service.0.clock.now();
    let subject = Subject::read(path).map_err(Error::Request)?;
    let tags = Tags::read(headers).map_err(Error::Request)?;
    let reason = held(reason).map_err(Error::Request)?;
    check_sunset(sunset, now).map_err(Error::Request)?;
    let principal = &identity.principal;
    let asker =
        Asker { name: &principal.name, owns: principal.is_owner(subject.port.domain()), governs: principal.governs() };
    let (port, version) = (&subject.port, &subject.version);
    let new = NewTransition { port, version, transition, asker, reason, sunset, at: now };
    let done = service.0.store.transit(&new, |stored| tags.admit(&stored.summary.etag())).await;
    let subject = subject.to_string();
    match done.map_err(Error::Store)? {
        Transited::Done(stored) => {
            tracing::info!(subject, transition = transition.as_str(), "moved a contract version");
            Ok(answer(stored.summary))
        }
        Transited::Changed(stored) => Err(Error::Changed { subject, etag: stored.summary.etag() }),
        Transited::Refused(refusal) => Err(Error::Refused { subject, transition, refusal }),
    }
}

pub(super) fn answer(summary: VersionSummary) -> Response {
    ([(header::ETAG, summary.etag())], Json(summary)).into_response()
}

fn check_sunset(sunset: Option<DateTime<Utc>>, now: DateTime<Utc>) -> Result<(), Failure> {
    match sunset {
        Some(sunset) if sunset <= now || sunset > now + SUNSET_MAX => {
            Err(Failure::new(failure::BAD_SUNSET, "`sunset` is later than now and within ten years"))
        }
        _ => Ok(()),
    }
}
