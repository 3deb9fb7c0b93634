//! The walk over a plan, node by node.

use std::collections::BTreeSet;

use datafusion::common::TableReference;
use datafusion::logical_expr::LogicalPlan;
use mesh_lineage::{Dataset, Kind, Sources};

use super::relation::{Relation, Scope};

/// Bytes of stack that one step may need, and how much is added when they are not there: a plan is as deep as its
/// query is long.
const STACK_NEEDED_BYTES: usize = 256 * 1024;
const STACK_ADDED_BYTES: usize = 4 * 1024 * 1024;

/// One walk over one plan.
pub(super) struct Walk<'a> {
    pub(super) name: &'a dyn Fn(&TableReference) -> Option<Dataset>,
    /// Every dataset met so far.
    pub(super) inputs: BTreeSet<Dataset>,
    /// What the subqueries around this place may refer to, the outermost first.
    pub(super) outer: Vec<Scope>,
    /// The recursive queries around this place and what is known of each, the outermost first.
    pub(super) recursions: Vec<(String, Relation)>,
}

impl<'a> Walk<'a> {
    pub(super) fn new(name: &'a dyn Fn(&TableReference) -> Option<Dataset>) -> Self {
        Self { name, inputs: BTreeSet::new(), outer: Vec::new(), recursions: Vec::new() }
    }

    pub(super) fn into_inputs(self) -> BTreeSet<Dataset> {
        self.inputs
    }

    /// What `plan` gives.
    pub(super) fn relation(&mut self, plan: &LogicalPlan) -> Relation {
        let relation = deep(|| self.known(plan));
        match relation {
            Some(relation) if relation.columns.len() == plan.schema().fields().len() => relation,
            _ => self.unknown(plan),
        }
    }

    fn known(&mut self, plan: &LogicalPlan) -> Option<Relation> {
        Some(match plan {
            LogicalPlan::Projection(node) => self.projection(node),
            LogicalPlan::Aggregate(node) => self.aggregate(node)?,
            LogicalPlan::Window(node) => self.window(node),
            LogicalPlan::Unnest(node) => self.unnest(node)?,
            LogicalPlan::Values(node) => self.values(node),
            LogicalPlan::EmptyRelation(node) => Relation::without_sources(node.schema.fields().len()),
            LogicalPlan::Filter(node) => self.filter(node),
            LogicalPlan::Sort(node) => self.sort(node),
            LogicalPlan::Limit(node) => self.limit(node),
            LogicalPlan::Distinct(node) => self.distinct(node),
            LogicalPlan::Union(node) => self.union(node)?,
            LogicalPlan::Join(node) => self.join(node),
            LogicalPlan::TableScan(node) => self.scan(node),
            LogicalPlan::RecursiveQuery(node) => self.recursive(node),
            // Each of these gives the rows of its input as they are.
            LogicalPlan::SubqueryAlias(node) => self.relation(&node.input),
            LogicalPlan::Subquery(node) => self.relation(&node.subquery),
            LogicalPlan::Repartition(node) => self.relation(&node.input),
            _ => return None,
        })
    }

    /// A node that is not known might do anything with its inputs.
    fn unknown(&mut self, plan: &LogicalPlan) -> Relation {
        let (mut columns, mut rows, mut scope) = (Sources::default(), Sources::default(), Scope::default());
        for input in plan.inputs() {
            let relation = self.relation(input);
            columns.add(&relation.all());
            rows.add(&relation.rows);
            scope = scope.then(&relation.scope(input.schema()));
        }
        for expression in plan.expressions() {
            columns.add(&self.expression(&expression, &scope));
        }
        rows.add(&columns.clone().by(Kind::Filter));
        Relation::new(vec![columns.by(Kind::Transformation); plan.schema().fields().len()], rows)
    }
}

/// Runs a step of the recursion, on more stack where there is too little left.
pub(super) fn deep<T>(step: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(STACK_NEEDED_BYTES, STACK_ADDED_BYTES, step)
}
