//! The physical node right above every scan: whatever is read, is read through it.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::common::Statistics;
use datafusion::common::tree_node::TreeNodeRecursion;
use datafusion::error::{DataFusionError, Result};
use datafusion::execution::{SendableRecordBatchStream, TaskContext};
use datafusion::physical_expr::{EquivalenceProperties, PhysicalExpr};
use datafusion::physical_plan::execution_plan::{CardinalityEffect, ReplaceChildrenOptions};
use datafusion::physical_plan::statistics::{ChildStats, StatisticsArgs};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use datafusion::physical_plan::{DisplayAs, DisplayFormatType, ExecutionPlan, PlanProperties};
use futures::StreamExt;
use mesh_policy::Permit;
use tracing::Instrument;

use super::reads::Scan;
use crate::stream::relabel;

/// Rows of one port, let through under one permit.
///
/// Predicates of the user stay above it: the trait's defaults for filter push-down are what keeps them there.
#[derive(Clone, Debug)]
pub(super) struct GovernedExec {
    permit: Arc<Permit>,
    schema: SchemaRef,
    input: Arc<dyn ExecutionPlan>,
    properties: Arc<PlanProperties>,
    scan: Scan,
    /// The query that was being planned: partitions may run in tasks of their own, which know no span.
    query: tracing::Span,
}

impl GovernedExec {
    /// `input` gives the rows of the port's snapshot of version `snapshot`.
    pub(super) fn new(permit: Arc<Permit>, schema: SchemaRef, input: Arc<dyn ExecutionPlan>, snapshot: u64) -> Self {
        let below = input.properties();
        let properties = PlanProperties::new(
            EquivalenceProperties::new(Arc::clone(&schema)),
            below.partitioning.clone(),
            below.emission_type,
            below.boundedness,
        );
        let scan = Scan { snapshot, rows: Arc::default() };
        Self { permit, schema, input, properties: Arc::new(properties), scan, query: tracing::Span::current() }
    }

    pub(super) fn scan(&self) -> &Scan {
        &self.scan
    }

    pub(super) fn permit(&self) -> &Permit {
        &self.permit
    }
}

impl DisplayAs for GovernedExec {
    fn fmt_as(&self, _: DisplayFormatType, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "GovernedExec: port={}", self.permit.port())
    }
}

impl ExecutionPlan for GovernedExec {
    fn name(&self) -> &'static str {
        "GovernedExec"
    }

    fn properties(&self) -> &Arc<PlanProperties> {
        &self.properties
    }

    fn children(&self) -> Vec<&Arc<dyn ExecutionPlan>> {
        vec![&self.input]
    }

    fn maintains_input_order(&self) -> Vec<bool> {
        vec![true]
    }

    fn benefits_from_input_partitioning(&self) -> Vec<bool> {
        vec![false]
    }

    fn apply_expressions(
        &self,
        _: &mut dyn FnMut(&Arc<dyn PhysicalExpr>) -> Result<TreeNodeRecursion>,
    ) -> Result<TreeNodeRecursion> {
        Ok(TreeNodeRecursion::Continue)
    }

    fn replace_children(
        self: Arc<Self>,
        children: Vec<Arc<dyn ExecutionPlan>>,
        _: ReplaceChildrenOptions,
    ) -> Result<Arc<dyn ExecutionPlan>> {
        let input = children
            .into_iter()
            .next()
            .ok_or_else(|| DataFusionError::Internal("a governed scan has exactly one input".to_owned()))?;
        let replaced = Self::new(Arc::clone(&self.permit), Arc::clone(&self.schema), input, self.scan.snapshot);
        Ok(Arc::new(Self { query: self.query.clone(), scan: self.scan.clone(), ..replaced }))
    }

    fn with_new_children(self: Arc<Self>, children: Vec<Arc<dyn ExecutionPlan>>) -> Result<Arc<dyn ExecutionPlan>> {
        let mode = datafusion::physical_plan::execution_plan::ChildrenPropertiesMode::Recompute;
        self.replace_children(children, ReplaceChildrenOptions::new(mode))
    }

    fn execute(&self, partition: usize, context: Arc<TaskContext>) -> Result<SendableRecordBatchStream> {
        let port = self.permit.port();
        let span = tracing::info_span!(parent: &self.query, "scan", %port, partition, rows = tracing::field::Empty);
        let stream = span.in_scope(|| self.input.execute(partition, context))?;
        let schema = Arc::clone(&self.schema);
        let relabelled = stream.map(move |batch| relabel(&batch?, &schema));
        Ok(Box::pin(RecordBatchStreamAdapter::new(
            Arc::clone(&self.schema),
            counted(relabelled, span, Arc::clone(&self.scan.rows)),
        )))
    }

    fn child_stats_requests(&self, partition: Option<usize>) -> Vec<ChildStats> {
        vec![ChildStats::At(partition)]
    }

    fn statistics_from_inputs(&self, inputs: &[Arc<Statistics>], _: &StatisticsArgs) -> Result<Arc<Statistics>> {
        // Exact ones would let the planner answer `count(*)` by itself: a read that nothing governs and nobody is told of.
        Ok(inputs.first().map_or_else(
            || Arc::new(Statistics::new_unknown(&self.schema)),
            |below| Arc::new(below.as_ref().clone().to_inexact()),
        ))
    }

    fn cardinality_effect(&self) -> CardinalityEffect {
        CardinalityEffect::Equal
    }
}

/// The same stream inside `span`, which learns the number of rows when the stream ends; `all` counts those of every
/// partition as they come.
fn counted(
    stream: impl futures::Stream<Item = Result<datafusion::arrow::array::RecordBatch>> + Send + 'static,
    span: tracing::Span,
    all: Arc<AtomicU64>,
) -> impl futures::Stream<Item = Result<datafusion::arrow::array::RecordBatch>> + Send {
    let state = (Box::pin(stream), span, all, 0_u64);
    futures::stream::unfold(state, |(mut stream, span, all, rows)| async move {
        match stream.next().instrument(span.clone()).await {
            Some(batch) => {
                let more = batch.as_ref().map_or(0, |batch| batch.num_rows() as u64);
                all.fetch_add(more, Ordering::Relaxed);
                Some((batch, (stream, span, all, rows + more)))
            }
            None => {
                span.record("rows", rows);
                None
            }
        }
    })
}
