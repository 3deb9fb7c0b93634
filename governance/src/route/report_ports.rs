//! Reporting all ports.

use axum::Json;
use axum::extract::State;
use mesh_api::{Page, PageRequest, Problem, ReportedPort};
use mesh_contract::Contract;
use mesh_contract::model::{Classification, Property};
use mesh_lineage::port_version;

use super::audit_list::for_governance;
use super::refusals::Refusals;
use crate::cursor::Window;
use crate::extract::{Caller, Query};
use crate::failure::Failure;
use crate::service::Service;
use crate::store::reports::{MajorKey, PortFacts};

/// Most owners that are told of one port.
const OWNERS_MAX: usize = 50;

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
async fn reported(service: &Service, facts: PortFacts) -> Result<ReportedPort, Failure> {
    let PortFacts { key, version, endpoint, last_run, published_at, rules, rules_broken } = facts;
    let document = service.0.store.version(&key.port, &version.version).await?.map(|(_, document)| document);
    let contract = match document {
        None => None,
        Some(document) => {
            let name = key.port.to_string();
            let reading = tokio::task::spawn_blocking(move || Contract::lint(&name, &document).0);
            reading.await.map_err(|error| Failure::internal(&error))?
        }
    };
    Ok(ReportedPort {
        port: key.port,
        major: key.major,
        version: version.version,
        status: version.status,
        contract: version.contract,
        description: version.description,
        owners: contract.as_ref().map(owners).unwrap_or_default(),
        classification: contract.as_ref().and_then(classification),
        registered_at: version.registered_at,
        sunset: version.sunset,
        endpoint,
        latency_s: contract.as_ref().and_then(latency_s),
        published_at,
        last_run,
        rules,
        rules_broken,
    })
}

fn owners(contract: &Contract) -> Vec<String> {
    let owners = contract.team.iter().filter(|member| member.is_owner());
    owners.take(OWNERS_MAX).map(|member| member.name.clone().unwrap_or_else(|| member.username.clone())).collect()
}

fn classification(contract: &Contract) -> Option<Classification> {
    contract.objects.iter().flat_map(|object| &object.properties).map(Property::highest_classification).max()
}

/// How old the newest snapshot may be.
fn latency_s(contract: &Contract) -> Option<u64> {
    let is_latency = |property: &str| matches!(property, "freshness" | "latency" | "ly");
    let level = contract.sla.iter().find(|level| is_latency(&level.property))?;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a length above zero; endless ones saturate"
    )]
    level.length().map(|length| (length.days() * 86_400.0) as u64)
}
