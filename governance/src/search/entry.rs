//! What the index knows of a product, a port or a column.

use mesh_api::{EntryKind, RegistrationStatus, SearchHit};
use mesh_contract::model::{Classification, DataType, Definition, Property, TeamMember};
use mesh_contract::product::Manifest;
use mesh_contract::{Contract, PortName};

/// Columns of one port that are indexed, nested ones included; a wider port is found by its first ones.
const COLUMNS_MAX: usize = 10_000;
/// Longest description that is kept, in characters.
const DESCRIPTION_CHARS_MAX: usize = 2_000;
/// Most tags, links and owners that are kept of one entry.
const LIST_MAX: usize = 50;

/// An entry to index: the answer as it will be given, before anything is marked in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry(pub(crate) SearchHit);

/// The entry of a product.
pub(crate) fn of_product(manifest: &Manifest) -> Entry {
    Entry(SearchHit {
        kind: EntryKind::Product,
        name: manifest.domain.clone(),
        domain: manifest.domain.clone(),
        port: None,
        column: None,
        title: manifest.name.clone(),
        description: cut(manifest.description.purpose.as_deref()),
        version: manifest.version.as_ref().map(ToString::to_string),
        classification: None,
        status: None,
        owners: owners(&manifest.team),
        terms: terms(&manifest.tags, &manifest.definitions),
        highlights: Vec::new(),
    })
}

/// The entries of a port and of its columns.
pub(crate) fn of_port(port: &PortName, contract: &Contract, status: RegistrationStatus) -> Vec<Entry> {
    let Some(table) = contract.objects.first() else { return Vec::new() };
    let mut columns = Vec::new();
    collect("", &table.properties, &mut columns);
    let whole = SearchHit {
        kind: EntryKind::Port,
        name: port.to_string(),
        domain: port.domain().to_owned(),
        port: Some(port.clone()),
        column: None,
        title: table.business_name.clone().or_else(|| contract.name.clone()),
        description: cut(table.description.as_deref().or(contract.description.purpose.as_deref())),
        version: Some(contract.version.to_string()),
        classification: columns.iter().filter_map(|(_, column)| column.classification).max(),
        status: Some(status),
        owners: owners(&contract.team),
        terms: terms(contract.tags.iter().chain(&table.tags), contract.definitions.iter().chain(&table.definitions)),
        highlights: Vec::new(),
    };
    let of_column = |(name, column): &(String, &Property)| {
        Entry(SearchHit {
            kind: EntryKind::Column,
            name: format!("{port}.{name}"),
            column: Some(name.clone()),
            title: column.business_name.clone(),
            description: cut(column.description.as_deref()),
            classification: column.classification,
            owners: Vec::new(),
            terms: terms(&column.tags, &column.definitions),
            ..whole.clone()
        })
    };
    let columns: Vec<Entry> = columns.iter().map(of_column).collect();
    std::iter::once(Entry(whole)).chain(columns).collect()
}

/// The entry of a port whose contract this program can no longer read.
pub(crate) fn of_unread_port(port: &PortName, status: RegistrationStatus) -> Entry {
    Entry(SearchHit {
        kind: EntryKind::Port,
        name: port.to_string(),
        domain: port.domain().to_owned(),
        port: Some(port.clone()),
        column: None,
        title: None,
        description: None,
        version: None,
        classification: None,
        status: Some(status),
        owners: Vec::new(),
        terms: Vec::new(),
        highlights: Vec::new(),
    })
}

/// Columns with the path of each, members behind the column that holds them.
fn collect<'a>(within: &str, properties: &'a [Property], found: &mut Vec<(String, &'a Property)>) {
    for property in properties {
        if found.len() >= COLUMNS_MAX {
            return;
        }
        let path = if within.is_empty() { property.name.clone() } else { format!("{within}.{}", property.name) };
        found.push((path.clone(), property));
        collect(&path, members(&property.data_type), found);
    }
}

fn members(data_type: &DataType) -> &[Property] {
    match data_type {
        DataType::Object(properties) => properties,
        DataType::Array(item) => members(&item.data_type),
        _ => &[],
    }
}

fn cut(text: Option<&str>) -> Option<String> {
    text.map(|text| text.chars().take(DESCRIPTION_CHARS_MAX).collect())
}

fn owners(team: &[TeamMember]) -> Vec<String> {
    let of = |member: &TeamMember| match &member.name {
        Some(name) => format!("{name} ({})", member.username),
        None => member.username.clone(),
    };
    team.iter().filter(|member| member.is_owner()).take(LIST_MAX).map(of).collect()
}

fn terms<'a>(
    tags: impl IntoIterator<Item = &'a String>,
    definitions: impl IntoIterator<Item = &'a Definition>,
) -> Vec<String> {
    let links = definitions.into_iter().map(|definition| &definition.url);
    tags.into_iter().chain(links).take(LIST_MAX).cloned().collect()
}

impl Entry {
    /// What orders entries of equal rank: kind, then name. No two entries have the same.
    pub(crate) fn key(&self) -> String {
        let rank = match self.0.kind {
            EntryKind::Product => '0',
            EntryKind::Port => '1',
            EntryKind::Column => '2',
        };
        format!("{rank}{}", self.0.name)
    }

    /// Its own name, without what it stands in.
    pub(crate) fn short_name(&self) -> &str {
        match (&self.0.column, &self.0.port) {
            (Some(column), _) => column.rsplit('.').next().unwrap_or(column),
            (None, Some(port)) => port.port(),
            (None, None) => &self.0.name,
        }
    }
}

/// A port's entries are known by its name, a product's by its domain.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Unit {
    Product(String),
    Port(PortName),
}

impl Unit {
    /// Text that no other unit has.
    pub(crate) fn key(&self) -> String {
        match self {
            Self::Product(domain) => domain.clone(),
            Self::Port(port) => port.to_string(),
        }
    }

    pub(crate) fn domain(&self) -> &str {
        match self {
            Self::Product(domain) => domain,
            Self::Port(port) => port.domain(),
        }
    }
}

/// The word of contracts.
pub(crate) fn classification_word(classification: Classification) -> &'static str {
    match classification {
        Classification::Public => "public",
        Classification::Internal => "internal",
        Classification::Confidential => "confidential",
        Classification::Restricted => "restricted",
    }
}
