//! The ports that a process serves, and the snapshots that a query read.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use mesh_contract::model::SchemaObject;
use mesh_contract::{Contract, PortVersion};
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};

use crate::error::EngineError;
use crate::table::{AsOf, PortTable, Snapshot};
use crate::view::View;

/// A port major in service: its contract, the schema derived from it, and its data.
#[derive(Debug)]
pub struct ServedPort {
    port: PortVersion,
    contract: Arc<Contract>,
    schema: SchemaRef,
    data: PortData,
}

/// Where a port's rows come from.
#[derive(Clone, Debug)]
pub enum PortData {
    /// A table of its own.
    Table(PortTable),
    /// The table of a newer major.
    View(View),
}

/// The ports in service; shared between whoever publishes and whoever reads.
#[derive(Clone, Debug, Default)]
pub struct Ports(Arc<RwLock<BTreeMap<PortVersion, Arc<ServedPort>>>>);

/// The snapshot read of each table, so that a later part of the same request reads the same.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Pins(BTreeMap<String, u64>);

impl ServedPort {
    /// Puts a port together; `object` is the contract's one schema object.
    #[must_use]
    pub fn new(port: PortVersion, contract: Arc<Contract>, object: &SchemaObject, data: impl Into<PortData>) -> Self {
        let schema = mesh_contract::arrow::schema(&contract, object);
        Self { port, contract, schema, data: data.into() }
    }

    /// Its name and major.
    #[must_use]
    pub fn port(&self) -> &PortVersion {
        &self.port
    }

    /// Its contract.
    #[must_use]
    pub fn contract(&self) -> &Arc<Contract> {
        &self.contract
    }

    /// The contract's Arrow schema.
    #[must_use]
    pub fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    /// Its data.
    #[must_use]
    pub fn data(&self) -> &PortData {
        &self.data
    }
}

impl PortData {
    /// The newest snapshot; `None` when nothing was ever published.
    ///
    /// # Errors
    /// [`EngineError::Table`] when the log cannot be read.
    pub async fn newest(&self) -> Result<Option<Arc<Snapshot>>, EngineError> {
        match self {
            Self::Table(table) => table.newest().await,
            Self::View(view) => view.newest().await,
        }
    }

    /// The snapshot that `as_of` names.
    ///
    /// # Errors
    /// [`EngineError::NoSnapshot`] when there is none.
    pub async fn as_of(&self, as_of: &AsOf) -> Result<Arc<Snapshot>, EngineError> {
        match self {
            Self::Table(table) => table.as_of(as_of).await,
            Self::View(view) => view.as_of(as_of).await,
        }
    }
}

impl From<PortTable> for PortData {
    fn from(table: PortTable) -> Self {
        Self::Table(table)
    }
}

impl From<View> for PortData {
    fn from(view: View) -> Self {
        Self::View(view)
    }
}

impl Ports {
    /// Puts a port in service, in place of an older contract version of the same major.
    pub fn serve(&self, port: ServedPort) {
        self.0.write().insert(port.port.clone(), Arc::new(port));
    }

    /// Takes a port out of service.
    pub fn withdraw(&self, port: &PortVersion) {
        self.0.write().remove(port);
    }

    /// Whether a port is in service.
    #[must_use]
    pub fn is_served(&self, port: &PortVersion) -> bool {
        self.0.read().contains_key(port)
    }

    /// All ports in service, by name and major.
    #[must_use]
    pub fn all(&self) -> Vec<Arc<ServedPort>> {
        self.0.read().values().cloned().collect()
    }
}

impl Pins {
    /// The snapshot version pinned for a table.
    #[must_use]
    pub fn get(&self, port: &PortVersion) -> Option<u64> {
        self.0.get(&port.to_string()).copied()
    }

    /// Pins a table to a snapshot version.
    pub fn pin(&mut self, port: &PortVersion, version: u64) {
        self.0.insert(port.to_string(), version);
    }
}
