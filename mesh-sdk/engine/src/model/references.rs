//! What a query reads: the relations in its text that are not its own `WITH` names.

use std::collections::BTreeMap;
use std::ops::ControlFlow;

use datafusion::common::TableReference;
use datafusion::sql::parser::Statement as DfStatement;
use datafusion::sql::resolve::resolve_table_references;
use datafusion::sql::sqlparser::ast::{ObjectName, visit_relations};

use super::error::{ModelError, SqlPlace};
use super::statement::Model;
use crate::source::nearest;

/// A table that a model reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reference {
    /// What it is.
    pub source: Source,
    /// Where the model names it first.
    pub place: SqlPlace,
}

/// What kind of table it is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Source {
    /// `input.<name>`
    Input(String),
    /// A port of the same product, `<port>` or `<domain>.<port>`.
    Port(String),
}

/// The names a model may read.
#[derive(Clone, Debug)]
pub(super) struct Scope<'a> {
    pub(super) domain: &'a str,
    pub(super) inputs: Vec<&'a str>,
    pub(super) ports: Vec<&'a str>,
}

/// The tables that `model` reads, sorted, each once.
pub(super) fn references(model: &Model, scope: &Scope<'_>) -> Result<Vec<Reference>, ModelError> {
    let plan = |what: String| ModelError::Plan { file: model.file().to_owned(), what };
    let statement: DfStatement = model.statement();
    let (tables, _) = resolve_table_references(&statement, true).map_err(|error| plan(error.strip_backtrace()))?;
    let places = places(model);
    let mut found = BTreeMap::new();
    for table in tables {
        let written = table.to_string();
        let place = places.get(&written).cloned().unwrap_or_else(|| at(model, 0, 0));
        match scope.resolve(&table) {
            Some(source) => {
                found.entry(source).or_insert(place);
            }
            None => return Err(scope.unknown(written, place)),
        }
    }
    Ok(found.into_iter().map(|(source, place)| Reference { source, place }).collect())
}

/// Refuses a model that reads anything but one of the ports `names` of `domain`, which are names of one table, or nothing.
pub(crate) fn reads_only(model: &Model, domain: &str, names: &[String]) -> Result<(), ModelError> {
    let scope = Scope { domain, inputs: Vec::new(), ports: names.iter().map(String::as_str).collect() };
    if references(model, &scope)?.is_empty() {
        let below = names.first().map(String::as_str).unwrap_or_default();
        let what = format!("a view of `{domain}.{below}` reads it, and this reads nothing");
        return Err(ModelError::Plan { file: model.file().to_owned(), what });
    }
    Ok(())
}

impl Scope<'_> {
    fn resolve(&self, table: &TableReference) -> Option<Source> {
        let known = |names: &[&str], name: &str| names.contains(&name).then(|| name.to_owned());
        match table {
            TableReference::Bare { table } => known(&self.ports, table).map(Source::Port),
            TableReference::Partial { schema, table } if &**schema == "input" => {
                known(&self.inputs, table).map(Source::Input)
            }
            TableReference::Partial { schema, table } if **schema == *self.domain => {
                known(&self.ports, table).map(Source::Port)
            }
            _ => None,
        }
    }

    fn unknown(&self, table: String, place: SqlPlace) -> ModelError {
        let mut known: Vec<String> = self.inputs.iter().map(|name| format!("input.{name}")).collect();
        known.extend(self.ports.iter().map(|name| format!("{}.{name}", self.domain)));
        let bare = table.rsplit('.').next().unwrap_or_default();
        let by_last_part = known.iter().find(|name| name.rsplit('.').next() == Some(bare)).cloned();
        let nearest = by_last_part.or_else(|| nearest(&table, known.iter().map(String::as_str)));
        ModelError::UnknownTable { place, table, nearest, known }
    }
}

/// Where each relation is named first, by its normalised name.
fn places(model: &Model) -> BTreeMap<String, SqlPlace> {
    let mut places = BTreeMap::new();
    let _: ControlFlow<()> = visit_relations(model.query(), |relation| {
        if let Some((name, place)) = named(model, relation) {
            places.entry(name).or_insert(place);
        }
        ControlFlow::Continue(())
    });
    places
}

fn named(model: &Model, relation: &ObjectName) -> Option<(String, SqlPlace)> {
    let idents = relation.0.iter().map(|part| part.as_ident()).collect::<Option<Vec<_>>>()?;
    let start = idents.first()?.span.start;
    let normal = |ident: &&datafusion::sql::sqlparser::ast::Ident| match ident.quote_style {
        Some(_) => ident.value.clone(),
        None => ident.value.to_ascii_lowercase(),
    };
    let name = idents.iter().map(normal).collect::<Vec<_>>().join(".");
    Some((name, at(model, start.line, start.column)))
}

fn at(model: &Model, line: u64, column: u64) -> SqlPlace {
    SqlPlace { file: model.file().to_owned(), line, column }
}
