//! What is known of a plan node's output while the plan is walked, and where names are looked up.

use std::sync::Arc;

use datafusion::common::{Column, DFSchema, DFSchemaRef};
use mesh_lineage::{Kind, Sources};

/// The output of a node.
#[derive(Clone, Debug, Default)]
pub(super) struct Relation {
    /// Each column's sources, in the order of the node's schema.
    pub(super) columns: Arc<Vec<Sources>>,
    /// What decides which rows there are.
    pub(super) rows: Sources,
}

/// Where an expression's column names are looked up: one part a relation, the nearest first.
#[derive(Clone, Debug, Default)]
pub(super) struct Scope(Vec<(DFSchemaRef, Arc<Vec<Sources>>)>);

impl Relation {
    pub(super) fn new(columns: Vec<Sources>, rows: Sources) -> Self {
        Self { columns: Arc::new(columns), rows }
    }

    /// Columns that nothing is known to matter for.
    pub(super) fn without_sources(columns: usize) -> Self {
        Self::new(vec![Sources::default(); columns], Sources::default())
    }

    /// Other columns over the same rows.
    pub(super) fn with_columns(self, columns: Vec<Sources>) -> Self {
        Self::new(columns, self.rows)
    }

    /// The rows depend on `sources` too, in the way of `kind`.
    pub(super) fn decided(mut self, sources: Sources, kind: Kind) -> Self {
        self.rows.add(&sources.by(kind));
        self
    }

    /// Every column, taken together.
    pub(super) fn all(&self) -> Sources {
        self.columns.iter().collect()
    }

    /// Adds a relation of the same columns, by position; whether that was anything new.
    pub(super) fn unite(&mut self, other: &Self) -> bool {
        let mut grew = self.rows.add(&other.rows);
        for (mine, theirs) in Arc::make_mut(&mut self.columns).iter_mut().zip(other.columns.iter()) {
            grew |= mine.add(theirs);
        }
        grew
    }

    pub(super) fn scope(&self, schema: &DFSchemaRef) -> Scope {
        Scope(vec![(Arc::clone(schema), Arc::clone(&self.columns))])
    }
}

impl Scope {
    /// Looks here first, then in `other`.
    pub(super) fn then(mut self, other: &Self) -> Self {
        self.0.extend(other.0.iter().cloned());
        self
    }

    /// The sources of a column by name.
    pub(super) fn find(&self, column: &Column) -> Option<&Sources> {
        let place = |schema: &DFSchema| schema.maybe_index_of_column(column);
        self.0.iter().find_map(|(schema, columns)| columns.get(place(schema)?))
    }

    /// Every column, for a name that is not found.
    pub(super) fn all(&self) -> Sources {
        self.0.iter().flat_map(|(_, columns)| columns.iter()).collect()
    }
}
