//! What a contract must be: a valid document that keeps the bank's rules, of a domain that the caller owns, for exactly one
//! port.

use mesh_api::{Diagnostic, RegisterContract};
use mesh_contract::diagnostic::Report;
use mesh_contract::gate::{Date, Gate};
use mesh_contract::{Contract, PortName};
use mesh_policy::Principal;

use super::{access, diagnostics};
use crate::failure::{self, Failure};
use crate::rules::judge;
use crate::service::Service;
use crate::store::contracts::Stored;

/// A contract that may be registered.
pub(crate) struct PortContract {
    pub(crate) port: PortName,
    pub(crate) contract: Contract,
    pub(crate) document: String,
    pub(crate) warnings: Vec<Diagnostic>,
}

/// Reads and judges a submitted contract. Shape (JSON Schema), meaning and the bank's rules are checked in one pass, so that
/// every fault is told at once.
pub(crate) async fn judge(
    service: &Service,
    principal: &Principal,
    request: RegisterContract,
) -> Result<PortContract, Failure> {
    access::may_submit(principal)?;
    let RegisterContract { document, file } = request;
    let file = file.unwrap_or_else(|| "contract".to_owned());
    let gate = Gate::new(today(service)).registering();
    // Megabytes of YAML take a while: not on a thread that answers others.
    let reading = tokio::task::spawn_blocking(move || {
        let judged = gate.lint(&[(file.as_str(), document.as_str())]).into_iter().next();
        (judged, document)
    });
    let (judged, document) = reading.await.map_err(|error| Failure::internal(&error))?;
    let (contract, report) = judged.ok_or_else(|| Failure::new(failure::CONTRACT_FAULTS, "there is no document"))?;
    let contract = contract.ok_or_else(|| faults(&report))?;
    access::may_submit_for(principal, &contract.domain)?;
    let port = port_of(&contract)?;
    super::short(failure::CONTRACT_FAULTS, &contract.version)?;
    super::storable(failure::CONTRACT_FAULTS, "description", description(&contract))?;
    if !is_registered(service, &port, &contract).await? {
        if report.has_errors() {
            return Err(faults(&report));
        }
        if let Some(question) = judge::of_registration(principal, &port, &contract) {
            judge::ask(service, &question).await?;
        }
    }
    Ok(PortContract { port, contract, document, warnings: diagnostics(&report) })
}

/// A waiver that ends, or a rule that is new, does not take away a registration: products submit theirs at each start.
async fn is_registered(service: &Service, port: &PortName, contract: &Contract) -> Result<bool, Failure> {
    let found = service.0.store.look_up(port, &contract.id, &contract.version, contract.hash.as_str()).await;
    Ok(matches!(found.map_err(Failure::from)?, Some(Stored::New(_) | Stored::Known(_))))
}

fn today(service: &Service) -> Date {
    Date::of_unix_days(service.0.clock.now().timestamp().div_euclid(86_400))
}

/// What a contract's port holds, in the words of its table or of the contract as a whole.
pub(crate) fn description(contract: &Contract) -> Option<&str> {
    let table = contract.objects.first().and_then(|object| object.description.as_deref());
    table.or(contract.description.purpose.as_deref())
}

fn faults(report: &Report) -> Failure {
    Failure::new(failure::CONTRACT_FAULTS, super::count(report)).with_diagnostics(diagnostics(report))
}

/// The port that a contract is for: its domain and its one schema object.
fn port_of(contract: &Contract) -> Result<PortName, Failure> {
    let refuse = |detail| Failure::new(failure::NOT_ONE_PORT, detail);
    let [object] = contract.objects.as_slice() else {
        let names: Vec<_> = contract.objects.iter().map(|object| format!("`{}`", object.name)).collect();
        let names = if names.is_empty() { "none".to_owned() } else { names.join(", ") };
        return Err(refuse(format!("a port's contract has exactly one schema object, and this one has {names}")));
    };
    PortName::new(&contract.domain, &object.name).map_err(|error| refuse(error.to_string()))
}
