//! Runs the rules of a contract over a table in as few passes as they allow.

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use chrono::{DateTime, Utc};
use datafusion::catalog::TableProvider;
use datafusion::common::{ScalarValue, TableReference};
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::session_state::SessionState;
use datafusion::functions_aggregate::expr_fn::{count, max, sum};
use datafusion::logical_expr::{lit, when};
use datafusion::prelude::{Expr, SessionConfig, SessionContext, ident};
use mesh_contract::Contract;
use mesh_contract::model::{Measure, SchemaObject};

use super::error::CheckError;
use super::expectation::holds;
use super::report::{CheckReport, RuleOutcome};
use super::rule::{Probe, Rule};
use super::{object_rules, samples, service_level, sql_rule};
use crate::function::Functions;

/// What the rules of a contract are run with.
#[derive(Clone)]
pub struct Given<'a> {
    /// What `sql` rules may call besides the engine's own functions.
    pub functions: &'a Functions,
    /// Memory and spill.
    pub runtime: Arc<RuntimeEnv>,
    /// The moment that `now()` and service levels mean.
    pub now: DateTime<Utc>,
    /// A session that knows what the port is made of, for `sql` rules that compare the two; see [`names_sources`].
    pub sources: Option<SessionState>,
}

/// Checks `data` against every rule that `object` states, and against the service levels that name a column of it.
///
/// # Errors
/// [`CheckError::Rule`] when a rule cannot be run as written, [`CheckError::Run`] when the data cannot be read. What
/// the data breaks is no error here but stands in the report.
pub async fn check_contract(
    data: Arc<dyn TableProvider>,
    contract: &Contract,
    object: &SchemaObject,
    given: Given<'_>,
) -> Result<CheckReport, CheckError> {
    let mut rules = object_rules::rules(object)?;
    rules.extend(service_level::rules(contract, object, given.now));
    let mut state = match given.sources {
        Some(state) => state,
        None => bare(given.functions, given.runtime)?,
    };
    state.execution_props_mut().query_execution_start_time = Some(given.now);
    over(SessionContext::new_with_state(state), data, object, &rules).await
}

/// Checks `data` against every rule that `object` states. `functions` are what `sql` rules may call besides the
/// engine's own.
///
/// # Errors
/// As [`check_contract`].
pub async fn check(
    data: Arc<dyn TableProvider>,
    object: &SchemaObject,
    functions: &Functions,
    runtime: Arc<RuntimeEnv>,
) -> Result<CheckReport, CheckError> {
    let rules = object_rules::rules(object)?;
    over(SessionContext::new_with_state(bare(functions, runtime)?), data, object, &rules).await
}

/// Whether an `sql` rule of the object reads more than the object: an input, or a port of the domain.
#[must_use]
pub fn names_sources(object: &SchemaObject, domain: &str) -> bool {
    let own = object.quality.iter().chain(object.properties.iter().flat_map(|property| &property.quality));
    let mut queries = own.filter_map(|rule| match &rule.measure {
        Measure::Sql(query) => Some(query.to_lowercase().replace('"', "")),
        _ => None,
    });
    let named = [String::from("input."), format!("{domain}.")];
    queries.any(|query| named.iter().any(|name| query.contains(name.as_str())))
}

/// A session that knows nothing but functions.
fn bare(functions: &Functions, runtime: Arc<RuntimeEnv>) -> Result<SessionState, DataFusionError> {
    let config = SessionConfig::new().with_information_schema(false);
    let mut state = SessionContext::new_with_config_rt(config, runtime).state();
    functions.register(&mut state)?;
    Ok(state)
}

async fn over(
    session: SessionContext,
    data: Arc<dyn TableProvider>,
    object: &SchemaObject,
    rules: &[Rule],
) -> Result<CheckReport, CheckError> {
    let own = TableReference::bare(object.name.as_str());
    // The snapshot in service, if the sources hold it, is not what is checked.
    session.deregister_table(own.clone())?;
    session.register_table(own, Arc::clone(&data))?;
    let frame = session.read_table(data)?;
    let (rows, numbers) = counters(&frame, rules).await?;
    let mut outcomes = Vec::with_capacity(rules.len());
    for (rule, number) in rules.iter().zip(numbers) {
        let counter = number.and_then(|number| u64::try_from(number).ok()).unwrap_or(0);
        let measured = match &rule.probe {
            Probe::Rows => Measured { observed: Some(as_number(rows)), failing: 0 },
            Probe::Counter(_) => Measured::rows(counter, rows, rule.percent),
            Probe::Repeats(columns) => Measured::rows(repeats(&frame, columns).await?, rows, rule.percent),
            Probe::Sql(query) => Measured { observed: sql_rule::run(&session, &rule.name, query).await?, failing: 0 },
            Probe::Age { now, .. } => Measured { observed: number.map(|newest| minutes(*now, newest)), failing: 0 },
        };
        outcomes.push(outcome(&frame, object, rule, measured).await?);
    }
    Ok(CheckReport { rows, rules: outcomes })
}

