//! Lineage taken from the plan: where each column of a query's result comes from.
//!
//! What is walked is the logical plan as analysed, before it is optimised: the one form in which every name is resolved
//! and nothing that the author wrote has been folded away. The rules by which steps add up are `mesh-lineage`'s; here is
//! what each node and each expression of DataFusion is such a step.
//!
//! Nothing is lost silently: where a node, an expression or a name is not known, every input column counts as a direct
//! source of every output column, and as a filter.

mod columns;
mod expression;
mod function;
mod join;
mod relation;
mod rows;
mod scan;
mod subquery;
mod walk;

use datafusion::common::TableReference;
use datafusion::error::DataFusionError;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use mesh_lineage::{Dataset, Lineage, OutputColumn};

use self::walk::Walk;

/// Where the columns of `plan`'s result come from. `name` says which dataset a table of the plan is, for a plan knows
/// tables by the names of its session (`input.accounts`, `loans`); `None` is for rows that come from nowhere, such as
/// those of the table function `generate_series()`.
#[must_use]
pub fn lineage_of(plan: &LogicalPlan, name: &dyn Fn(&TableReference) -> Option<Dataset>) -> Lineage {
    let mut walk = Walk::new(name);
    let relation = walk.relation(plan);
    let fields = plan.schema().fields().iter();
    let columns = fields.zip(relation.columns.iter());
    let columns =
        columns.map(|(field, sources)| OutputColumn { name: field.name().clone(), sources: sources.clone() }).collect();
    Lineage { columns, rows: relation.rows, inputs: walk.into_inputs() }
}

/// `plan` as [`lineage_of`] wants it: analysed, with every type and every `grouping()` resolved, and not optimised.
///
/// # Errors
/// What the analyser finds wrong, such as types that do not go together.
pub fn analysed(state: &SessionState, plan: LogicalPlan) -> Result<LogicalPlan, DataFusionError> {
    state.analyzer().execute_and_check(plan, state.config_options(), |_, _| {})
}
