//! Every kind of rule, failing and passing, over tables in memory.

use std::sync::Arc;

use arrow::array::RecordBatch;
use datafusion::datasource::MemTable;
use datafusion::execution::runtime_env::RuntimeEnv;
use insta::assert_snapshot;
use mesh_contract::Contract;
use mesh_engine::check::{CheckError, CheckReport, check};
use mesh_engine::function::Functions;
use proptest::prelude::*;

use crate::support::{contract, session};

/// Rows made by a query, under a contract whose columns may say more than the query's types.
async fn rows(sql: &str) -> Vec<RecordBatch> {
    let rows = session().sql(sql).await.expect("a plan");
    let schema = Arc::new(rows.schema().as_arrow().clone());
    let mut batches = rows.collect().await.expect("rows");
    batches.push(RecordBatch::new_empty(batches.first().map_or(schema, RecordBatch::schema)));
    batches
}

async fn checked(contract: &Contract, batches: Vec<RecordBatch>) -> Result<CheckReport, CheckError> {
    let table = MemTable::try_new(batches[0].schema(), vec![batches]).expect("a table");
    check(Arc::new(table), &contract.objects[0], &Functions::new(), Arc::new(RuntimeEnv::default())).await
}

async fn told(contract: &Contract, sql: &str) -> String {
    match checked(contract, rows(sql).await).await {
        Ok(report) => report.to_string(),
        Err(error) => format!("{} {error}", error.code()),
    }
}

fn table(properties: &str, quality: &str) -> Arc<Contract> {
    contract(&format!("schema:\n  - name: loans\n    logicalType: object\n    properties:\n{properties}{quality}"))
}

const LOANS: &str = "      - { name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1, required: true }
      - { name: grade, logicalType: string, required: true, logicalTypeOptions: { pattern: '[A-G]', minLength: 1, maxLength: 2 } }
      - { name: amount, logicalType: number, physicalType: 'decimal(18,2)', logicalTypeOptions: { minimum: 0.005, exclusiveMaximum: 1000, multipleOf: 0.25 } }
      - { name: months, logicalType: integer, physicalType: int, logicalTypeOptions: { minimum: 12, maximum: 60, multipleOf: 12 } }
      - { name: rate, logicalType: number, physicalType: double, logicalTypeOptions: { maximum: 30.5 } }
      - { name: issued, logicalType: date, logicalTypeOptions: { minimum: '2018-01-01' } }
      - { name: account, logicalType: string, unique: true }
";

const GOOD: &str = "(1, 'A', 0.25, 12, 30.5, '2018-01-01', 'x')";

fn loans(values: &str) -> String {
    format!(
        "SELECT CAST(column1 AS BIGINT) AS id, column2 AS grade, CAST(column3 AS DECIMAL(18,2)) AS amount, \
         CAST(column4 AS INT) AS months, CAST(column5 AS DOUBLE) AS rate, CAST(column6 AS DATE) AS issued, \
         column7 AS account FROM (VALUES {values})"
    )
}

#[tokio::test]
async fn good_rows_pass_and_edges_are_inside() {
    let contract = table(LOANS, "");
    let edge = format!(
        "{GOOD}, (2, 'G', 999.75, 60, -1, '2020-02-29', 'y'), (3, 'B', NULL, NULL, NULL, NULL, NULL), (4, 'B', NULL, NULL, NULL, NULL, NULL)"
    );
    assert_snapshot!(told(&contract, &loans(&edge)).await, @"16 of 16 rules hold on 4 rows");
    assert_snapshot!(told(&contract, &format!("{} WHERE column1 < 0", loans(GOOD))).await, @"16 of 16 rules hold on 0 rows");
}

