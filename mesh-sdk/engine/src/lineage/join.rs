//! Joins of every kind.

use datafusion::common::tree_node::TreeNode;
use datafusion::logical_expr::{Join, JoinType, LogicalPlan};
use mesh_lineage::{Kind, Sources};

use super::relation::{Relation, Scope};
use super::walk::Walk;

impl Walk<'_> {
    pub(super) fn join(&mut self, node: &Join) -> Relation {
        let left = self.relation(&node.left);
        let left_scope = left.scope(node.left.schema());
        let right = self.right_of(node, &left_scope);
        let right_scope = right.scope(node.right.schema());
        let condition = self.condition(node, &left_scope, &right_scope).by(Kind::Join);
        match node.join_type {
            JoinType::Inner | JoinType::Left | JoinType::Right | JoinType::Full => {
                let columns = left.columns.iter().chain(right.columns.iter()).cloned().collect();
                Relation::new(columns, left.rows.and(&right.rows).and(&condition))
            }
            JoinType::LeftSemi | JoinType::LeftAnti => decided_by(left, &right, &condition),
            JoinType::RightSemi | JoinType::RightAnti => decided_by(right, &left, &condition),
            JoinType::LeftMark => marked(left, &right, &condition),
            JoinType::RightMark => marked(right, &left, &condition),
        }
    }

    /// The right side of a lateral join is a subquery that may refer to the left.
    fn right_of(&mut self, node: &Join, left: &Scope) -> Relation {
        let refers =
            |plan: &LogicalPlan| matches!(plan, LogicalPlan::Subquery(query) if !query.outer_ref_columns.is_empty());
        let is_lateral = node.right.exists(|plan| Ok(refers(plan))).unwrap_or(true);
        if is_lateral {
            self.outer.push(left.clone());
        }
        let right = self.relation(&node.right);
        if is_lateral {
            self.outer.pop();
        }
        right
    }

    fn condition(&mut self, node: &Join, left: &Scope, right: &Scope) -> Sources {
        let (left_first, right_first) = (left.clone().then(right), right.clone().then(left));
        let mut all = self.optional(node.filter.as_ref(), &left_first);
        for (of_left, of_right) in &node.on {
            all.add(&self.expression(of_left, &left_first));
            all.add(&self.expression(of_right, &right_first));
        }
        all
    }
}

/// The rows of `kept` for which there is, or is not, one of `tested`.
fn decided_by(mut kept: Relation, tested: &Relation, condition: &Sources) -> Relation {
    kept.rows.add(&tested.rows);
    kept.rows.add(condition);
    kept
}

/// Every row of `kept`, and a column that says whether there is one of `tested`.
fn marked(kept: Relation, tested: &Relation, condition: &Sources) -> Relation {
    let mark = condition.clone().and(&tested.rows);
    let columns = kept.columns.iter().cloned().chain([mark]).collect();
    kept.with_columns(columns)
}
