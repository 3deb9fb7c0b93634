//! One request's view of the mesh: the tables its permits open, and nothing else.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::arrow::datatypes::{FieldRef, Schema, SchemaRef};
use datafusion::execution::session_state::SessionState;
use mesh_contract::model::SchemaObject;
use mesh_contract::{Contract, PortVersion};
use mesh_policy::{Decision, Identity, Permit, decide};

use super::catalog::MeshCatalog;
use super::planned::Query;
use super::ports::{Pins, ServedPort};
use super::reader::Inner;
use super::stack::{on_large_stack, with_large_stack};
use super::statement::{self, Parsed};
use super::wording;
use crate::error::EngineError;

/// One request's session. It holds permits, so it lives no longer than the request; a plan that outlives it is read again only
/// under equal permits ([`Query::was_planned_under`](super::Query::was_planned_under)).
pub struct Session {
    pub(super) reader: Arc<Inner>,
    pub(super) tables: Vec<TableEntry>,
    pub(super) permits: Vec<Arc<Permit>>,
}

/// A table that the session's principal may read.
#[derive(Clone, Debug)]
pub struct TableEntry {
    /// SQL schema.
    pub domain: String,
    /// SQL table: `loans` (the newest major) or `loans_v1`.
    pub name: String,
    /// The port and major behind the name.
    pub port: PortVersion,
    /// Its contract.
    pub contract: Arc<Contract>,
    /// Its Arrow schema, with the contract's metadata: the columns that may be read, and no others.
    pub schema: SchemaRef,
    pub(super) served: Arc<ServedPort>,
    pub(super) permit: Arc<Permit>,
}

impl TableEntry {
    /// The contract's schema object for this table.
    #[must_use]
    pub fn object(&self) -> Option<&SchemaObject> {
        self.contract.objects.first()
    }

    /// Whether the column may be read; one that may not does not exist.
    #[must_use]
    pub fn has_column(&self, name: &str) -> bool {
        self.schema.column_with_name(name).is_some()
    }
}

impl Session {
    pub(super) fn open(reader: &Arc<Inner>, identity: &Identity) -> Self {
        let now = reader.clock.now();
        let agreements = reader.grants(now);
        let mut tables: Vec<TableEntry> = Vec::new();
        let mut permits = Vec::new();
        for served in reader.ports.all() {
            let decision = decide(served.port(), served.contract(), identity, &agreements, now);
            let Decision::Permit(permit) = decision else { continue };
            let permit: Arc<Permit> = Arc::from(permit);
            // An agreement may name columns that the contract in service no longer has.
            if permitted(served.schema(), &permit).fields().is_empty() {
                continue;
            }
            permits.push(Arc::clone(&permit));
            // Ports come by ascending major, so the bare name ends at the newest.
            let name = served.port().name.port();
            tables.retain(|table| !(table.name == name && table.domain == served.port().name.domain()));
            tables.push(entry(name.to_owned(), &served, &permit));
            tables.push(entry(served.port().table(), &served, &permit));
        }
        tables.sort_by(|a, b| (&a.domain, &a.name).cmp(&(&b.domain, &b.name)));
        Self { reader: Arc::clone(reader), tables, permits }
    }

    /// The tables that may be read, by domain and name.
    #[must_use]
    pub fn tables(&self) -> &[TableEntry] {
        &self.tables
    }

    /// Plans `sql`, one query. `pins` name the snapshots to read; tables not pinned are read at their newest.
    ///
    /// # Errors
    /// [`EngineError::Query`] for what cannot be planned; a table that may not be read does not exist.
    pub async fn query(&self, sql: &str, pins: &Pins) -> Result<Query, EngineError> {
        let Parsed { statement, chain } = on_large_stack(|| statement::parse(sql, &self.reader.limits))?;
        let (state, catalog) = self.state(pins);
        let planned = with_large_stack(state.statement_to_plan(statement)).await;
        let plan = planned.map_err(|error| wording::of_planning(error, &self.tables))?;
        Query::new(self, state, plan, catalog.pins(), chain)
    }

    /// Plans the whole of one table.
    ///
    /// # Errors
    /// As [`Session::query`].
    pub async fn table(&self, domain: &str, name: &str, pins: &Pins) -> Result<Query, EngineError> {
        let quote = |identifier: &str| format!("\"{}\"", identifier.replace('"', "\"\""));
        self.query(&format!("SELECT * FROM {}.{}", quote(domain), quote(name)), pins).await
    }

    pub(super) fn now(&self) -> DateTime<Utc> {
        self.reader.clock.now()
    }

    fn state(&self, pins: &Pins) -> (SessionState, Arc<MeshCatalog>) {
        let (shelf, functions) = (Arc::clone(&self.reader.shelf), Arc::clone(&self.reader.functions));
        let catalog = Arc::new(MeshCatalog::new(self.tables.clone(), pins.clone(), shelf, functions));
        let mut state = self.reader.state.clone();
        state.register_catalog_list(Arc::clone(&catalog) as _);
        state.execution_props_mut().query_execution_start_time = Some(self.now());
        (state, catalog)
    }
}

/// The columns of a schema that the permit opens.
fn permitted(schema: &SchemaRef, permit: &Permit) -> SchemaRef {
    let Some(columns) = permit.columns() else { return Arc::clone(schema) };
    let fields: Vec<FieldRef> =
        schema.fields().iter().filter(|field| columns.contains(field.name())).map(Arc::clone).collect();
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

fn entry(name: String, served: &Arc<ServedPort>, permit: &Arc<Permit>) -> TableEntry {
    TableEntry {
        domain: served.port().name.domain().to_owned(),
        name,
        port: served.port().clone(),
        contract: Arc::clone(served.contract()),
        schema: permitted(served.schema(), permit),
        served: Arc::clone(served),
        permit: Arc::clone(permit),
    }
}
