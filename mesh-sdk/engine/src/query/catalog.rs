//! A session's catalog: `mesh.<domain>.<table>`, holding governed tables only, and `information_schema` with the functions.

use std::collections::BTreeSet;
use std::sync::Arc;

use async_trait::async_trait;
use datafusion::catalog::{CatalogProvider, CatalogProviderList, SchemaProvider, TableProvider};
use datafusion::error::DataFusionError;
use parking_lot::Mutex;

use super::ports::Pins;
use super::reader::CATALOG;
use super::session::TableEntry;
use super::statement::split_version;
use crate::error::EngineError;
use crate::function::{INFORMATION_SCHEMA, Listing};
use crate::govern::GovernedTable;
use crate::hot::Shelf;
use crate::table::AsOf;

/// Catalog list, catalog and schemas of one session in one.
#[derive(Clone, Debug)]
pub(super) struct MeshCatalog {
    tables: Arc<Vec<TableEntry>>,
    pins: Arc<Mutex<Pins>>,
    shelf: Arc<Shelf>,
    functions: Arc<Listing>,
}

#[derive(Debug)]
struct DomainSchema {
    domain: String,
    catalog: MeshCatalog,
}

impl MeshCatalog {
    pub(super) fn new(tables: Vec<TableEntry>, pins: Pins, shelf: Arc<Shelf>, functions: Arc<Listing>) -> Self {
        Self { tables: Arc::new(tables), pins: Arc::new(Mutex::new(pins)), shelf, functions }
    }

    /// The snapshots that were read so far.
    pub(super) fn pins(&self) -> Pins {
        self.pins.lock().clone()
    }

    async fn open(&self, entry: &TableEntry, as_of: Option<AsOf>) -> Result<GovernedTable, EngineError> {
        let table = entry.served.data();
        // A bound copy: the lock must not be held while the log is read.
        let pinned = self.pins.lock().get(&entry.port);
        let snapshot = match (as_of, pinned) {
            (Some(as_of), _) => table.as_of(&as_of).await?,
            (None, Some(version)) => table.as_of(&AsOf::Version(version)).await?,
            (None, None) => {
                let none = || EngineError::NoSnapshot { table: entry.port.to_string(), as_of: "now".to_owned() };
                let newest = table.newest().await?.ok_or_else(none)?;
                self.pins.lock().pin(&entry.port, newest.info().version);
                newest
            }
        };
        let (permit, schema) = (Arc::clone(&entry.permit), Arc::clone(&entry.schema));
        Ok(GovernedTable::new(permit, schema, snapshot, Arc::clone(&self.shelf)))
    }
}

impl CatalogProviderList for MeshCatalog {
    fn register_catalog(&self, _: String, _: Arc<dyn CatalogProvider>) -> Option<Arc<dyn CatalogProvider>> {
        None
    }

    fn catalog_names(&self) -> Vec<String> {
        vec![CATALOG.to_owned()]
    }

    fn catalog(&self, name: &str) -> Option<Arc<dyn CatalogProvider>> {
        (name == CATALOG).then(|| Arc::new(self.clone()) as _)
    }
}

impl CatalogProvider for MeshCatalog {
    fn schema_names(&self) -> Vec<String> {
        self.tables.iter().map(|table| table.domain.clone()).collect::<BTreeSet<_>>().into_iter().collect()
    }

    fn schema(&self, name: &str) -> Option<Arc<dyn SchemaProvider>> {
        // Every schema exists, so that one that may not be seen looks like one that is not there: both are empty.
        Some(Arc::new(DomainSchema { domain: name.to_owned(), catalog: self.clone() }))
    }
}

#[async_trait]
impl SchemaProvider for DomainSchema {
    fn table_names(&self) -> Vec<String> {
        if self.domain == INFORMATION_SCHEMA {
            return Listing::names().map(str::to_owned).collect();
        }
        let tables = self.catalog.tables.iter().filter(|table| table.domain == self.domain);
        tables.map(|table| table.name.clone()).collect()
    }

    async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>, DataFusionError> {
        if self.domain == INFORMATION_SCHEMA {
            return self.catalog.functions.table(name).await;
        }
        let (name, as_of) = split_version(name);
        let found = self.catalog.tables.iter().find(|table| table.domain == self.domain && table.name == name);
        let Some(entry) = found else { return Ok(None) };
        match self.catalog.open(entry, as_of).await {
            Ok(table) => Ok(Some(Arc::new(table))),
            Err(error) => Err(DataFusionError::External(Box::new(error))),
        }
    }

    fn table_exist(&self, name: &str) -> bool {
        if self.domain == INFORMATION_SCHEMA {
            return Listing::names().any(|table| table == name);
        }
        let (name, _) = split_version(name);
        self.catalog.tables.iter().any(|table| table.domain == self.domain && table.name == name)
    }
}
