//! Reading a port.

use axum::Json;
use axum::extract::{Path, State};
use mesh_api::{PortDetail, Problem};
use mesh_contract::PortName;

use super::refusals::Refusals;
use crate::extract::Caller;
use crate::failure::{self, Failure};
use crate::service::Service;

/// One port: its newest contract version, its majors, and where it is served.
#[utoipa::path(
    get,
    path = "/ports/{domain}/{port}",
    tag = "ports",
    params(
        ("domain" = String, Path, description = "Domain", example = "lending"),
        ("port" = String, Path, description = "Port within the domain", example = "loans"),
    ),
    responses(
        (status = 200, description = "The port", body = PortDetail),
        (status = 404, description = "No such port", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn read_port(
    State(service): State<Service>,
    _: Caller,
    Path((domain, port)): Path<(String, String)>,
) -> Result<Json<PortDetail>, Failure> {
    let name = name(&domain, &port)?;
    service.0.store.port(&name).await?.map(Json).ok_or_else(|| missing(&name))
}

/// The name that two path segments make.
pub(super) fn name(domain: &str, port: &str) -> Result<PortName, Failure> {
    PortName::new(domain, port).map_err(|error| Failure::new(failure::NOT_REGISTERED, error.to_string()))
}

pub(super) fn missing(name: &PortName) -> Failure {
    Failure::new(failure::NOT_REGISTERED, format!("no contract of the port `{name}` is registered"))
}