/// Whole minutes since the newest value; what lies in the future is not old.
fn minutes(now: i64, newest: i64) -> f64 {
    as_number(u64::try_from(now.saturating_sub(newest) / 60_000_000).unwrap_or(0))
}

struct Measured {
    observed: Option<f64>,
    failing: u64,
}

impl Measured {
    fn rows(failing: u64, rows: u64, percent: bool) -> Self {
        let observed = match (percent, rows) {
            (false, _) => as_number(failing),
            (true, 0) => 0.0,
            (true, _) => as_number(failing) * 100.0 / as_number(rows),
        };
        Self { observed: Some(observed), failing }
    }
}

#[expect(clippy::cast_precision_loss, reason = "row counts are far below 2^53")]
fn as_number(count: u64) -> f64 {
    count as f64
}

async fn outcome(
    data: &DataFrame,
    object: &SchemaObject,
    rule: &Rule,
    measured: Measured,
) -> Result<RuleOutcome, CheckError> {
    let passed = match (rule.expectation, measured.observed) {
        (Some(expectation), Some(observed)) => holds(expectation, observed),
        (Some(_), None) => false,
        (None, _) => true,
    };
    // A query over a column that reports do not show may give one of its values.
    let column = rule.column.as_deref().and_then(|column| object.property(column));
    let hidden = matches!(rule.probe, Probe::Sql(_)) && column.is_some_and(samples::is_secret);
    let failing_rows = if passed { 0 } else { measured.failing };
    let sample_keys = if failing_rows > 0 { samples::keys(data, object, rule).await? } else { Vec::new() };
    Ok(RuleOutcome {
        rule: rule.name.clone(),
        kind: rule.kind,
        column: rule.column.clone(),
        severity: rule.severity,
        passed,
        observed: measured.observed.filter(|_| !hidden),
        expected: rule.expected.clone(),
        failing_rows,
        sample_keys,
        version: rule.version(),
        hidden,
    })
}

/// Row count and one number a rule (0 for rules that take a query of their own), in one aggregate.
async fn counters(data: &DataFrame, rules: &[Rule]) -> Result<(u64, Vec<Option<i64>>), DataFusionError> {
    let mut aggregates = vec![count(lit(1_i64)).alias("rows")];
    for (at, rule) in rules.iter().enumerate() {
        let counted: Expr = match &rule.probe {
            Probe::Counter(failing) => count(when(failing.as_ref().clone(), lit(1_i64)).end()?),
            Probe::Age { newest, .. } => max(newest.as_ref().clone()),
            _ => count(lit(ScalarValue::Int64(None))),
        };
        aggregates.push(counted.alias(format!("rule {at}")));
    }
    let batches = data.clone().aggregate(vec![], aggregates)?.collect().await?;
    let mut numbers = first_row(&batches).into_iter();
    let rows = numbers.next().flatten().and_then(|rows| u64::try_from(rows).ok()).unwrap_or(0);
    Ok((rows, numbers.collect()))
}

/// Rows that repeat an earlier row.
async fn repeats(data: &DataFrame, columns: &[String]) -> Result<u64, DataFusionError> {
    let surplus = ident(samples::COPIES) - lit(1_i64);
    let total = samples::repeated(data, columns)?.aggregate(vec![], vec![sum(surplus).alias("surplus")])?;
    let total = first_row(&total.collect().await?).first().copied().flatten();
    Ok(total.and_then(|total| u64::try_from(total).ok()).unwrap_or(0))
}

fn first_row(batches: &[RecordBatch]) -> Vec<Option<i64>> {
    let Some(batch) = batches.iter().find(|batch| batch.num_rows() > 0) else { return Vec::new() };
    let number = |array: &arrow::array::ArrayRef| {
        array.as_primitive_opt::<Int64Type>().filter(|numbers| !numbers.is_null(0)).map(|numbers| numbers.value(0))
    };
    batch.columns().iter().map(number).collect()
}
