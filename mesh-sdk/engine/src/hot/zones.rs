//! Smallest and largest value of each column in each batch: a predicate that none of a batch's rows can meet skips it.

use std::sync::Arc;

use datafusion::arrow::array::{Array, ArrayRef, RecordBatch};
use datafusion::arrow::datatypes::{DataType, SchemaRef};
use datafusion::catalog::Session;
use datafusion::common::pruning::PrunableStatistics;
use datafusion::common::stats::Precision;
use datafusion::common::{ColumnStatistics, DFSchema, ScalarValue, Statistics};
use datafusion::error::Result;
use datafusion::functions_aggregate::min_max::{MaxAccumulator, MinAccumulator};
use datafusion::logical_expr::utils::conjunction;
use datafusion::logical_expr::{Accumulator, Expr};
use datafusion::physical_optimizer::pruning::PruningPredicateBuilder;

/// One entry a batch.
#[derive(Debug)]
pub(super) struct Zones(Vec<Arc<Statistics>>);

impl Zones {
    pub(super) fn of(schema: &SchemaRef, batches: &[RecordBatch]) -> Result<Self> {
        let zone = |batch: &RecordBatch| -> Result<Arc<Statistics>> {
            let mut zone = Statistics::new_unknown(schema).with_num_rows(Precision::Exact(batch.num_rows()));
            zone.column_statistics = batch.columns().iter().map(column).collect::<Result<_>>()?;
            Ok(Arc::new(zone))
        };
        batches.iter().map(zone).collect::<Result<_>>().map(Self)
    }

    /// For each batch, whether rows in it may meet all of `filters`.
    pub(super) fn matching(&self, state: &dyn Session, schema: &SchemaRef, filters: &[Expr]) -> Result<Vec<bool>> {
        let all = vec![true; self.0.len()];
        let Some(filter) = conjunction(filters.iter().cloned()) else { return Ok(all) };
        let columns = DFSchema::try_from(schema.as_ref().clone())?;
        let filter = state.create_physical_expr(filter, &columns)?;
        let builder = PruningPredicateBuilder::new().with_file_schema(Arc::clone(schema));
        // A predicate that ranges say nothing about leaves every batch in.
        let Some(predicate) = builder.build(filter) else { return Ok(all) };
        predicate.prune(&PrunableStatistics::new(self.0.clone(), Arc::clone(schema)))
    }
}

fn column(values: &ArrayRef) -> Result<ColumnStatistics> {
    let mut known = ColumnStatistics::new_unknown().with_null_count(Precision::Exact(values.null_count()));
    if ordered(values.data_type()) && values.null_count() < values.len() {
        known.min_value = Precision::Exact(last_of(MinAccumulator::try_new(values.data_type())?, values)?);
        known.max_value = Precision::Exact(last_of(MaxAccumulator::try_new(values.data_type())?, values)?);
    }
    Ok(known)
}

fn last_of(mut accumulator: impl Accumulator, values: &ArrayRef) -> Result<ScalarValue> {
    accumulator.update_batch(std::slice::from_ref(values))?;
    accumulator.evaluate()
}

/// Whether ranges of the type are worth keeping. Floats are left out: NaN and the two zeros order differently in
/// different operators.
fn ordered(data_type: &DataType) -> bool {
    data_type.is_integer()
        || data_type.is_temporal()
        || matches!(data_type, DataType::Utf8 | DataType::Boolean | DataType::Decimal128(..) | DataType::Decimal256(..))
}
