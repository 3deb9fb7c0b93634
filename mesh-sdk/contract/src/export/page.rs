//! What a contract's page says, before it has a form: Markdown and HTML show the same.

mod columns;
mod rules;

use serde_json::Value;

use crate::model::{Contract, SchemaObject, Status};

/// A page.
pub(super) struct Page {
    pub(super) title: String,
    /// One line under the title: port, version, status.
    pub(super) badges: Vec<String>,
    pub(super) blocks: Vec<Block>,
}

/// A part of a page, in order.
pub(super) enum Block {
    /// A heading over what follows.
    Heading(String),
    /// A paragraph.
    Text(String),
    /// Names and values.
    Facts(Vec<(&'static str, Cell)>),
    /// A table.
    Table { head: Vec<&'static str>, rows: Vec<Vec<Cell>> },
}

/// What stands in a field of a table.
#[derive(Clone)]
pub(super) enum Cell {
    /// Words.
    Text(String),
    /// Words as a program reads them.
    Code(String),
    /// Several of these, one below the other.
    Codes(Vec<String>),
    /// One word of a small set, worth a colour: a classification, a status.
    Badge(String),
    /// An address.
    Link(String),
}

impl Page {
    pub(super) fn of(contract: &Contract) -> Self {
        let mut page = Self {
            title: contract.name.clone().unwrap_or_else(|| contract.id.clone()),
            badges: vec![
                contract.domain.clone(),
                format!("version {}", contract.version),
                status(contract.status).to_owned(),
            ],
            blocks: Vec::new(),
        };
        page.head(contract);
        for object in &contract.objects {
            page.object(object, contract.objects.len() > 1);
        }
        page.service(contract);
        page.people(contract);
        page
    }

    fn head(&mut self, contract: &Contract) {
        let said = &contract.description;
        if let Some(purpose) = &said.purpose {
            self.blocks.push(Block::Text(purpose.clone()));
        }
        let mut facts = Vec::new();
        facts.extend(said.usage.clone().map(|usage| ("Usage", Cell::Text(usage))));
        facts.extend(said.limitations.clone().map(|limits| ("Limitations", Cell::Text(limits))));
        facts.push(("Contract", Cell::Code(contract.id.clone())));
        facts.extend(contract.data_product.clone().map(|product| ("Data product", Cell::Code(product))));
        let owners = contract.team.iter().filter(|member| member.role.as_deref() == Some("owner"));
        let owners: Vec<String> = owners.map(|owner| person(owner.name.as_deref(), &owner.username)).collect();
        if !owners.is_empty() {
            facts.push(("Owner", Cell::Text(owners.join(", "))));
        }
        if !contract.tags.is_empty() {
            facts.push(("Tags", Cell::Text(contract.tags.join(", "))));
        }
        facts.push(("Hash", Cell::Code(contract.hash.to_string())));
        self.blocks.push(Block::Facts(facts));
    }

    fn object(&mut self, object: &SchemaObject, among_others: bool) {
        let title = if among_others { format!("Table {}", object.name) } else { "Columns".to_owned() };
        self.blocks.push(Block::Heading(title));
        self.blocks.extend(object.description.clone().map(Block::Text));
        let mut facts = vec![("Table", Cell::Code(object.name.clone()))];
        facts.extend(object.granularity.clone().map(|grain| ("Granularity", Cell::Text(grain))));
        let key: Vec<&str> = object.primary_key().iter().map(|property| property.name.as_str()).collect();
        if !key.is_empty() {
            facts.push(("Primary key", Cell::Code(key.join(", "))));
        }
        for relationship in &object.relationships {
            let arrow = format!("{} → {}", relationship.from.join(", "), relationship.to.join(", "));
            facts.push(("Refers to", Cell::Code(arrow)));
        }
        self.blocks.push(Block::Facts(facts));
        self.blocks.push(columns::table(object));
        if let Some(table) = rules::table(object) {
            self.blocks.push(Block::Heading("Quality rules".to_owned()));
            self.blocks.push(table);
        }
    }

    fn service(&mut self, contract: &Contract) {
        let rows: Vec<Vec<Cell>> = contract
            .sla
            .iter()
            .map(|level| {
                vec![
                    Cell::Text(level.property.clone()),
                    Cell::Code(
                        [shown(&level.value), level.unit.clone().unwrap_or_default()].join(" ").trim().to_owned(),
                    ),
                    Cell::Code(level.element.clone().unwrap_or_default()),
                    Cell::Text(level.driver.clone().unwrap_or_default()),
                ]
            })
            .collect();
        self.table("Service levels", vec!["Level", "Value", "Measured on", "Driver"], rows);
        let rows: Vec<Vec<Cell>> = contract
            .servers
            .iter()
            .map(|server| {
                vec![Cell::Text(server.server.clone()), Cell::Code(server.kind.clone()), settings(&server.settings)]
            })
            .collect();
        self.table("Servers", vec!["Server", "Type", "Settings"], rows);
    }

    fn people(&mut self, contract: &Contract) {
        let roles = contract.roles.iter().map(|role| {
            vec![
                Cell::Code(role.role.clone()),
                Cell::Text(role.access.clone().unwrap_or_default()),
                Cell::Text(role.description.clone().unwrap_or_default()),
            ]
        });
        self.table("Roles", vec!["Role", "Access", "Description"], roles.collect());
        let team = contract.team.iter().map(|member| {
            vec![
                Cell::Text(person(member.name.as_deref(), &member.username)),
                Cell::Text(member.role.clone().unwrap_or_default()),
            ]
        });
        self.table("Team", vec!["Who", "Role"], team.collect());
        let support = contract.support.iter().map(|channel| {
            vec![
                Cell::Text(channel.channel.clone()),
                Cell::Text(channel.tool.clone().unwrap_or_default()),
                Cell::Link(channel.url.clone().unwrap_or_default()),
            ]
        });
        self.table("Support", vec!["Channel", "Tool", "Address"], support.collect());
        let links = contract.definitions.iter().chain(contract.objects.iter().flat_map(|object| &object.definitions));
        let links = links.map(|link| vec![Cell::Text(link.kind.clone()), Cell::Link(link.url.clone())]);
        self.table("Definitions", vec!["Kind", "Address"], links.collect());
    }

    fn table(&mut self, title: &str, head: Vec<&'static str>, rows: Vec<Vec<Cell>>) {
        if !rows.is_empty() {
            self.blocks.push(Block::Heading(title.to_owned()));
            self.blocks.push(Block::Table { head, rows });
        }
    }
}

fn person(name: Option<&str>, username: &str) -> String {
    name.map_or_else(|| username.to_owned(), |name| format!("{name} <{username}>"))
}

fn settings(settings: &std::collections::BTreeMap<String, Value>) -> Cell {
    Cell::Codes(settings.iter().map(|(key, value)| format!("{key}: {}", shown(value))).collect())
}

fn status(status: Status) -> &'static str {
    match status {
        Status::Proposed => "proposed",
        Status::Draft => "draft",
        Status::Active => "active",
        Status::Deprecated => "deprecated",
        Status::Retired => "retired",
    }
}

/// A value without the quotes of JSON.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
