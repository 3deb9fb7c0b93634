//! One snapshot's rows in memory, as a table.

use std::sync::Arc;

use async_trait::async_trait;
use datafusion::arrow::array::{Array, RecordBatch, RecordBatchOptions};
use datafusion::arrow::datatypes::SchemaRef;
use datafusion::arrow::error::ArrowError;
use datafusion::catalog::memory::DataSourceExec;
use datafusion::catalog::{Session, TableProvider};
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::error::{DataFusionError, Result};
use datafusion::logical_expr::{Expr, TableProviderFilterPushDown, TableType};
use datafusion::physical_plan::{ExecutionPlan, execute_stream};
use datafusion::prelude::{SessionConfig, SessionContext};
use futures::TryStreamExt;

use super::zones::Zones;

/// A snapshot's rows, in the order of its files.
#[derive(Debug)]
pub(super) struct HotCopy {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    zones: Zones,
    bytes: usize,
}

impl HotCopy {
    /// Reads all of `table`, `batch_rows` rows to a batch; `None` when it takes more than `bytes_max` bytes.
    pub(super) async fn read(table: &dyn TableProvider, batch_rows: usize, bytes_max: usize) -> Result<Option<Self>> {
        let config = SessionConfig::new().with_target_partitions(1).with_batch_size(batch_rows);
        let context = SessionContext::new_with_config(config);
        let plan = table.scan(&context.state(), None, &[], None).await?;
        let mut rows = execute_stream(plan, context.task_ctx())?;
        let (mut batches, mut bytes) = (Vec::new(), 0);
        while let Some(batch) = rows.try_next().await? {
            let batch = without_slack(batch)?;
            bytes += batch.get_array_memory_size();
            if bytes > bytes_max {
                return Ok(None);
            }
            batches.push(batch);
        }
        let schema = table.schema();
        let zones = Zones::of(&schema, &batches)?;
        Ok(Some(Self { schema, batches, zones, bytes }))
    }

    /// Bytes held.
    pub(super) fn bytes(&self) -> usize {
        self.bytes
    }
}

#[async_trait]
impl TableProvider for HotCopy {
    fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    fn table_type(&self) -> TableType {
        TableType::Base
    }

    fn supports_filters_pushdown(&self, filters: &[&Expr]) -> Result<Vec<TableProviderFilterPushDown>> {
        Ok(vec![TableProviderFilterPushDown::Inexact; filters.len()])
    }

    async fn scan(
        &self,
        state: &dyn Session,
        projection: Option<&Vec<usize>>,
        filters: &[Expr],
        limit: Option<usize>,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let kept = self.zones.matching(state, &self.schema, filters)?;
        let kept: Vec<RecordBatch> =
            self.batches.iter().zip(kept).filter(|(_, kept)| *kept).map(|(batch, _)| batch.clone()).collect();
        let share = kept.len().div_ceil(state.config().target_partitions().max(1)).max(1);
        let mut partitions: Vec<Vec<RecordBatch>> = kept.chunks(share).map(<[RecordBatch]>::to_vec).collect();
        if partitions.is_empty() {
            partitions.push(Vec::new());
        }
        let source = MemorySourceConfig::try_new(&partitions, self.schema(), projection.cloned())?.with_limit(limit);
        Ok(DataSourceExec::from_data_source(source))
    }
}

/// The same rows in buffers of just their size: a decoder leaves up to as much again unused.
fn without_slack(batch: RecordBatch) -> Result<RecordBatch, DataFusionError> {
    let (schema, mut columns, rows) = batch.into_parts();
    columns.iter_mut().for_each(Array::shrink_to_fit);
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    RecordBatch::try_new_with_options(schema, columns, &options).map_err(|error: ArrowError| error.into())
}
