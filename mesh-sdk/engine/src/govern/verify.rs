//! The second check: every leaf of the final plan reads under a permit of this session, or reads no data at all.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::catalog::memory::DataSourceExec;
use datafusion::datasource::memory::MemorySourceConfig;
use datafusion::physical_plan::ExecutionPlan;
use datafusion::physical_plan::empty::EmptyExec;
use datafusion::physical_plan::memory::LazyMemoryExec;
use datafusion::physical_plan::placeholder_row::PlaceholderRowExec;
use datafusion::physical_plan::work_table::WorkTableExec;
use mesh_policy::Permit;

use super::exec::GovernedExec;
use crate::error::QueryError;

/// Checks the plan that is about to run against the session's permits.
///
/// # Errors
/// [`QueryError::Ungoverned`] for any scan that is not of a governed table under one of `permits`, in force at `now`, or
/// that reads a column which its permit does not open.
pub(crate) fn verify(
    plan: &Arc<dyn ExecutionPlan>,
    permits: &[Arc<Permit>],
    now: DateTime<Utc>,
) -> Result<(), QueryError> {
    if let Some(governed) = plan.downcast_ref::<GovernedExec>() {
        let permit = governed.permit();
        let held = permit.expires() > now && permits.iter().any(|held| held.as_ref() == permit);
        let schema = plan.schema();
        let opened = |name: &String| permit.columns().is_none_or(|columns| columns.contains(name));
        let within = schema.fields().iter().all(|field| opened(field.name()));
        return if held && within { Ok(()) } else { Err(QueryError::Ungoverned(permit.port().to_string())) };
    }
    let children = plan.children();
    if children.is_empty() && !reads_nothing(plan) {
        return Err(QueryError::Ungoverned(plan.name().to_owned()));
    }
    children.into_iter().try_for_each(|child| verify(child, permits, now))
}

/// Leaves that make rows out of the query's own text. Anything not named here is refused.
fn reads_nothing(plan: &Arc<dyn ExecutionPlan>) -> bool {
    let values = plan
        .downcast_ref::<DataSourceExec>()
        .is_some_and(|source| source.data_source().downcast_ref::<MemorySourceConfig>().is_some());
    values
        || plan.is::<EmptyExec>()
        || plan.is::<PlaceholderRowExec>()
        || plan.is::<LazyMemoryExec>()
        || plan.is::<WorkTableExec>()
}
