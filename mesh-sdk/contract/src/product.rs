//! The manifest of a data product (ODPS 1.0 and 1.1).

use std::collections::BTreeMap;

use semver::Version;
use serde_json::Value;

use crate::codes;
use crate::diagnostic::{Diagnostic, Report};
use crate::faults::{Faults, Pointer};
use crate::model::{ContractHash, Definition, Description, Status, SupportChannel, TeamMember};
use crate::name::is_identifier;
use crate::raw::RawProduct;
use crate::raw::product::{RawInputContract, RawInputPort, RawOutputPort};
use crate::resolve::{self, Document};
use crate::shape;

/// A valid manifest, resolved.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct Manifest {
    /// ODPS version of the document, such as `v1.0.0`.
    pub api_version: String,
    /// Identity of the product over all its versions.
    pub id: String,
    /// Human name.
    pub name: Option<String>,
    /// Version of the product.
    pub version: Option<Version>,
    /// Lifecycle status.
    pub status: Status,
    /// Owning domain.
    pub domain: String,
    /// Tenant.
    pub tenant: Option<String>,
    /// Purpose, limitations, usage.
    pub description: Description,
    /// Tags.
    pub tags: Vec<String>,
    /// Where data comes from.
    pub input_ports: Vec<InputPort>,
    /// What is served.
    pub output_ports: Vec<OutputPort>,
    /// Who owns and works on it.
    pub team: Vec<TeamMember>,
    /// Where to ask.
    pub support: Vec<SupportChannel>,
    /// Links to terms defined elsewhere.
    pub definitions: Vec<Definition>,
    /// Extensions, by property name.
    pub custom: BTreeMap<String, Value>,
    /// Hash of the document's canonical form.
    pub hash: ContractHash,
}

/// Where a product takes data from.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct InputPort {
    /// Name within the product; models read it as `input.<name>`.
    pub name: String,
    /// Version of its contract.
    pub version: Version,
    /// Its contract.
    pub contract_id: String,
    /// Extensions.
    pub custom: BTreeMap<String, Value>,
}

/// One dataset that a product serves.
#[derive(Clone, Debug, PartialEq)]
#[non_exhaustive]
pub struct OutputPort {
    /// Name within the domain.
    pub name: String,
    /// Version of its contract.
    pub version: Version,
    /// Its contract.
    pub contract_id: String,
    /// ODPS `type`, such as `tables`.
    pub kind: Option<String>,
    /// What it holds.
    pub description: Option<String>,
    /// Contracts of what it is made from; empty when the manifest does not say.
    pub inputs: Vec<InputContract>,
    /// Extensions.
    pub custom: BTreeMap<String, Value>,
}

/// A contract of what an output is made from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct InputContract {
    /// Its identity.
    pub id: String,
    /// Its version, where it is one.
    pub version: Option<Version>,
}

impl Manifest {
    /// Reads a manifest; `file` names it in messages and is not opened.
    ///
    /// # Errors
    /// The report of everything that is wrong, warnings included.
    pub fn parse(file: &str, text: &str) -> Result<Self, Report> {
        match Self::lint(file, text) {
            (Some(manifest), _) => Ok(manifest),
            (None, report) => Err(report),
        }
    }

    /// Reads a manifest and reports warnings too.
    #[must_use]
    pub fn lint(file: &str, text: &str) -> (Option<Self>, Report) {
        match resolve::open(file, text) {
            Ok(document) => {
                let (manifest, faults) = read(&document);
                (manifest, Report::new(file, text, faults))
            }
            Err(report) => (None, report),
        }
    }
}

fn read(document: &Document) -> (Option<Manifest>, Vec<Diagnostic>) {
    let mut faults = Faults::new(&document.node);
    let manifest = document
        .fill::<RawProduct>(&shape::ODPS, &mut faults)
        .map(|raw| build(&raw, ContractHash::of(&document.value), &mut faults));
    let manifest = if faults.has_errors() { None } else { manifest };
    (manifest, faults.into_list())
}

