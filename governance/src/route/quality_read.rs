//! Reading how a port does.

use axum::Json;
use axum::extract::{Path, State};
use chrono::TimeDelta;
use mesh_api::{PortQuality, Problem, QualityRequest, RegistrationStatus};
use mesh_contract::{Contract, PortName, PortVersion};

use super::port_read::{missing, name};
use super::refusals::Refusals;
use crate::extract::{Caller, Query};
use crate::failure::{self, Failure};
use crate::quality::levels::{History, WINDOWS, judge};
use crate::service::Service;

/// How a port does: its last run, what the run found of each rule, and how the contract's service levels are kept.
///
/// Freshness is judged by when snapshots were published, availability by the share of runs that published, and the error rate by
/// the share of checks that held. A service level that cannot be judged says why.
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
    _: Caller,
    Path((domain, port)): Path<(String, String)>,
    Query(request): Query<QualityRequest>,
) -> Result<Json<PortQuality>, Failure> {
    let name = name(&domain, &port)?;
    let (version, contract) = of_major(&service, &name, request.major).await?;
    let (store, now) = (&service.0.store, service.0.clock.now());
    let days = |days: u32| now - TimeDelta::days(i64::from(days));
    let [short, long] = WINDOWS;
    let history = History {
        runs: store.runs(&version, days(long)).await?,
        published_before: store.published_before(&version, days(long)).await?,
        checks: [store.checks(&version, days(short)).await?, store.checks(&version, days(long)).await?],
    };
    Ok(Json(PortQuality {
        last_run: store.last_run(&version).await?,
        rules: store.last_results(&version).await?,
        service_levels: contract.map_or_else(Vec::new, |contract| judge(&contract.sla, &history, now)),
        port: version.name,
        major: version.major,
    }))
}

/// A major version of a port, the newest one unless said otherwise, with the newest contract of it that can be read.
async fn of_major(
    service: &Service,
    name: &PortName,
    major: Option<u32>,
) -> Result<(PortVersion, Option<Contract>), Failure> {
    let version = port_version(service, name, major).await?;
    let versions = service.0.store.versions(name).await?;
    let in_force = |status| matches!(status, RegistrationStatus::Active | RegistrationStatus::Deprecated);
    let of_major = || versions.iter().filter(|entry| entry.major == version.major);
    let Some(newest) = of_major().find(|entry| in_force(entry.status)).or_else(|| of_major().next()) else {
        return Ok((version, None));
    };
    let document = service.0.store.version(name, &newest.version).await?.map(|(_, document)| document);
    // Megabytes of YAML take a while: not on a thread that answers others.
    let reading = tokio::task::spawn_blocking(move || Contract::parse("contract", &document.unwrap_or_default()).ok());
    Ok((version, reading.await.map_err(|error| Failure::internal(&error))?))
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
