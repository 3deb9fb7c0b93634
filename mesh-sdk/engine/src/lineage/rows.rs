//! Nodes that keep, order or add rows.

use datafusion::logical_expr::{Distinct, DistinctOn, Expr, Filter, Limit, Sort, SortExpr, Union};
use mesh_lineage::{Kind, Sources};

use super::relation::{Relation, Scope};
use super::walk::Walk;

impl Walk<'_> {
    pub(super) fn filter(&mut self, node: &Filter) -> Relation {
        let input = self.relation(&node.input);
        let scope = input.scope(node.input.schema());
        let predicate = self.expression(&node.predicate, &scope);
        input.decided(predicate, Kind::Filter)
    }

    pub(super) fn sort(&mut self, node: &Sort) -> Relation {
        let input = self.relation(&node.input);
        let scope = input.scope(node.input.schema());
        let keys = self.sort_keys(&node.expr, &scope);
        input.decided(keys, Kind::Sort)
    }

    pub(super) fn limit(&mut self, node: &Limit) -> Relation {
        let input = self.relation(&node.input);
        let counts = [node.skip.as_deref(), node.fetch.as_deref()];
        let counts: Sources =
            counts.into_iter().flatten().map(|count| self.expression(count, &Scope::default())).collect();
        input.decided(counts, Kind::Filter)
    }

    pub(super) fn distinct(&mut self, node: &Distinct) -> Relation {
        match node {
            Distinct::All(input) => grouped_by_all(self.relation(input)),
            Distinct::On(node) => self.distinct_on(node),
        }
    }

    fn distinct_on(&mut self, node: &DistinctOn) -> Relation {
        let input = self.relation(&node.input);
        let scope = input.scope(node.input.schema());
        let columns = self.expressions(&node.select_expr, &scope);
        let keys: Sources = self.expressions(&node.on_expr, &scope).into_iter().collect();
        let order = self.sort_keys(node.sort_expr.as_deref().unwrap_or_default(), &scope);
        input.with_columns(columns).decided(keys, Kind::GroupBy).decided(order, Kind::Sort)
    }

    /// Columns meet by position, whatever they are called.
    pub(super) fn union(&mut self, node: &Union) -> Option<Relation> {
        let width = node.schema.fields().len();
        let mut all = Relation::without_sources(width);
        for input in &node.inputs {
            let relation = self.relation(input);
            if relation.columns.len() != width {
                return None;
            }
            all.unite(&relation);
        }
        Some(all)
    }

    pub(super) fn sort_keys(&mut self, keys: &[SortExpr], scope: &Scope) -> Sources {
        keys.iter().map(|key| self.expression(&key.expr, scope)).collect()
    }

    pub(super) fn optional(&mut self, expression: Option<&Expr>, scope: &Scope) -> Sources {
        expression.map(|expression| self.expression(expression, scope)).unwrap_or_default()
    }
}

/// Rows that agree in every column become one.
pub(super) fn grouped_by_all(relation: Relation) -> Relation {
    let all = relation.all();
    relation.decided(all, Kind::GroupBy)
}
