//! The functions of a session as tables: `information_schema.routines` and `information_schema.parameters`.
//!
//! They are the only tables of that schema that a governed session has, and hold no data of a port: functions are the same
//! for everybody.

use std::fmt;
use std::sync::Arc;

use datafusion::catalog::{MemTable, MemoryCatalogProviderList, TableProvider};
use datafusion::error::Result;
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::prelude::SessionContext;
use tokio::sync::OnceCell;

/// The schema's name in SQL.
pub(crate) const SCHEMA: &str = "information_schema";
const TABLES: [&str; 2] = ["routines", "parameters"];

/// The functions of a state, listed when first asked for.
pub(crate) struct Listing {
    state: SessionState,
    tables: OnceCell<Vec<Arc<MemTable>>>,
}

impl Listing {
    pub(crate) fn new(state: SessionState) -> Arc<Self> {
        Arc::new(Self { state, tables: OnceCell::new() })
    }

    /// The names of the tables.
    pub(crate) fn names() -> impl Iterator<Item = &'static str> {
        TABLES.into_iter()
    }

    /// One of the tables; `None` when it is another name.
    pub(crate) async fn table(&self, name: &str) -> Result<Option<Arc<dyn TableProvider>>> {
        let Some(position) = TABLES.iter().position(|table| *table == name) else { return Ok(None) };
        let tables = self.tables.get_or_try_init(|| listed(&self.state)).await?;
        Ok(tables.get(position).map(|table| Arc::clone(table) as _))
    }
}

impl fmt::Debug for Listing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("functions")
    }
}

/// DataFusion's own listing, in a session that has functions and no tables.
async fn listed(state: &SessionState) -> Result<Vec<Arc<MemTable>>> {
    let config = state.config().clone().with_information_schema(true);
    let state = SessionStateBuilder::new_from_existing(state.clone())
        .with_config(config)
        .with_catalog_list(Arc::new(MemoryCatalogProviderList::new()))
        .build();
    let context = SessionContext::new_with_state(state);
    let mut tables = Vec::with_capacity(TABLES.len());
    for name in TABLES {
        let frame = context.table(format!("{SCHEMA}.{name}")).await?;
        let schema = Arc::new(frame.schema().as_arrow().clone());
        tables.push(Arc::new(MemTable::try_new(schema, vec![frame.collect().await?])?));
    }
    Ok(tables)
}
