//! Reporting all ports.

use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use mesh_api::{Page, PageRequest, Problem, ReportedPort};
use mesh_lineage::port_version;

use super::audit_list::for_governance;
use super::refusals::Refusals;
use crate::cursor::Window;
use crate::extract::{Caller, Query};
use crate::facts::ContractFacts;
use crate::failure::Failure;
use crate::service::Service;
use crate::store::reports::{MajorKey, PortFacts};

/// All major versions of all ports, by name: status, owners, classification, what was promised of freshness, and what runs
/// came to. For who governs.
#[utoipa::path(
    get,
    path = "/reports/ports",
    tag = "ports",
    params(PageRequest),
    responses(
        (status = 200, description = "One page", body = Page<ReportedPort>),
        (status = 403, description = "The caller is not of governance", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn report_ports(
    State(service): State<Service>,
    Caller(identity): Caller,
    Query(page): Query<PageRequest>,
) -> Result<Json<Page<ReportedPort>>, Failure> {
    for_governance(&identity.principal)?;
    let window = Window::read(&page, |text| {
        let version = port_version(text)?;
        Some(MajorKey { port: version.name, major: version.major })
    })?;
    let mut found = Vec::new();
    for facts in service.0.store.port_facts(window.after.as_ref(), window.fetch()).await? {
        found.push(reported(&service, facts).await?);
    }
    Ok(Json(window.page(found, |last| format!("{}_v{}", last.port, last.major))))
}

/// What is stored of a port, and what its contract says.
async fn reported(service: &Service, stored: PortFacts) -> Result<ReportedPort, Failure> {
    let facts = facts(service, &stored).await?;
    let PortFacts { key, version, endpoint, last_run, published_at, rules, rules_broken } = stored;
    Ok(ReportedPort {
        port: key.port,
        major: key.major,
        version: version.version,
        status: version.status,
        contract: version.contract,
        description: version.description,
        owners: facts.owners.clone(),
        classification: facts.classification,
        registered_at: version.registered_at,
        sunset: version.sunset,
        endpoint,
        latency_s: facts.latency_s,
        published_at,
        last_run,
        rules,
        rules_broken,
    })
}

/// What its contract says. It is kept as soon as it is read: who asks again after a page took too long comes further.
async fn facts(service: &Service, stored: &PortFacts) -> Result<Arc<ContractFacts>, Failure> {
    let (known, hash) = (&service.0.facts, &stored.version.hash);
    if let Some(facts) = known.get(hash) {
        return Ok(facts);
    }
    let document = service.0.store.version(&stored.key.port, &stored.version.version).await?;
    let Some((_, document)) = document else { return Ok(Arc::default()) };
    // Megabytes of YAML take a while: not on a thread that answers others.
    let reading = tokio::task::spawn_blocking(move || ContractFacts::of(&document));
    Ok(known.put(hash, reading.await.map_err(|error| Failure::internal(&error))?))
}
