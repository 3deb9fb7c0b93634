//! Runs the rules of a contract over a table in as few passes as they allow.

use std::sync::Arc;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::datatypes::Int64Type;
use datafusion::catalog::TableProvider;
use datafusion::common::TableReference;
use datafusion::dataframe::DataFrame;
use datafusion::error::DataFusionError;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::functions_aggregate::expr_fn::{count, sum};
use datafusion::logical_expr::{lit, when};
use datafusion::prelude::{Expr, SessionConfig, SessionContext, ident};
use mesh_contract::model::SchemaObject;

use super::error::CheckError;
use super::expectation::holds;
use super::report::{CheckReport, RuleOutcome};
use super::rule::{Probe, Rule};
use super::{object_rules, samples, sql_rule};
use crate::function::Functions;

/// Checks `data` against every rule that `object` states. `functions` are what `sql` rules may call besides the
/// engine's own.
///
/// # Errors
/// [`CheckError::Rule`] when a rule cannot be run as written, [`CheckError::Run`] when the data cannot be read. What
/// the data breaks is no error here but stands in the report.
pub async fn check(
    data: Arc<dyn TableProvider>,
    object: &SchemaObject,
    functions: &Functions,
    runtime: Arc<RuntimeEnv>,
) -> Result<CheckReport, CheckError> {
    let rules = object_rules::rules(object)?;
    let config = SessionConfig::new().with_information_schema(false);
    let session = SessionContext::new_with_config_rt(config, runtime);
    functions.register(&mut session.state_ref().write())?;
    session.register_table(TableReference::bare(object.name.as_str()), Arc::clone(&data))?;
    let frame = session.read_table(data)?;
    let (rows, counters) = counters(&frame, &rules).await?;
    let mut outcomes = Vec::with_capacity(rules.len());
    for (rule, counter) in rules.iter().zip(counters) {
        let measured = match &rule.probe {
            Probe::Rows => Measured { observed: Some(as_number(rows)), failing: 0 },
            Probe::Counter(_) => Measured::rows(counter, rows, rule.percent),
            Probe::Repeats(columns) => Measured::rows(repeats(&frame, columns).await?, rows, rule.percent),
            Probe::Sql(query) => Measured { observed: sql_rule::run(&session, &rule.name, query).await?, failing: 0 },
        };
        outcomes.push(outcome(&frame, object, rule, measured).await?);
    }
    Ok(CheckReport { rows, rules: outcomes })
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
    let failing_rows = if passed { 0 } else { measured.failing };
    let sample_keys = if failing_rows > 0 { samples::keys(data, object, rule).await? } else { Vec::new() };
    Ok(RuleOutcome {
        rule: rule.name.clone(),
        kind: rule.kind,
        column: rule.column.clone(),
        severity: rule.severity,
        passed,
        observed: measured.observed,
        expected: rule.expected.clone(),
        failing_rows,
        sample_keys,
    })
}

/// Row count and one number a rule (0 for rules that are no counters), in one aggregate.
async fn counters(data: &DataFrame, rules: &[Rule]) -> Result<(u64, Vec<u64>), DataFusionError> {
    let mut aggregates = vec![count(lit(1_i64)).alias("rows")];
    for (at, rule) in rules.iter().enumerate() {
        let failing = match &rule.probe {
            Probe::Counter(failing) => failing.as_ref().clone(),
            _ => lit(false),
        };
        let counted: Expr = when(failing, lit(1_i64)).end()?;
        aggregates.push(count(counted).alias(format!("rule {at}")));
    }
    let batches = data.clone().aggregate(vec![], aggregates)?.collect().await?;
    let numbers = first_row(&batches);
    let rows = numbers.first().copied().unwrap_or(0);
    Ok((rows, numbers.into_iter().skip(1).collect()))
}

/// Rows that repeat an earlier row.
async fn repeats(data: &DataFrame, columns: &[String]) -> Result<u64, DataFusionError> {
    let surplus = ident(samples::COPIES) - lit(1_i64);
    let total = samples::repeated(data, columns)?.aggregate(vec![], vec![sum(surplus).alias("surplus")])?;
    Ok(first_row(&total.collect().await?).first().copied().unwrap_or(0))
}

fn first_row(batches: &[RecordBatch]) -> Vec<u64> {
    let Some(batch) = batches.iter().find(|batch| batch.num_rows() > 0) else { return Vec::new() };
    let number = |array: &arrow::array::ArrayRef| {
        let numbers = array.as_primitive_opt::<Int64Type>().filter(|numbers| !numbers.is_null(0));
        numbers.and_then(|numbers| u64::try_from(numbers.value(0)).ok()).unwrap_or(0)
    };
    batch.columns().iter().map(number).collect()
}
