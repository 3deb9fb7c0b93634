//! The query's batches on their way into the candidate, in the contract's columns.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use arrow::datatypes::SchemaRef;
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::TryStreamExt;

use super::event::{RunEvent, RunEvents};
use crate::model::OutputSchema;
use crate::model::conform::NullWhereRequired;

/// Wraps the query's stream. What cannot be converted ends it with [`NullWhereRequired`].
pub(super) fn conformed(
    batches: SendableRecordBatchStream,
    output: &OutputSchema,
    schema: &SchemaRef,
    progress: Option<(RunEvents, String)>,
) -> SendableRecordBatchStream {
    let (output, target) = (output.clone(), Arc::clone(schema));
    let rows = AtomicU64::new(0);
    let typed = batches.and_then(move |batch| {
        let typed = output.conform(&batch, &target).map_err(external);
        if let (Ok(batch), Some((events, port))) = (&typed, &progress) {
            let staged = u64::try_from(batch.num_rows()).unwrap_or_default();
            let rows = rows.fetch_add(staged, Ordering::Relaxed) + staged;
            events.tell(RunEvent::Rows { port, rows });
        }
        futures::future::ready(typed)
    });
    Box::pin(RecordBatchStreamAdapter::new(Arc::clone(schema), typed))
}

fn external(error: NullWhereRequired) -> DataFusionError {
    match error {
        NullWhereRequired::Arrow(cause) => cause.into(),
        null => DataFusionError::External(Box::new(null)),
    }
}
