//! The table over an upstream port: columns, filters and limits travel to where the data is.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session, TableProvider};
use datafusion::error::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use futures::{StreamExt, TryStreamExt};
use mesh_contract::PortVersion;

use super::{Upstream, UpstreamError};
use crate::source::select::Select;
use crate::stream::relabel;

/// One snapshot of another product's port.
#[derive(Debug)]
pub(super) struct UpstreamTable {
    pub(super) input: String,
    pub(super) port: PortVersion,
    pub(super) upstream: Arc<dyn Upstream>,
    pub(super) snapshot: u64,
    pub(super) schema: SchemaRef,
}

#[async_trait]
impl TableProvider for UpstreamTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>, DataFusionError> {
        Ok(filters.iter().map(|filter| Select::pushdown(filter)).collect())
    }

    async fn scan(
        &self,
        _: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        let schema = match projection {
            Some(columns) => Arc::new(self.schema.project(columns)?),
            None => Arc::clone(&self.schema),
        };
        let table =
            format!("\"{}\".\"{}\" VERSION AS OF {}", self.port.name.domain(), self.port.table(), self.snapshot);
        let sql = Select { table: &table, schema: &schema, filters, limit }.to_sql()?;
        let part = UpstreamPart {
            input: self.input.clone(),
            port: self.port.clone(),
            upstream: Arc::clone(&self.upstream),
            sql,
            schema: Arc::clone(&schema),
        };
        let parts: Vec<Arc<dyn PartitionStream>> = vec![Arc::new(part)];
        Ok(Arc::new(StreamingTableExec::try_new(schema, parts, None, [], false, None)?))
    }
}

/// One query on its way.
#[derive(Debug)]
struct UpstreamPart {
    input: String,
    port: PortVersion,
    upstream: Arc<dyn Upstream>,
    sql: String,
    schema: SchemaRef,
}

impl PartitionStream for UpstreamPart {
    fn schema(&self) -> &SchemaRef {
        &self.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (upstream, port, sql) = (Arc::clone(&self.upstream), self.port.clone(), self.sql.clone());
        let (input, schema) = (self.input.clone(), Arc::clone(&self.schema));
        let wrap = {
            let port = port.clone();
            move |error: UpstreamError| DataFusionError::External(Box::new(error.of_input(&input, &port)))
        };
        let batches =
            futures::stream::once(async move { upstream.query(&port, &sql).await }).try_flatten().map_err(wrap).map({
                let schema = Arc::clone(&schema);
                move |batch| relabel(&batch?, &schema)
            });
        Box::pin(RecordBatchStreamAdapter::new(schema, batches))
    }
}
