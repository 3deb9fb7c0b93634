//! The ports that a process serves, and the snapshots that a query read.

use std::collections::BTreeMap;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use mesh_contract::model::SchemaObject;
use mesh_contract::{Contract, PortVersion};
use parking_lot::RwLock;
use serde::{Deserialize, Serialize};

use crate::table::PortTable;

/// A port major in service: its contract, the schema derived from it, and its data.
#[derive(Debug)]
pub struct ServedPort {
    port: PortVersion,
    contract: Arc<Contract>,
    schema: SchemaRef,
    table: PortTable,
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
    pub fn new(port: PortVersion, contract: Arc<Contract>, object: &SchemaObject, table: PortTable) -> Self {
        let schema = mesh_contract::arrow::schema(&contract, object);
        Self { port, contract, schema, table }
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
    pub fn table(&self) -> &PortTable {
        &self.table
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
