//! A planned query: its shape, its parameters, and the run.

use std::sync::Arc;
use std::time::Duration;

use datafusion::arrow::array::RecordBatch;
use datafusion::arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use datafusion::common::{ParamValues, ScalarValue};
use datafusion::error::DataFusionError;
use datafusion::execution::SendableRecordBatchStream;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::LogicalPlan;
use datafusion::physical_plan::execute_stream;
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use futures::StreamExt;
use mesh_policy::{Clock, Permit};
use tracing::Instrument;

use super::ports::Pins;
use super::session::Session;
use super::stack::{self, on_large_stack, with_large_stack};
use crate::error::{EngineError, QueryError};
use crate::govern::{ReadLog, Reading, verify};
use crate::stream::relabel;

/// Chains up to this length are evaluated on the thread's own stack, even in an unoptimised build.
const CHAIN_ON_ORDINARY_STACK: usize = 64;

/// A query that is planned and not yet run.
pub struct Query {
    state: SessionState,
    plan: LogicalPlan,
    schema: SchemaRef,
    pins: Pins,
    permits: Vec<Arc<Permit>>,
    clock: Clock,
    reads: ReadLog,
    deadline: Duration,
    chain: usize,
}

impl Query {
    pub(super) fn new(
        session: &Session,
        state: SessionState,
        plan: LogicalPlan,
        pins: Pins,
        chain: usize,
    ) -> Result<Self, EngineError> {
        let mut query = Self {
            state,
            schema: Arc::clone(plan.schema().inner()),
            plan,
            pins,
            permits: session.permits.clone(),
            clock: session.reader.clock.clone(),
            reads: session.reader.reads.clone(),
            deadline: session.reader.limits.deadline,
            chain,
        };
        query.settle()?;
        Ok(query)
    }

    /// The columns that it gives. With unbound parameters some types may still be unknown (`Null`).
    #[must_use]
    pub fn schema(&self) -> SchemaRef {
        Arc::clone(&self.schema)
    }

    /// One field a parameter, in order, named `$1`, `$2`, …; type `Null` where the query leaves it open.
    ///
    /// # Errors
    /// [`QueryError::Parameters`] for named parameters and for numbers left out.
    pub fn parameters(&self) -> Result<SchemaRef, EngineError> {
        let known = self.plan.get_parameter_fields()?;
        let fields = (1..=known.len())
            .map(|number| {
                let name = format!("${number}");
                match known.get(&name) {
                    Some(Some(field)) => Ok(Field::new(name, field.data_type().clone(), true)),
                    Some(None) => Ok(Field::new(name, DataType::Null, true)),
                    None => Err(parameters(format!(
                        "parameter `{name}` is missing: write `?`, or `$1`, `$2`, … without gaps"
                    ))),
                }
            })
            .collect::<Result<Vec<_>, EngineError>>()?;
        Ok(Arc::new(Schema::new(fields)))
    }

    /// The query with its parameters set from the one row of `row`, column by column.
    ///
    /// # Errors
    /// [`QueryError::Parameters`] when there is not one row, or not one column a parameter.
    pub fn bind(mut self, row: &RecordBatch) -> Result<Self, EngineError> {
        let wanted = self.parameters()?.fields().len();
        if row.num_rows() != 1 || row.num_columns() != wanted {
            let (rows, columns) = (row.num_rows(), row.num_columns());
            return Err(parameters(format!(
                "the query takes one row of {wanted} parameters, and {rows} rows of {columns} were bound"
            )));
        }
        let values =
            row.columns().iter().map(|column| ScalarValue::try_from_array(column, 0)).collect::<Result<Vec<_>, _>>()?;
        self.plan = self.plan.with_param_values(ParamValues::from(values))?;
        self.settle()?;
        Ok(self)
    }

    /// Whether `session` holds the very permits that it was planned under.
    #[must_use]
    pub fn was_planned_under(&self, session: &Session) -> bool {
        self.permits == session.permits
    }

    /// The snapshots that it reads.
    #[must_use]
    pub fn pins(&self) -> &Pins {
        &self.pins
    }

    /// Runs it: physical plan, second check, its reads written down, then rows, until the deadline.
    ///
    /// # Errors
    /// [`QueryError`], at once or in the stream.
    pub async fn execute(self) -> Result<SendableRecordBatchStream, EngineError> {
        let span = tracing::info_span!("execute");
        if !self.parameters()?.fields().is_empty() {
            return Err(parameters("the query has parameters that are not bound".to_owned()));
        }
        let planning = self.state.create_physical_plan(&self.plan).instrument(span.clone());
        let physical = with_large_stack(planning).await?;
        let now = self.clock.now();
        verify(&physical, &self.permits, now)?;
        let reading = Reading::begin(&physical, &self.reads, now).instrument(span.clone()).await?;
        let stream = span.in_scope(|| execute_stream(physical, self.state.task_ctx()))?;
        let schema = Arc::clone(&self.schema);
        let stream = if self.chain > CHAIN_ON_ORDINARY_STACK { stack::stream(stream) } else { stream.boxed() };
        let relabelled = stream.map(move |batch| {
            // The reads are over when the stream, and this with it, is dropped.
            let _ = &reading;
            relabel(&batch?, &schema)
        });
        let relabelled = relabelled.boxed();
        Ok(Box::pin(RecordBatchStreamAdapter::new(self.schema, within(relabelled, self.deadline, span))))
    }

    /// With no parameters left, analyses and optimises at once: what the analyser does to types must show in the
    /// schema that is promised, and an error must come before the first row.
    fn settle(&mut self) -> Result<(), EngineError> {
        if self.plan.get_parameter_fields()?.is_empty() {
            let span = tracing::info_span!("plan");
            self.plan = on_large_stack(|| span.in_scope(|| self.state.optimize(&self.plan)))?;
        }
        self.schema = Arc::clone(self.plan.schema().inner());
        Ok(())
    }
}

fn parameters(text: String) -> EngineError {
    EngineError::Query(QueryError::Parameters(text))
}

/// The same rows, until `limit` has passed since the first was asked for.
fn within(
    stream: futures::stream::BoxStream<'static, Result<RecordBatch, DataFusionError>>,
    limit: Duration,
    span: tracing::Span,
) -> impl futures::Stream<Item = Result<RecordBatch, DataFusionError>> + Send {
    let end = tokio::time::Instant::now() + limit;
    futures::stream::unfold(Some(stream), move |stream| {
        let span = span.clone();
        async move {
            let mut stream = stream?;
            match tokio::time::timeout_at(end, stream.next().instrument(span)).await {
                Ok(batch) => batch.map(|batch| (batch, Some(stream))),
                Err(_) => {
                    let late = EngineError::Query(QueryError::Deadline { seconds: limit.as_secs() });
                    Some((Err(DataFusionError::External(Box::new(late))), None))
                }
            }
        }
    })
}