fn build(raw: &RawProduct, hash: ContractHash, faults: &mut Faults<'_>) -> Manifest {
    let root = Pointer::default();
    let version = raw.version.as_deref().map(|text| resolve::version(Some(text), &root.key("version"), faults));
    let input_ports = input_ports(&raw.input_ports, &root.key("inputPorts"), faults);
    let output_ports = output_ports(&raw.output_ports, &root.key("outputPorts"), faults);
    Manifest {
        api_version: raw.api_version.clone().unwrap_or_default(),
        id: resolve::identity(raw.id.as_deref(), &root.key("id"), faults),
        name: raw.name.clone(),
        version,
        status: resolve::status(raw.status.as_deref()),
        domain: resolve::domain(raw.domain.as_deref(), faults),
        tenant: raw.tenant.clone(),
        description: raw.description.as_ref().map(resolve::description).unwrap_or_default(),
        tags: raw.tags.clone(),
        input_ports,
        output_ports,
        team: raw.team.as_ref().map(|team| resolve::team_members(&team.members)).unwrap_or_default(),
        support: raw
            .support
            .iter()
            .filter_map(|item| resolve::support_channel(item.channel.as_ref(), item.url.as_ref(), item.tool.as_ref()))
            .collect(),
        definitions: resolve::definitions(&raw.authoritative_definitions),
        custom: resolve::custom(&raw.custom_properties, &root.key("customProperties"), faults),
        hash,
    }
}

fn input_ports(raw: &[RawInputPort], pointer: &Pointer, faults: &mut Faults<'_>) -> Vec<InputPort> {
    let mut ports: Vec<InputPort> = Vec::new();
    for (index, item) in raw.iter().enumerate() {
        let pointer = pointer.item(index);
        let version = resolve::version(item.version.as_deref(), &pointer.key("version"), faults);
        let custom = resolve::custom(&item.custom_properties, &pointer.key("customProperties"), faults);
        let contract_id = resolve::identity(item.contract_id.as_deref(), &pointer.key("contractId"), faults);
        let Some(name) = port_name(item.name.as_deref(), &pointer, faults) else { continue };
        if ports.iter().any(|port| port.name == name) {
            let message = format!("the input port `{name}` stands twice");
            faults
                .error(codes::PORT_CONFLICT, &pointer.key("name"), message)
                .help("models read it by its name: give each version a name of its own");
        }
        ports.push(InputPort { name, version, contract_id, custom });
    }
    ports
}

fn output_ports(raw: &[RawOutputPort], pointer: &Pointer, faults: &mut Faults<'_>) -> Vec<OutputPort> {
    let mut ports: Vec<OutputPort> = Vec::new();
    for (index, item) in raw.iter().enumerate() {
        let pointer = pointer.item(index);
        let version = resolve::version(item.version.as_deref(), &pointer.key("version"), faults);
        let custom = resolve::custom(&item.custom_properties, &pointer.key("customProperties"), faults);
        let contract_id = resolve::identity(item.contract_id.as_deref(), &pointer.key("contractId"), faults);
        let Some(name) = port_name(item.name.as_deref(), &pointer, faults) else { continue };
        if item.contract_id.is_none() {
            faults
                .error(codes::PORT_CONFLICT, &pointer, format!("the output port `{name}` has no contract"))
                .help("add `contractId`: nothing is served without a contract");
        }
        if ports.iter().any(|port| port.name == name && port.version.major == version.major) {
            let message = format!("major version {} of the output port `{name}` stands twice", version.major);
            faults
                .error(codes::PORT_CONFLICT, &pointer.key("version"), message)
                .help("one port serves one contract version of each major");
        }
        let (kind, description) = (item.kind.clone(), item.description.clone());
        let inputs = item.input_contracts.iter().filter_map(input_contract).collect();
        ports.push(OutputPort { name, version, contract_id, kind, description, inputs, custom });
    }
    ports
}

fn input_contract(raw: &RawInputContract) -> Option<InputContract> {
    let version = raw.version.as_deref().and_then(|version| version.parse().ok());
    Some(InputContract { id: raw.id.clone()?, version })
}

fn port_name(name: Option<&str>, pointer: &Pointer, faults: &mut Faults<'_>) -> Option<String> {
    let name = name?;
    if !is_identifier(name) {
        faults
            .error(codes::BAD_NAME, &pointer.key("name"), format!("`{name}` is not a port's name"))
            .help("lower-case letters, digits and `_`, starting with a letter");
    }
    Some(name.to_owned())
}
