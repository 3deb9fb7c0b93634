//! Reading how a port does.

use axum::Json;
use axum::extract::{Path, State};
use mesh_api::{PortQuality, Problem, QualityRequest};
use mesh_contract::{PortName, PortVersion};

use super::port_read::{missing, name};
use super::refusals::Refusals;
use crate::extract::{Caller, Query};
use crate::failure::{self, Failure};
use crate::quality::affected::{affected, told};
use crate::quality::judged::judged;
use crate::service::Service;

/// How a port does: its last run, what the run found of each rule, how the contract's service levels are kept, and whom it
/// concerns when they are not.
///
/// Freshness is judged by when snapshots were published, availability by the share of runs that published, and the error rate by
/// the share of checks that held. A service level that cannot be judged says why. Consumers' names are told to governance, to
/// the port's domain, and each to the one who bears it.
#[utoipa::path(
    get,
    path = "/ports/{domain}/{port}/quality",
    tag = "quality",
    params(
        ("domain" = String, Path, description = "Domain", example = "lending"),
        ("port" = String, Path, description = "Port within the domain", example = "loans"),
        QualityRequest,
    ),
    responses(
        (status = 200, description = "How it does", body = PortQuality),
        (status = 404, description = "No such port or major", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn read_quality(
    State(service): State<Service>,
    Caller(identity): Caller,
    Path((domain, port)): Path<(String, String)>,
    Query(request): Query<QualityRequest>,
) -> Result<Json<PortQuality>, Failure> {
    let name = name(&domain, &port)?;
    let version = port_version(&service, &name, request.major).await?;
    let (store, now) = (&service.0.store, service.0.clock.now());
    let judged = judged(store, &version, now).await?;
    let affected = affected(store, &service.0.lineage, &version, now).await?;
    Ok(Json(PortQuality {
        last_run: store.last_run(&version).await?,
        rules: store.last_results(&version).await?,
        service_levels: judged.levels.into_iter().map(|(_, level)| level).collect(),
        affected: told(affected, &identity.principal, version.name.domain()),
        port: version.name,
        major: version.major,
    }))
}

/// A registered major version of a port: the one that is asked for, or the newest.
pub(super) async fn port_version(
    service: &Service,
    name: &PortName,
    major: Option<u32>,
) -> Result<PortVersion, Failure> {
    let versions = service.0.store.versions(name).await?;
    let mut majors = versions.iter().map(|entry| entry.major);
    let Some(major) = major.map(u64::from) else {
        let newest = majors.next().ok_or_else(|| missing(name))?;
        return Ok(PortVersion { name: name.clone(), major: newest });
    };
    if majors.any(|known| known == major) {
        return Ok(PortVersion { name: name.clone(), major });
    }
    Err(Failure::new(failure::NOT_REGISTERED, format!("no version of the major {major} of `{name}` is registered")))
}
