//! What an expression's value depends on.

use datafusion::common::tree_node::{TreeNode, TreeNodeRecursion};
use datafusion::logical_expr::{Case, Expr};
use mesh_lineage::{Kind, Sources};

use super::relation::Scope;
use super::walk::{Walk, deep};

impl Walk<'_> {
    /// The sources of `expression`, whose names are looked up in `scope`.
    pub(super) fn expression(&mut self, expression: &Expr, scope: &Scope) -> Sources {
        deep(|| self.sources(expression, scope))
    }

    #[expect(deprecated, reason = "a plan that somebody built by hand may still hold a wildcard")]
    fn sources(&mut self, expression: &Expr, scope: &Scope) -> Sources {
        match expression {
            Expr::Column(column) => scope.find(column).cloned().unwrap_or_else(|| self.everything(scope)),
            Expr::OuterReferenceColumn(_, column) => self.outer_column(column, scope),
            Expr::Alias(alias) => self.expression(&alias.expr, scope),
            Expr::Case(case) => self.case(case, scope),
            Expr::ScalarFunction(function) => self.scalar_function(function, scope),
            Expr::AggregateFunction(function) => self.aggregate_function(function, scope),
            Expr::WindowFunction(function) => self.window_function(function, scope),
            Expr::ScalarSubquery(subquery) => self.scalar_subquery(subquery, scope),
            Expr::Exists(exists) => self.exists(&exists.subquery, scope),
            Expr::InSubquery(test) => self.compared(&test.expr, &test.subquery, scope),
            Expr::SetComparison(test) => self.compared(&test.expr, &test.subquery, scope),
            Expr::Wildcard { .. } => self.everything(scope),
            _ => self.operands(expression, scope).by(Kind::Transformation),
        }
    }

    /// Which branch is taken is decided; its value is computed.
    fn case(&mut self, case: &Case, scope: &Scope) -> Sources {
        let (mut conditions, mut values) = (Sources::default(), Sources::default());
        conditions.add(&self.optional(case.expr.as_deref(), scope));
        for (when, then) in &case.when_then_expr {
            conditions.add(&self.expression(when, scope));
            values.add(&self.expression(then, scope));
        }
        values.add(&self.optional(case.else_expr.as_deref(), scope));
        conditions.by(Kind::Conditional).and(&values.by(Kind::Transformation))
    }

    /// Everything directly below, whatever the expression is.
    pub(super) fn operands(&mut self, expression: &Expr, scope: &Scope) -> Sources {
        let mut all = Sources::default();
        let walked = expression.apply_children(|operand| {
            all.add(&self.expression(operand, scope));
            Ok(TreeNodeRecursion::Continue)
        });
        // The closure never fails, so neither does the walk; were it to, nothing may be missing.
        if walked.is_ok() { all } else { self.everything(scope) }
    }
}
