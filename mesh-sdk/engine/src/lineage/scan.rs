//! Where a plan begins: tables, views, and a recursive query's own rows.

use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::cte_worktable::CteWorkTable;
use datafusion::catalog::default_table_source::source_as_provider;
use datafusion::common::{DFSchema, TableReference};
use datafusion::logical_expr::{RecursiveQuery, TableScan};
use mesh_lineage::{InputColumn, Kind, Sources};

use super::relation::Relation;
use super::rows::grouped_by_all;
use super::walk::Walk;

impl Walk<'_> {
    pub(super) fn scan(&mut self, node: &TableScan) -> Relation {
        let schema = node.source.schema();
        let table = self.own_rows(node).or_else(|| self.view(node));
        let table = table.unwrap_or_else(|| self.table(&node.table_name, &schema));
        let filters = self.scan_filters(node, &table);
        let columns = match &node.projection {
            None => table.columns.to_vec(),
            Some(places) => places.iter().map(|place| column_at(&table, *place)).collect(),
        };
        table.with_columns(columns).decided(filters, Kind::Filter)
    }

    fn scan_filters(&mut self, node: &TableScan, table: &Relation) -> Sources {
        if node.filters.is_empty() {
            return Sources::default();
        }
        let Ok(schema) = DFSchema::try_from_qualified_schema(node.table_name.clone(), &node.source.schema()) else {
            return table.all();
        };
        self.expressions(&node.filters, &table.scope(&Arc::new(schema))).into_iter().collect()
    }

    fn table(&mut self, name: &TableReference, schema: &SchemaRef) -> Relation {
        let Some(dataset) = (self.name)(name) else {
            return Relation::without_sources(schema.fields().len());
        };
        self.inputs.insert(dataset.clone());
        let column = |field: &String| InputColumn { dataset: dataset.clone(), field: field.clone() };
        let columns = schema.fields().iter().map(|field| Sources::column(column(field.name())));
        Relation::new(columns.collect(), Sources::default())
    }

    /// A view is what its query gives; a query of its own refers to nothing around it.
    fn view(&mut self, node: &TableScan) -> Option<Relation> {
        let plan = node.source.get_logical_plan()?;
        let outer = std::mem::take(&mut self.outer);
        let relation = self.relation(&plan);
        self.outer = outer;
        Some(relation)
    }

    /// What is known so far of the recursive query that reads its own rows here.
    fn own_rows(&self, node: &TableScan) -> Option<Relation> {
        let provider = source_as_provider(&node.source).ok()?;
        let name = provider.downcast_ref::<CteWorkTable>()?.name();
        self.recursions.iter().rev().find(|(query, _)| query == name).map(|(_, relation)| relation.clone())
    }

    /// The recursive term is walked until it adds nothing: there are only so many columns and ways.
    pub(super) fn recursive(&mut self, node: &RecursiveQuery) -> Relation {
        let mut all = self.relation(&node.static_term);
        loop {
            self.recursions.push((node.name.clone(), all.clone()));
            let step = self.relation(&node.recursive_term);
            self.recursions.pop();
            if !all.unite(&step) {
                return if node.is_distinct { grouped_by_all(all) } else { all };
            }
        }
    }
}

/// A provider whose view has other columns than its schema might give any of them.
fn column_at(table: &Relation, place: usize) -> Sources {
    table.columns.get(place).cloned().unwrap_or_else(|| table.all().by(Kind::Transformation))
}
