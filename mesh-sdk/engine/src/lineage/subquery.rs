//! Subqueries within expressions, and what they refer to outside.

use datafusion::common::Column;
use datafusion::logical_expr::{Expr, Subquery};
use mesh_lineage::{Kind, Sources};

use super::relation::{Relation, Scope};
use super::walk::Walk;

impl Walk<'_> {
    /// A scalar subquery gives the one value of its one row, and which row that is decides the value.
    pub(super) fn scalar_subquery(&mut self, subquery: &Subquery, scope: &Scope) -> Sources {
        let relation = self.subquery(subquery, scope);
        relation.all().and(&relation.rows)
    }

    /// Whether there is a row does not depend on what stands in it.
    pub(super) fn exists(&mut self, subquery: &Subquery, scope: &Scope) -> Sources {
        self.subquery(subquery, scope).rows
    }

    /// `IN`, `ANY` and `ALL` compare a value with each of the subquery's.
    pub(super) fn compared(&mut self, value: &Expr, subquery: &Subquery, scope: &Scope) -> Sources {
        let value = self.expression(value, scope);
        let relation = self.subquery(subquery, scope);
        value.and(&relation.all()).by(Kind::Transformation).and(&relation.rows)
    }

    fn subquery(&mut self, subquery: &Subquery, scope: &Scope) -> Relation {
        self.outer.push(scope.clone());
        let relation = self.relation(&subquery.subquery);
        self.outer.pop();
        relation
    }

    /// A column of a query around this one, the nearest first.
    pub(super) fn outer_column(&self, column: &Column, scope: &Scope) -> Sources {
        let found = self.outer.iter().rev().find_map(|outer| outer.find(column));
        found.cloned().unwrap_or_else(|| self.everything(scope))
    }

    /// Whatever can be referred to from here, for a name that is not found.
    pub(super) fn everything(&self, scope: &Scope) -> Sources {
        let outer: Sources = self.outer.iter().map(Scope::all).collect();
        outer.and(&scope.all()).by(Kind::Transformation)
    }
}
