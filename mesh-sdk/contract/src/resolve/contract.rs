//! A contract as a whole.

use semver::Version;

use super::document::Document;
use super::{object, party, references, servers};
use crate::codes;
use crate::diagnostic::Diagnostic;
use crate::faults::{Faults, Pointer};
use crate::model::{Contract, ContractHash, Description, Status};
use crate::name::is_identifier;
use crate::raw::RawContract;
use crate::shape;

/// Resolves a contract and reports every fault; the contract is there only if it has no errors.
pub(crate) fn resolve(document: &Document) -> (Option<Contract>, Vec<Diagnostic>) {
    let mut faults = Faults::new(&document.node);
    let contract = document
        .fill::<RawContract>(&shape::ODCS, &mut faults)
        .map(|raw| build(&raw, ContractHash::of(&document.value), &mut faults));
    let contract = if faults.has_errors() { None } else { contract };
    (contract, faults.into_list())
}

fn build(raw: &RawContract, hash: ContractHash, faults: &mut Faults<'_>) -> Contract {
    let root = Pointer::default();
    check_standard_version(raw, faults);
    let contract = Contract {
        api_version: raw.api_version.clone().unwrap_or_default(),
        id: identity(raw.id.as_deref(), &root.key("id"), faults),
        name: raw.name.clone(),
        version: version(raw.version.as_deref(), &root.key("version"), faults),
        status: status(raw.status.as_deref()),
        domain: domain(raw.domain.as_deref(), faults),
        data_product: raw.data_product.clone(),
        tenant: raw.tenant.clone(),
        description: raw.description.as_ref().map(description).unwrap_or_default(),
        tags: raw.tags.clone(),
        objects: object::objects(&raw.schema, &root.key("schema"), faults),
        servers: servers::servers(&raw.servers, &root.key("servers"), faults),
        sla: party::service_levels(&raw.sla_properties),
        team: party::team(raw.team.as_ref(), &root.key("team"), faults),
        support: party::support(&raw.support),
        roles: party::roles(&raw.roles, &root.key("roles"), faults),
        definitions: party::definitions(&raw.authoritative_definitions),
        custom: party::custom(&raw.custom_properties, &root.key("customProperties"), faults),
        hash,
    };
    if raw.sla_default_element.is_some() {
        faults
            .warning(codes::DEPRECATED, &root.key("slaDefaultElement"), "`slaDefaultElement` is deprecated")
            .help("name the column in each service level's `element`");
    }
    references::check(&contract, faults);
    contract
}

/// Keys that came with 3.2 say nothing to a reader of 3.1, who would not enforce them.
fn check_standard_version(raw: &RawContract, faults: &mut Faults<'_>) {
    let old = raw.api_version.as_deref().is_some_and(|version| version.starts_with("v3.1."));
    if old && raw.context.is_some() {
        newer_key(&Pointer::default().key("context"), "context", faults);
    }
    if old {
        object::check_standard_version(&raw.schema, faults);
    }
}

pub(super) fn newer_key(pointer: &Pointer, key: &str, faults: &mut Faults<'_>) {
    faults
        .key_error(codes::NEWER_STANDARD, pointer, format!("`{key}` needs version 3.2 of the standard"))
        .help("write `apiVersion: v3.2.0`, or leave the key out");
}

/// An identity has no blanks and is not endless: it becomes part of keys and addresses.
pub(crate) fn identity(id: Option<&str>, pointer: &Pointer, faults: &mut Faults<'_>) -> String {
    let Some(id) = id else { return String::new() };
    if id.is_empty() || id.len() > 200 || id.contains(|c: char| c.is_whitespace() || c.is_control()) {
        faults
            .error(codes::BAD_NAME, pointer, "an identity is 1 to 200 characters without blanks")
            .help("for example `urn:bank:lending:loans`");
    }
    id.to_owned()
}

pub(crate) fn version(text: Option<&str>, pointer: &Pointer, faults: &mut Faults<'_>) -> Version {
    let zero = Version::new(0, 0, 0);
    let Some(text) = text else { return zero };
    match Version::parse(text) {
        Ok(version) => version,
        Err(_) => {
            faults
                .error(codes::BAD_VERSION, pointer, format!("`{text}` is not a semantic version"))
                .help("three numbers: `1.0.0`; a leading `v` does not belong");
            zero
        }
    }
}

/// An unknown status has been reported with the document's shape.
pub(crate) fn status(text: Option<&str>) -> Status {
    match text {
        Some("proposed") => Status::Proposed,
        Some("active") => Status::Active,
        Some("deprecated") => Status::Deprecated,
        Some("retired") => Status::Retired,
        _ => Status::Draft,
    }
}

pub(crate) fn domain(text: Option<&str>, faults: &mut Faults<'_>) -> String {
    match text {
        None => {
            faults
                .error(codes::MISSING_KEY, &Pointer::default(), "the key `domain` is missing")
                .help("in a mesh everything belongs to a domain: `domain: lending`");
            String::new()
        }
        Some(domain) => {
            if !is_identifier(domain) {
                faults
                    .error(
                        codes::BAD_NAME,
                        &Pointer::default().key("domain"),
                        format!("`{domain}` is not a domain's name"),
                    )
                    .help("lower-case letters, digits and `_`, starting with a letter");
            }
            domain.to_owned()
        }
    }
}

pub(crate) fn description(raw: &crate::raw::shared::RawDescription) -> Description {
    Description { purpose: raw.purpose.clone(), limitations: raw.limitations.clone(), usage: raw.usage.clone() }
}
