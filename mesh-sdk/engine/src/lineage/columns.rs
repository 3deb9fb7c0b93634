//! Nodes that make other columns.

use datafusion::logical_expr::utils::grouping_set_to_exprlist;
use datafusion::logical_expr::{Aggregate, Expr, Projection, Unnest, Values, Window};
use mesh_lineage::{Kind, Sources};

use super::relation::{Relation, Scope};
use super::walk::Walk;

impl Walk<'_> {
    pub(super) fn projection(&mut self, node: &Projection) -> Relation {
        let input = self.relation(&node.input);
        let scope = input.scope(node.input.schema());
        let columns = self.expressions(&node.expr, &scope);
        input.with_columns(columns)
    }

    /// Keys, then the number of the grouping set where there are several, then the measures.
    pub(super) fn aggregate(&mut self, node: &Aggregate) -> Option<Relation> {
        let input = self.relation(&node.input);
        let scope = input.scope(node.input.schema());
        let keys = grouping_set_to_exprlist(&node.group_expr).ok()?;
        let mut columns: Vec<Sources> = keys.into_iter().map(|key| self.expression(key, &scope)).collect();
        let keys: Sources = columns.iter().collect();
        if matches!(node.group_expr.first(), Some(Expr::GroupingSet(_))) {
            columns.push(Sources::default());
        }
        columns.extend(self.expressions(&node.aggr_expr, &scope));
        Some(input.with_columns(columns).decided(keys, Kind::GroupBy))
    }

    pub(super) fn window(&mut self, node: &Window) -> Relation {
        let input = self.relation(&node.input);
        let scope = input.scope(node.input.schema());
        let mut columns = input.columns.to_vec();
        columns.extend(self.expressions(&node.window_expr, &scope));
        input.with_columns(columns)
    }

    /// A list's items become rows: how many, its length decides.
    pub(super) fn unnest(&mut self, node: &Unnest) -> Option<Relation> {
        let input = self.relation(&node.input);
        let lists = node.list_type_columns.iter().map(|(place, _)| *place);
        let opened: Vec<usize> = lists.clone().chain(node.struct_type_columns.iter().copied()).collect();
        let column = |place: &usize| {
            let sources = input.columns.get(*place)?.clone();
            Some(if opened.contains(place) { sources.by(Kind::Transformation) } else { sources })
        };
        let columns = node.dependency_indices.iter().map(column).collect::<Option<Vec<_>>>()?;
        let lists = lists.map(|place| input.columns.get(place)).collect::<Option<Vec<_>>>()?;
        let lengths = lists.into_iter().collect();
        Some(input.with_columns(columns).decided(lengths, Kind::Join))
    }

    pub(super) fn values(&mut self, node: &Values) -> Relation {
        let mut columns = vec![Sources::default(); node.schema.fields().len()];
        for row in &node.values {
            for (column, value) in columns.iter_mut().zip(row) {
                column.add(&self.expression(value, &Scope::default()));
            }
        }
        Relation::new(columns, Sources::default())
    }

    pub(super) fn expressions(&mut self, expressions: &[Expr], scope: &Scope) -> Vec<Sources> {
        expressions.iter().map(|expression| self.expression(expression, scope)).collect()
    }
}
