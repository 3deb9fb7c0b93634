//! The diff's table of effects, held against data and queries: what it calls compatible must be.
//!
//! A case is a contract, edits of it, rows and a query. *Compatible for producers*: rows valid before are valid after.
//! *Compatible for consumers*: whatever is valid after keeps the old promises, and the query gives the same rows.

mod model;

use std::cell::Cell;
use std::sync::Arc;

use arrow::array::{ArrayRef, RecordBatch, RecordBatchOptions, StringArray};
use arrow::compute::{CastOptions, cast_with_options};
use arrow::util::display::FormatOptions;
use datafusion::datasource::MemTable;
use datafusion::execution::runtime_env::RuntimeEnv;
use mesh_contract::Contract;
use mesh_contract::diff::{Change, Effect, Revision, diff};
use mesh_engine::check::check;
use mesh_engine::function::Functions;
use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use self::model::{Row, Table, rows, tables_and_edits};
use crate::support::session;

/// A case; the query is one of a few shapes over columns chosen by number.
#[derive(Clone, Debug)]
struct Case {
    old: Table,
    new: Table,
    rows: Vec<Row>,
    query: (usize, usize, usize),
}

fn cases() -> impl Strategy<Value = Case> {
    let query = (0..6_usize, 0..8_usize, 0..8_usize);
    (tables_and_edits(), rows(), query).prop_map(|((old, new), rows, query)| Case { old, new, rows, query })
}

fn query(table: &Table, (shape, a, b): (usize, usize, usize)) -> String {
    let name = |at: usize| format!("\"{}\"", table.columns[at % table.columns.len()].name);
    let (a, b) = (name(a), name(b));
    match shape {
        0 => format!("SELECT {a} AS a, {b} AS b FROM t"),
        1 => format!("SELECT {a} AS a, count(*) AS n, count({b}) AS m FROM t GROUP BY {a}"),
        2 => format!("SELECT min({a}) AS low, max({b}) AS high FROM t"),
        3 => format!("SELECT {a} FROM t WHERE {b} IS NOT NULL"),
        4 => format!("SELECT t.{a} AS a, u.{b} AS b FROM t JOIN t AS u ON t.{a} = u.{a}"),
        _ => format!("SELECT count(*) AS n FROM (SELECT DISTINCT {a} AS a, {b} AS b FROM t)"),
    }
}

/// The rows as a batch of the contract's schema. A column of the schema that the rows do not have is null.
fn batch(table: &Table, contract: &Contract, rows: &[Row]) -> RecordBatch {
    let schema = mesh_contract::arrow::schema(contract, &contract.objects[0]);
    let options = CastOptions { safe: false, format_options: FormatOptions::default() };
    let columns: Vec<ArrayRef> = table
        .columns
        .iter()
        .zip(schema.fields())
        .map(|(column, field)| {
            let texts: StringArray = rows.iter().map(|row| column.value(row).text()).collect();
            cast_with_options(&texts, field.data_type(), &options).expect("values that fit their type")
        })
        .collect();
    // Nulls in required columns are what the checks are there to find.
    let nullable: Vec<_> = schema.fields().iter().map(|field| field.as_ref().clone().with_nullable(true)).collect();
    let schema = Arc::new(arrow::datatypes::Schema::new(nullable));
    let options = RecordBatchOptions::new().with_row_count(Some(rows.len()));
    RecordBatch::try_new_with_options(schema, columns, &options).expect("a batch")
}

async fn broken(table: &Table, contract: &Contract, rows: &[Row]) -> Vec<String> {
    if let Some(row) = rows.iter().find(|row| !table.holds(row)) {
        return vec![format!("{row:?} does not fit the types")];
    }
    let batch = batch(table, contract, rows);
    let data = MemTable::try_new(batch.schema(), vec![vec![batch]]).expect("a table");
    let runtime = Arc::new(RuntimeEnv::default());
    let report = check(Arc::new(data), &contract.objects[0], &Functions::new(), runtime).await.expect("rules that run");
    report.rules.iter().filter(|rule| !rule.passed).map(|rule| rule.rule.clone()).collect()
}

async fn answer(sql: &str, batch: RecordBatch) -> Result<(Vec<String>, Vec<String>), String> {
    let session = session();
    session.register_batch("t", batch).map_err(|error| error.to_string())?;
    let frame = session.sql(sql).await.map_err(|error| error.to_string())?;
    let types = frame.schema().fields().iter().map(|field| field.data_type().to_string()).collect();
    let batches = frame.collect().await.map_err(|error| error.to_string())?;
    let text = arrow::util::pretty::pretty_format_batches(&batches).map_err(|error| error.to_string())?.to_string();
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    lines.sort();
    Ok((types, lines))
}

fn worst(changes: &[Change], side: impl Fn(&Change) -> Effect) -> Effect {
    changes.iter().map(side).max().unwrap_or(Effect::Documentation)
}

fn revision(table: &Table) -> Revision {
    let text = table.document();
    Revision::parse("t.odcs.yaml", &text).unwrap_or_else(|report| panic!("{text}\n{report}"))
}

/// How many cases said something about producers and about consumers.
#[derive(Default)]
struct Told {
    producers: Cell<u32>,
    consumers: Cell<u32>,
}

async fn holds(case: &Case, told: &Told) -> Result<(), TestCaseError> {
    let (old, new) = (revision(&case.old), revision(&case.new));
    let changes = diff(&old, &new);
    let said: Vec<&str> = changes.iter().map(|change| change.class.name).collect();

    if worst(&changes, |change| change.producers) <= Effect::Compatible {
        let valid = case.old.valid(&case.rows);
        if broken(&case.old, old.contract(), &valid).await.is_empty() {
            told.producers.set(told.producers.get() + 1);
            let refused = broken(&case.new, new.contract(), &valid).await;
            prop_assert!(refused.is_empty(), "compatible for producers: {said:?}, and yet {refused:?}");
        }
    }
    if worst(&changes, |change| change.consumers) <= Effect::Compatible {
        let valid = case.new.valid(&case.rows);
        if broken(&case.new, new.contract(), &valid).await.is_empty() {
            told.consumers.set(told.consumers.get() + 1);
            let lost = broken(&case.old, old.contract(), &valid).await;
            prop_assert!(lost.is_empty(), "compatible for consumers: {said:?}, and yet {lost:?}");
            let sql = query(&case.old, case.query);
            let before = answer(&sql, batch(&case.old, old.contract(), &valid)).await;
            let after = answer(&sql, batch(&case.new, new.contract(), &valid)).await;
            prop_assert!(before.is_ok(), "{sql}: {before:?}");
            prop_assert_eq!(before, after, "compatible for consumers: {:?}, and yet {}", said, sql);
        }
    }
    Ok(())
}

/// `PROPTEST_CASES` makes it longer.
#[test]
fn what_the_diff_calls_compatible_is() {
    let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
    let config = Config { failure_persistence: None, ..Config::default() };
    let cases_wanted = config.cases;
    let told = Told::default();
    let outcome = TestRunner::new(config).run(&cases(), |case| runtime.block_on(holds(&case, &told)));
    if let Err(error) = outcome {
        panic!("{error}");
    }
    let (producers, consumers) = (told.producers.get(), told.consumers.get());
    assert!(producers > cases_wanted / 10 && consumers > cases_wanted / 10, "{producers} and {consumers} cases");
}
