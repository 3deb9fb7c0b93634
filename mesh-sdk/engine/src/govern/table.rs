//! A port's snapshot as one permit lets it be seen.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use mesh_policy::Permit;

use super::exec::GovernedExec;
use crate::hot::Shelf;
use crate::table::Snapshot;

/// One snapshot of a port, under one permit, with the contract's schema.
#[derive(Debug)]
pub struct GovernedTable {
    permit: Arc<Permit>,
    schema: SchemaRef,
    snapshot: Arc<Snapshot>,
    shelf: Arc<Shelf>,
}

impl GovernedTable {
    /// The snapshot as `permit` lets it be seen. `schema` is the contract's, whose metadata each batch then carries;
    /// `shelf` may hold the rows in memory.
    pub(crate) fn new(permit: Arc<Permit>, schema: SchemaRef, snapshot: Arc<Snapshot>, shelf: Arc<Shelf>) -> Self {
        Self { permit, schema, snapshot, shelf }
    }

    /// Where each column of the contract is in the snapshot: an older snapshot may have them in another order.
    fn stored_projection(&self, projection: Option<&Vec<usize>>) -> Result<Vec<usize>> {
        let stored = self.snapshot.provider().schema();
        let wanted: Vec<usize> = projection.cloned().unwrap_or_else(|| (0..self.schema.fields().len()).collect());
        wanted.into_iter().map(|column| Ok(stored.index_of(self.schema.field(column).name())?)).collect()
    }
}

#[async_trait]
impl TableProvider for GovernedTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        // A limit counts rows that may be seen, so it stays above.
        _: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let stored = self.stored_projection(projection)?;
        let input = self.shelf.table(&self.snapshot).scan(state, Some(&stored), filters, None).await?;
        let schema = match projection {
            Some(columns) => Arc::new(self.schema.project(columns)?),
            None => self.schema(),
        };
        Ok(Arc::new(GovernedExec::new(Arc::clone(&self.permit), schema, input, self.snapshot.info().version)))
    }

    /// A user's predicate may run below this table only because this permit hides no row and no value: it then sees
    /// nothing that its principal may not.
    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        let below = self.snapshot.provider().supports_filters_pushdown(filters)?;
        // A copy in memory skips batches and leaves the rows of the others alone.
        let inexact = |support| match support {
            TableProviderFilterPushDown::Exact => TableProviderFilterPushDown::Inexact,
            other => other,
        };
        Ok(below.into_iter().map(inexact).collect())
    }

    async fn insert_into(
        &self,
        _state: &dyn Session,
        _input: Arc<dyn ExecutionPlan>,
        _op: datafusion::logical_expr::dml::InsertOp,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        Err(DataFusionError::Plan("ports are read-only".to_owned()))
    }
}
