//! Asking whether a contract could be registered.

use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use mesh_api::{Problem, RegisterContract, Validation};

use super::contract_register;
use super::refusals::{BodyRefusals, Refusals};
use crate::extract::{Body, Caller};
use crate::gate::contract::judge;
use crate::service::Service;
use crate::store::contracts::Stored;

/// Why a contract version could not be registered: as when registering it.
#[derive(Debug)]
pub(crate) struct Error(contract_register::Error);

impl IntoResponse for Error {
    fn into_response(self) -> Response {
        self.0.into_response()
    }
}

/// Says whether a contract version could be registered.
///
/// The same gate as registering; nothing is stored.
#[utoipa::path(
    post,
    path = "/contracts/validate",
    tag = "contracts",
    request_body = RegisterContract,
    responses(
        (status = 200, description = "It could be, or is", body = Validation),
        (status = 403, description = "The caller does not own the domain", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "The version, or the port, is taken", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The document has faults", body = Problem, content_type = "application/problem+json"),
        BodyRefusals,
        Refusals,
    ),
)]
pub(crate) async fn validate_contract(
    State(service): State<Service>,
    Caller(identity): Caller,
    Body(request): Body<RegisterContract>,
) -> Result<Json<Validation>, Error> {
    use contract_register::Error as Refused;

    let accepted =
        judge(&service, &identity.principal, request).await.map_err(|failure| Error(Refused::Gate(failure)))?;
    let (port, contract) = (accepted.port, accepted.contract);
    let hash = contract.hash.as_str();
    let found = service.0.store.look_up(&port, &contract.id, &contract.version, hash).await;
    let registered = match found.map_err(|error| Error(Refused::Store(error)))? {
        None => false,
        Some(Stored::New(_) | Stored::Known(_) | Stored::Moved) => true,
        Some(Stored::Taken { hash }) => {
            return Err(Error(Refused::Taken { port, version: contract.version, hash }));
        }
        Some(Stored::OtherContract(owner)) => return Err(Error(Refused::OtherContract { port, owner })),
    };
    Ok(Json(Validation {
        port,
        hash: hash.to_owned(),
        id: contract.id,
        version: contract.version,
        registered,
        warnings: accepted.warnings,
    }))
}