#[tokio::test]
async fn each_broken_rule_is_counted_and_shown() {
    let contract = table(LOANS, "");
    let bad = [
        "(1, 'A', 0.00, 12, 1, '2018-01-01', 'x')",
        "(2, 'AB', 1000.00, 13, 31, '2017-12-31', 'x')",
        "(2, '', 0.10, 72, 1, '2018-01-01', 'x')",
        "(NULL, NULL, -5, 0, 1, '2018-01-01', 'z')",
        "(7, 'ABC', 1, 12, 1, '2018-01-01', 'w')",
    ];
    assert_snapshot!(told(&contract, &loans(&bad.join(", "))).await, @r#"
    16 of 16 rules failed on 5 rows
      failed: primaryKeyPresent(id): expected a value in each key column, found 1; 1 row: id=null
      failed: primaryKey(id): expected no value twice, found 1; 1 row: id=2
      failed: required(id): expected a value, found 1; 1 row: id=null
      failed: required(grade): expected a value, found 1; 1 row: id=null
      failed: pattern(grade): expected text like `[A-G]`, found 3; 3 rows: id=2; id=2; id=7
      failed: minLength(grade): expected at least 1 characters, found 1; 1 row: id=2
      failed: maxLength(grade): expected at most 2 characters, found 1; 1 row: id=7
      failed: minimum(amount): expected at least 0.005, found 2; 2 rows: id=null; id=1
      failed: maximum(amount): expected less than 1000, found 1; 1 row: id=2
      failed: multipleOf(amount): expected a multiple of 0.25, found 1; 1 row: id=2
      failed: minimum(months): expected at least 12, found 1; 1 row: id=null
      failed: maximum(months): expected at most 60, found 1; 1 row: id=2
      failed: multipleOf(months): expected a multiple of 12, found 1; 1 row: id=2
      failed: maximum(rate): expected at most 30.5, found 1; 1 row: id=2
      failed: minimum(issued): expected at least "2018-01-01", found 1; 1 row: id=2
      failed: unique(account): expected no value twice, found 2; 2 rows: account=x
    "#);
}

#[tokio::test]
async fn at_most_five_keys_are_shown_in_order_and_restricted_ones_never() {
    let values: Vec<String> = (1..=9).rev().map(|id| format!("({id}, 'X', 1, 12, 1, '2018-01-01', 'a{id}')")).collect();
    let contract = table(LOANS, "");
    assert_snapshot!(told(&contract, &loans(&values.join(", "))).await, @"
    1 of 16 rules failed on 9 rows
      failed: pattern(grade): expected text like `[A-G]`, found 9; 9 rows: id=1; id=2; id=3; id=4; id=5
    ");
    let secret = table(
        "      - { name: iban, logicalType: string, primaryKey: true, primaryKeyPosition: 1, required: true, classification: restricted }
      - { name: amount, logicalType: integer, logicalTypeOptions: { minimum: 0 } }
",
        "",
    );
    let sql = "SELECT column1 AS iban, CAST(column2 AS BIGINT) AS amount FROM (VALUES ('CH93', -1), ('CH93', 2))";
    assert_snapshot!(told(&secret, sql).await, @"
    2 of 4 rules failed on 2 rows
      failed: primaryKey(iban): expected no value twice, found 1; 1 row: iban=(restricted)
      failed: minimum(amount): expected at least 0, found 1; 1 row: iban=(restricted)
    ");
}

#[tokio::test]
async fn quality_rules_measure_what_they_say() {
    let contract = table(
        "      - name: id
        logicalType: integer
        quality:
          - { name: ids known, metric: nullValues, mustBeLessThan: 1 }
      - name: state
        logicalType: string
        quality:
          - { name: states known, metric: missingValues, arguments: { missingValues: [null, '', N/A] }, mustBeLessOrEqualTo: 25, unit: percent }
          - { name: states valid, metric: invalidValues, arguments: { validValues: [NJ, NY], pattern: '[A-Z]{2}' }, mustBe: 0, severity: warning }
          - { name: states once, metric: duplicateValues, mustBe: 0 }
          - { name: no short states, type: sql, query: 'SELECT count(*) FROM ${object} WHERE length(${property}) < 2', mustBe: 0 }
",
        "    quality:
      - { name: enough rows, metric: rowCount, mustBeBetween: [4, 6] }
      - { name: pairs once, metric: duplicateValues, arguments: { properties: [id, state] }, mustBe: 0 }
      - { name: balanced, type: sql, query: 'SELECT sum(id) FROM {object}', mustBe: 6 }
      - { name: for people, type: text, description: looks right }
",
    );
    let of = |values: &str| format!("SELECT CAST(column1 AS BIGINT) AS id, column2 AS state FROM (VALUES {values})");
    assert_snapshot!(told(&contract, &of("(1, 'NJ'), (2, 'NY'), (3, NULL), (0, 'xx')")).await, @"
    1 of 8 rules failed on 4 rows
      warning: states valid: expected 0, found 1; 1 row: state=xx
    ");
    assert_snapshot!(told(&contract, &of("(1, ''), (1, ''), (NULL, 'N/A')")).await, @"
    8 of 8 rules failed on 3 rows
      failed: ids known: expected less than 1, found 1; 1 row: id=null
      failed: states known: expected at most 25 % of rows, found 100; 3 rows: state=; state=; state=N/A
      warning: states valid: expected 0, found 3; 3 rows: state=; state=; state=N/A
      failed: states once: expected 0, found 1; 1 row: state=
      failed: no short states: expected 0, found 2
      failed: enough rows: expected 4 to 6, found 3
      failed: pairs once: expected 0, found 1; 1 row: id=1, state=
      failed: balanced: expected 6, found 2
    ");
    let report =
        checked(&contract, rows(&of("(1, 'NJ'), (2, 'NY'), (3, NULL), (0, 'xx')")).await).await.expect("a report");
    assert!(report.passed(), "a warning does not block");
    assert_eq!(report.failed().count(), 1);
}

#[tokio::test]
async fn nested_values_are_checked_where_they_are() {
    let contract = table(
        "      - { name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1, required: true }
      - name: borrower
        logicalType: object
        properties:
          - { name: name, logicalType: string, required: true }
          - { name: age, logicalType: integer, logicalTypeOptions: { minimum: 18 } }
      - name: tags
        logicalType: array
        logicalTypeOptions: { minItems: 1, maxItems: 2, uniqueItems: true }
        items: { name: tag, logicalType: string }
",
        "",
    );
    let sql = "SELECT CAST(1 AS BIGINT) AS id, named_struct('name', 'A', 'age', CAST(18 AS BIGINT)) AS borrower, ['a', 'b'] AS tags \
        UNION ALL SELECT 2, CASE WHEN false THEN named_struct('name', 'A', 'age', CAST(18 AS BIGINT)) END, NULL \
        UNION ALL SELECT 3, named_struct('name', CAST(NULL AS VARCHAR), 'age', CAST(17 AS BIGINT)), ['a', 'a'] \
        UNION ALL SELECT 4, named_struct('name', 'D', 'age', CAST(NULL AS BIGINT)), ['a', 'b', 'c'] \
        UNION ALL SELECT 5, named_struct('name', 'E', 'age', CAST(NULL AS BIGINT)), array_remove(['a'], 'a')";
    assert_snapshot!(told(&contract, sql).await, @"
    5 of 8 rules failed on 5 rows
      failed: required(borrower.name): expected a value, found 1; 1 row: id=3
      failed: minimum(borrower.age): expected at least 18, found 1; 1 row: id=3
      failed: minItems(tags): expected at least 1 items, found 1; 1 row: id=5
      failed: maxItems(tags): expected at most 2 items, found 1; 1 row: id=4
      failed: uniqueItems(tags): expected no item twice, found 1; 1 row: id=3
    ");
}

#[tokio::test]
async fn sql_rules_reach_nothing_but_the_candidate() {
    let rule = |query: &str| {
        table(
            "      - { name: id, logicalType: integer }\n",
            &format!("    quality:\n      - {{ name: odd, type: sql, query: \"{query}\", mustBe: 0 }}\n"),
        )
    };
    let one = "SELECT CAST(1 AS BIGINT) AS id";
    assert_snapshot!(told(&rule("SELECT count(*) FROM deposits"), one).await, @"FC-1030 rule `odd` cannot be checked: Error during planning: table 'datafusion.public.deposits' not found");
    assert_snapshot!(told(&rule("COPY loans TO '/tmp/out.csv'"), one).await, @"FC-1030 rule `odd` cannot be checked: the query: a model is one query, found `COPY`");
    assert_snapshot!(told(&rule("SELECT count(*) FROM '/etc/passwd'"), one).await, @"FC-1030 rule `odd` cannot be checked: Error during planning: table 'datafusion.public./etc/passwd' not found");
    assert_snapshot!(told(&rule("SELECT id, id FROM ${object}"), one).await, @r#"FC-1030 rule `odd` cannot be checked: Error during planning: Projections require unique expression names but the expression "loans.id" at position 0 and "loans.id" at position 1 have the same name. Consider aliasing ("AS") one of them."#);
    assert_snapshot!(told(&rule("SELECT 'text'"), one).await, @"FC-1030 rule `odd` cannot be checked: it gives text, expected one number");
    assert_snapshot!(told(&rule("SELECT max(id) FROM ${object} WHERE false"), one).await, @"
    1 of 1 rules failed on 1 rows
      failed: odd: expected 0, found no number
    ");
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// Counters agree with counting by hand.
    #[test]
    fn counters_equal_a_naive_count(values in proptest::collection::vec(proptest::option::of(-50_i64..50), 1..200), low in -60_i64..40, step in 1_i64..7) {
        let contract = table(
            &format!("      - {{ name: id, logicalType: integer, required: true, unique: true, logicalTypeOptions: {{ minimum: {low}, exclusiveMaximum: 40, multipleOf: {step} }} }}\n"),
            "",
        );
        let ids: arrow::array::ArrayRef = Arc::new(arrow::array::Int64Array::from(values.clone()));
        let batch = RecordBatch::try_from_iter_with_nullable([("id", ids, true)]).expect("a batch");
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        let report = runtime.block_on(checked(&contract, vec![batch])).expect("a report");
        let found = |rule: &str| report.rules.iter().find(|outcome| outcome.rule == rule).map(|outcome| outcome.failing_rows);
        let count = |fails: &dyn Fn(i64) -> bool| Some(values.iter().flatten().filter(|value| fails(**value)).count() as u64);
        let mut distinct: Vec<i64> = values.iter().flatten().copied().collect();
        let present = distinct.len();
        distinct.sort_unstable();
        distinct.dedup();
        prop_assert_eq!(report.rows, values.len() as u64);
        prop_assert_eq!(found("required(id)"), Some((values.len() - present) as u64));
        prop_assert_eq!(found("unique(id)"), Some((present - distinct.len()) as u64));
        prop_assert_eq!(found("minimum(id)"), count(&|value| value < low));
        prop_assert_eq!(found("maximum(id)"), count(&|value| value >= 40));
        prop_assert_eq!(found("multipleOf(id)"), count(&|value| value % step != 0));
    }
}
