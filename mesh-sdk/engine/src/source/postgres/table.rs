//! The table over a relation of a database: columns, conditions and limits travel to where the data is.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::{Session as PlanSession, TableProvider};
use datafusion::error::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::{PartitionStream, StreamingTableExec};
use futures::TryStreamExt;
use futures::stream::BoxStream;

use super::connect::Database;
use super::copy::CopyReader;
use super::session::Session;
use crate::source::column::Kind;
use crate::source::error::SourceError;
use crate::source::partition::{Reader, batches};
use crate::source::rows::Layout;
use crate::source::select::Select;

/// One snapshot of a table or query.
#[derive(Debug)]
pub(super) struct PostgresTable {
    pub(super) database: Arc<Database>,
    /// What stands behind `FROM`: the declared columns under the contract's names.
    pub(super) relation: String,
    /// As messages name it.
    pub(super) shown: String,
    pub(super) layout: Arc<Layout>,
    /// Columns that tell rows apart.
    pub(super) key: Vec<String>,
    /// The snapshot that every scan reads.
    pub(super) snapshot: String,
    /// Keeps the snapshot importable.
    pub(super) holder: Arc<Session>,
}

impl PostgresTable {
    /// Texts of times have several spellings, and floats and bytes are not compared over there either.
    fn compares(&self, filter: &Expr) -> bool {
        let differs = |name: &str| {
            let column = self.layout.columns.iter().find(|column| column.name == name);
            column.is_none_or(|column| matches!(column.kind, Kind::Time | Kind::Float { .. } | Kind::Bytes))
        };
        !filter.column_refs().iter().any(|column| differs(&column.name))
    }
}

#[async_trait]
impl TableProvider for PostgresTable {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.layout.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(
        &self,
        filters: &[&Expr],
    ) -> Result<Vec<TableProviderFilterPushDown>, DataFusionError> {
        let pushdown = |filter: &&Expr| match self.compares(filter) {
            true => Select::pushdown(filter),
            false => TableProviderFilterPushDown::Unsupported,
        };
        Ok(filters.iter().map(pushdown).collect())
    }

    async fn scan(
        &self,
        _: &dyn PlanSession,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>, DataFusionError> {
        let layout = match projection {
            Some(columns) => Arc::new(self.layout.project(columns)?),
            None => Arc::clone(&self.layout),
        };
        let schema = Arc::clone(&layout.schema);
        let sql = Select { table: &self.relation, schema: &schema, filters, limit }.to_sql()?;
        let part = PostgresPart {
            database: Arc::clone(&self.database),
            sql,
            shown: self.shown.clone(),
            layout,
            key: self.key.clone(),
            snapshot: self.snapshot.clone(),
            holder: Arc::clone(&self.holder),
        };
        let parts: Vec<Arc<dyn PartitionStream>> = vec![Arc::new(part)];
        Ok(Arc::new(StreamingTableExec::try_new(schema, parts, None, [], false, None)?))
    }
}

/// One `COPY` on its way.
#[derive(Clone, Debug)]
struct PostgresPart {
    database: Arc<Database>,
    sql: String,
    shown: String,
    layout: Arc<Layout>,
    key: Vec<String>,
    snapshot: String,
    holder: Arc<Session>,
}

impl PartitionStream for PostgresPart {
    fn schema(&self) -> &SchemaRef {
        &self.layout.schema
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let batches = futures::stream::once(self.clone().open())
            .try_flatten()
            .map_err(|error| DataFusionError::External(Box::new(error)));
        Box::pin(RecordBatchStreamAdapter::new(Arc::clone(&self.layout.schema), batches))
    }
}

impl PostgresPart {
    async fn open(self) -> Result<BoxStream<'static, Result<RecordBatch, SourceError>>, SourceError> {
        let (input, database) = (self.layout.input.clone(), self.database.shown.clone());
        let failed = move |failure: super::Failure| failure.of_input(&input, &database);
        let session = Session::begin(&self.database, Some(&self.snapshot)).await.map_err(&failed)?;
        // From here on the snapshot is this session's own.
        drop(self.holder);
        let pieces = session.copy(&self.sql).await.map_err(&failed)?;
        let reader = CopyReader::new(self.layout, self.shown, &self.key);
        Ok(batches(Reader::Copy(Box::new(reader)), Box::pin(pieces.map_err(failed))))
    }
}
