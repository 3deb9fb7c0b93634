//! Registering a contract version.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use mesh_api::{Problem, Receipt, RegisterContract, Registration};
use mesh_contract::PortName;
use mesh_policy::SealError;
use semver::Version;

use super::refusals::{BodyRefusals, Refusals};
use crate::extract::{Body, Caller};
use crate::failure::{self, Failure};
use crate::gate::contract::{PortContract, description, judge};
use crate::gate::succession;
use crate::service::Service;
use crate::store::StoreError;
use crate::store::contracts::{NewVersion, Stored, StoredVersion};

/// Why a contract version was not registered.
#[derive(Debug)]
pub(crate) enum Error {
    /// The gate said no.
    Gate(Failure),
    /// The version is there with other content.
    Taken {
        port: PortName,
        version: Version,
        hash: String,
    },
    /// The port belongs to another contract.
    OtherContract {
        port: PortName,
        owner: String,
    },
    /// The port got other versions each time that this one was judged.
    Crowded(PortName),
    Store(StoreError),
    Seal(SealError),
}

/// Most times that a version is judged, when another version comes first each time.
const TRIES_MAX: u32 = 64;

impl Error {
    fn outcome(&self) -> &'static str {
        match self {
            Self::Gate(_) => "refused",
            Self::Taken { .. } | Self::OtherContract { .. } => "conflict",
            Self::Crowded(_) | Self::Store(_) | Self::Seal(_) => "failed",
        }
    }
}

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        match self {
            Self::Gate(failure) => failure.into_response(),
            Self::Taken { port, version, hash } => {
                let detail =
                    format!("`{port}` version `{version}` is registered with hash `{hash}`; raise the version");
                Failure::new(failure::VERSION_TAKEN, detail).into_response()
            }
            Self::OtherContract { port, owner } => {
                let detail =
                    format!("`{port}` belongs to the contract `{owner}`; keep its `id` from version to version");
                Failure::new(failure::OTHER_CONTRACT, detail).into_response()
            }
            Self::Crowded(port) => {
                let detail = format!("`{port}` gets one version after another; try again");
                Failure::new(failure::CROWDED, detail).into_response()
            }
            Self::Store(error) => Failure::from(error).into_response(),
            Self::Seal(error) => Failure::internal(&error).into_response(),
        }
    }
}

/// Registers a contract version.
///
/// A registered version never changes: the same content again gives the same registration, other content is refused.
/// Every fault of the document is reported at once. A version without restricted data comes into force at once; one with
/// restricted data, or one that opens what was restricted, waits as `proposed` for an officer. Once it is approved,
/// registering it again brings it into force.
#[utoipa::path(
    post,
    path = "/contracts",
    tag = "contracts",
    request_body = RegisterContract,
    responses(
        (status = 201, description = "Registered", body = Registration),
        (status = 200, description = "It was registered before", body = Registration),
        (status = 403, description = "The caller does not own the domain", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The version, or the port, is taken", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The document has faults", body = Problem, content_type = "application/problem+json"),
        BodyRefusals,
        Refusals,
    ),
)]
pub(crate) async fn register_contract(
    State(service): State<Service>,
    Caller(identity): Caller,
    Body(request): Body<RegisterContract>,
) -> Result<(StatusCode, Json<Registration>), Error> {
    let registered = match judge(&service, &identity.principal, request).await {
        Ok(accepted) => register(&service, &accepted, &identity.principal.name).await,
        Err(failure) => Err(Error::Gate(failure)),
    };
    let outcome = match &registered {
        Ok((StatusCode::CREATED, _)) => "new",
        Ok(_) => "known",
        Err(error) => error.outcome(),
    };
    service.0.metrics.registered("contract", outcome);
    registered
}

async fn register(
    service: &Service,
    accepted: &PortContract,
    registered_by: &str,
) -> Result<(StatusCode, Json<Registration>), Error> {
    let PortContract { port, contract, .. } = accepted;
    let (status, stored) = match store(service, accepted, registered_by).await? {
        Stored::New(stored) => (StatusCode::CREATED, stored),
        Stored::Known(stored) => (StatusCode::OK, stored),
        Stored::Taken { hash } => {
            return Err(Error::Taken { port: port.clone(), version: contract.version.clone(), hash });
        }
        Stored::OtherContract(owner) => return Err(Error::OtherContract { port: port.clone(), owner }),
        Stored::Moved => return Err(Error::Crowded(port.clone())),
    };
    if status == StatusCode::CREATED {
        tracing::info!(port = %port, version = %contract.version, hash = %contract.hash, "registered a contract version");
    }
    registration(service, port.clone(), stored).map(|registration| (status, Json(registration)))
}

/// Judges a version beside those before it and stores it, both again when another came between.
async fn store(service: &Service, accepted: &PortContract, registered_by: &str) -> Result<Stored, Error> {
    let PortContract { port, contract, document, .. } = accepted;
    let mut outcome = Stored::Moved;
    for _ in 0..TRIES_MAX {
        let judged = succession::judge(service, accepted).await.map_err(Error::Gate)?;
        let new = NewVersion {
            port,
            contract_id: &contract.id,
            version: &contract.version,
            hash: contract.hash.as_str(),
            description: description(contract),
            document,
            needs_review: judged.needs_review,
            predecessor: judged.predecessor.as_ref(),
            registered_by,
            registered_at: service.0.clock.now(),
        };
        outcome = service.0.store.store_contract(&new).await.map_err(Error::Store)?;
        if !matches!(outcome, Stored::Moved) {
            break;
        }
    }
    Ok(outcome)
}

/// The answer. The receipt is sealed anew each time: it says the same, and holds from now on.
fn registration(service: &Service, port: PortName, stored: StoredVersion) -> Result<Registration, Error> {
    let StoredVersion { contract_id, summary, accepted_at } = stored;
    let seal = |accepted_at| {
        let receipt = Receipt {
            contract: contract_id.clone(),
            port: port.clone(),
            version: summary.version.clone(),
            hash: summary.hash.clone(),
            accepted_at,
        };
        receipt.seal(&service.0.sealer, service.0.clock.now()).map_err(Error::Seal)
    };
    let receipt = accepted_at.filter(|_| summary.status.is_in_force()).map(seal).transpose()?;
    Ok(Registration {
        port,
        id: contract_id,
        version: summary.version,
        hash: summary.hash,
        status: summary.status,
        registered_at: summary.registered_at,
        registered_by: summary.registered_by,
        receipt,
    })
}
