//! A model's rows as a table that runs the query anew: what is checked when the rows cannot even be staged.

use std::sync::Arc;

use arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::catalog::streaming::StreamingTable;
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::streaming::PartitionStream;
use futures::TryStreamExt;

use super::staging::conformed;
use crate::model::OutputSchema;

/// The rows with null allowed everywhere, so that every rule can count what breaks it.
pub(super) fn table(rows: DataFrame, output: OutputSchema) -> Result<Arc<dyn TableProvider>, DataFusionError> {
    let schema = Arc::clone(output.relaxed());
    Ok(Arc::new(StreamingTable::try_new(schema, vec![Arc::new(Replay { rows, output })])?))
}

struct Replay {
    rows: DataFrame,
    output: OutputSchema,
}

impl PartitionStream for Replay {
    fn schema(&self) -> &SchemaRef {
        self.output.relaxed()
    }

    fn execute(&self, _: Arc<TaskContext>) -> SendableRecordBatchStream {
        let (rows, output) = (self.rows.clone(), self.output.clone());
        let schema = Arc::clone(output.relaxed());
        let batches = futures::stream::once(async move {
            let batches = rows.execute_stream().await?;
            Ok::<_, DataFusionError>(conformed(batches, &output, output.relaxed(), None))
        });
        Box::pin(RecordBatchStreamAdapter::new(schema, batches.try_flatten()))
    }
}

impl std::fmt::Debug for Replay {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Replay")
    }
}
