//! The session that a model is planned and run in: the tables it may read, the product's functions, and nothing else.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::catalog::{
    CatalogProvider, MemoryCatalogProvider, MemorySchemaProvider, SchemaProvider, TableProvider,
};
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::prelude::SessionConfig;

use crate::error::EngineError;
use crate::function::Functions;

const CATALOG: &str = "mesh";

/// The tables of a session to be: ports under the domain's name, inputs under `input`.
pub(crate) struct ModelSession {
    domain: String,
    catalog: Arc<MemoryCatalogProvider>,
    ports: Arc<MemorySchemaProvider>,
    inputs: Arc<MemorySchemaProvider>,
}

impl ModelSession {
    pub(crate) fn new(domain: &str) -> Result<Self, EngineError> {
        let (catalog, ports, inputs) = (
            MemoryCatalogProvider::new(),
            Arc::new(MemorySchemaProvider::new()),
            Arc::new(MemorySchemaProvider::new()),
        );
        catalog.register_schema(domain, Arc::clone(&ports) as _)?;
        catalog.register_schema("input", Arc::clone(&inputs) as _)?;
        Ok(Self { domain: domain.to_owned(), catalog: Arc::new(catalog), ports, inputs })
    }

    pub(crate) fn add_port(&self, name: &str, rows: Arc<dyn TableProvider>) -> Result<(), EngineError> {
        self.ports.register_table(name.to_owned(), rows)?;
        Ok(())
    }

    pub(crate) fn add_input(&self, name: &str, rows: Arc<dyn TableProvider>) -> Result<(), EngineError> {
        self.inputs.register_table(name.to_owned(), rows)?;
        Ok(())
    }

    /// The session. It has no factories for external tables and reads no paths; its `now()` is `now`.
    pub(crate) fn state(
        self,
        functions: &Functions,
        runtime: Arc<RuntimeEnv>,
        now: DateTime<Utc>,
    ) -> Result<SessionState, EngineError> {
        let config = SessionConfig::new()
            .with_default_catalog_and_schema(CATALOG, &self.domain)
            .with_create_default_catalog_and_schema(false)
            .with_information_schema(false);
        let mut state = SessionStateBuilder::new()
            .with_config(config)
            .with_runtime_env(runtime)
            .with_default_features()
            .with_table_factories(Default::default())
            .build();
        state.catalog_list().register_catalog(CATALOG.to_owned(), self.catalog);
        functions.register(&mut state)?;
        state.execution_props_mut().query_execution_start_time = Some(now);
        Ok(state)
    }
}
