//! What a contract must be: a valid document, of a domain that the caller owns, for exactly one port.

use mesh_api::{Diagnostic, RegisterContract};
use mesh_contract::diagnostic::Report;
use mesh_contract::{Contract, PortName};
use mesh_policy::Principal;

use super::{access, diagnostics};
use crate::failure::{self, Failure};

/// A contract that may be registered.
pub(crate) struct PortContract {
    pub(crate) port: PortName,
    pub(crate) contract: Contract,
    pub(crate) document: String,
    pub(crate) warnings: Vec<Diagnostic>,
}

/// Reads and judges a submitted contract. Shape (JSON Schema) and meaning are checked in one pass, so that every fault
/// is told at once.
pub(crate) async fn judge(principal: &Principal, request: RegisterContract) -> Result<PortContract, Failure> {
    access::may_submit(principal)?;
    let RegisterContract { document, file } = request;
    let file = file.unwrap_or_else(|| "contract".to_owned());
    // Megabytes of YAML take a while: not on a thread that answers others.
    let reading = tokio::task::spawn_blocking(move || {
        let (contract, report) = Contract::lint(&file, &document);
        (contract, report, document)
    });
    let (contract, report, document) = reading.await.map_err(|error| Failure::internal(&error))?;
    let contract = contract.ok_or_else(|| faults(&report))?;
    access::may_submit_for(principal, &contract.domain)?;
    let port = port_of(&contract)?;
    super::short(failure::CONTRACT_FAULTS, &contract.version)?;
    super::storable(failure::CONTRACT_FAULTS, "description", description(&contract))?;
    Ok(PortContract { port, contract, document, warnings: diagnostics(&report) })
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
