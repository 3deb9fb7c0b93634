//! Queries give way: whatever multiplies rows yields between its batches, so that a query can be cancelled while it works.
//!
//! DataFusion lets leaves and exchanges yield. A join of a few small tables reads its leaves once and then makes rows for
//! hours without asking for another one: below an aggregate it never comes up for air, and cancelling frees nothing.

use std::sync::Arc;

use datafusion::common::tree_node::{Transformed, TransformedResult, TreeNode};
use datafusion::config::ConfigOptions;
use datafusion::error::Result;
use datafusion::physical_optimizer::PhysicalOptimizerRule;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::coop::CooperativeExec;
use datafusion::physical_plan::unnest::UnnestExec;

/// Puts a yield above every join and every unnesting.
#[derive(Debug)]
pub(super) struct YieldWhereRowsMultiply;

impl PhysicalOptimizerRule for YieldWhereRowsMultiply {
    fn optimize(&self, plan: Arc<dyn ExecutionPlan>, _: &ConfigOptions) -> Result<Arc<dyn ExecutionPlan>> {
        plan.transform_up(|plan| {
            if plan.children().len() > 1 || plan.is::<UnnestExec>() {
                return Ok(Transformed::yes(Arc::new(CooperativeExec::new(plan))));
            }
            Ok(Transformed::no(plan))
        })
        .data()
    }

    fn name(&self) -> &'static str {
        "yield_where_rows_multiply"
    }

    fn schema_check(&self) -> bool {
        true
    }
}
