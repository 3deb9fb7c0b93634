//! Rules beyond one table: service levels, masks, reconciliation with the inputs, and the history of each rule.

use std::fs;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::datasource::MemTable;
use datafusion::execution::runtime_env::RuntimeEnv;
use insta::assert_snapshot;
use mesh_engine::check::{CheckReport, Given, check_contract};
use mesh_engine::function::Functions;
use mesh_engine::run::{Materialization, Measurement, Outcome, RunEvent, RunEvents, history_file, quarantine_file};

use crate::product::{LOANS, LOANS_SQL, Product};
use crate::support::{contract, session};

fn moment(text: &str) -> DateTime<Utc> {
    text.parse().expect("a moment")
}

/// The rows of a query under a contract, at a moment.
async fn report(body: &str, sql: &str, now: &str) -> CheckReport {
    let contract = contract(body);
    let rows = session().sql(sql).await.expect("a plan");
    let schema = Arc::new(rows.schema().as_arrow().clone());
    let batches = rows.collect().await.expect("rows");
    let table = MemTable::try_new(batches.first().map_or(schema, |batch| batch.schema()), vec![batches]);
    let functions = Functions::new();
    let given =
        Given { functions: &functions, runtime: Arc::new(RuntimeEnv::default()), now: moment(now), sources: None };
    check_contract(Arc::new(table.expect("a table")), &contract, &contract.objects[0], given).await.expect("a report")
}

const BOOKINGS: &str = "slaProperties:
  - { property: latency, value: 90, unit: min, element: 'bookings.booked, bookings.day, bookings.amount' }
  - { property: retention, value: 1, unit: y, element: bookings.day }
  - { property: latency, value: 1, unit: d, element: bookings }
schema:
  - name: bookings
    properties:
      - { name: booked, logicalType: timestamp }
      - { name: day, logicalType: date }
      - { name: amount, logicalType: integer }
";

async fn bookings(values: &str, now: &str) -> String {
    let sql = format!(
        "SELECT CAST(column1 AS TIMESTAMP) AS booked, CAST(column2 AS DATE) AS day, CAST(1 AS BIGINT) AS amount \
         FROM (VALUES {values})"
    );
    let report = report(BOOKINGS, &sql, now).await;
    assert!(report.passed(), "service levels warn: {report}");
    report.to_string()
}

#[tokio::test]
async fn service_levels_are_measured_to_the_minute_at_the_columns_they_name() {
    let rows = "('2026-11-22T08:30:00', '2026-11-22'), ('2026-11-22T07:00:00', '2025-11-23'), (NULL, NULL)";
    assert_snapshot!(bookings(rows, "2026-11-22T10:00:59Z").await, @"3 of 3 rules hold on 3 rows");
    assert_snapshot!(bookings(rows, "2026-11-22T10:01:00Z").await, @"
    1 of 3 rules failed on 3 rows
      warning: freshness(booked): expected a newest value of at most 90 min, 90 minutes, found 91
    ");
    // A day is over when it ends, and a year is a year of the calendar.
    assert_snapshot!(bookings(rows, "2026-11-24T00:00:00Z").await, @"
    3 of 3 rules failed on 3 rows
      warning: freshness(booked): expected a newest value of at most 90 min, 90 minutes, found 2370
      warning: freshness(day): expected a newest value of at most 90 min, 90 minutes, found 1440
      warning: retention(day): expected no row kept longer than 1 y, found 1; 1 row: day=2025-11-23
    ");
    assert_snapshot!(bookings("(NULL, NULL)", "2026-11-22T10:00:00Z").await, @"
    2 of 3 rules failed on 1 rows
      warning: freshness(booked): expected a newest value of at most 90 min, 90 minutes, found no number
      warning: freshness(day): expected a newest value of at most 90 min, 90 minutes, found no number
    ");
}

#[tokio::test]
async fn now_is_the_moment_of_the_run() {
    let body = "schema:
  - name: days
    properties: [{ name: day, logicalType: date }]
    quality:
      - { name: none ahead, type: sql, query: 'SELECT count(*) FROM days WHERE day > current_date()', mustBe: 0 }
";
    let sql = "SELECT CAST('2030-05-05' AS DATE) AS day";
    assert!(report(body, sql, "2030-05-05T00:00:00Z").await.passed());
    assert!(!report(body, sql, "2030-05-04T23:59:59Z").await.passed());
}

#[tokio::test]
async fn masked_columns_and_those_with_masked_members_show_no_value() {
    let body = "schema:
  - name: people
    properties:
      - name: iban
        logicalType: string
        customProperties: [{ property: mask, value: hash }]
        logicalTypeOptions: { pattern: 'CH.*' }
        quality:
          - { name: longest, type: sql, query: 'SELECT max(length(iban)) FROM people', mustBeLessThan: 3 }
      - name: home
        logicalType: object
        properties:
          - { name: street, logicalType: string, classification: restricted, logicalTypeOptions: { maxLength: 3 } }
      - { name: town, logicalType: string, customProperties: [{ property: mask, value: none }], logicalTypeOptions: { maxLength: 3 } }
";
    let sql = "SELECT 'DE89' AS iban, named_struct('street', 'Secret') AS home, 'Berne' AS town";
    let report = report(body, sql, "2026-11-22T10:00:00Z").await;
    assert_snapshot!(report, @"
    4 of 4 rules failed on 1 rows
      failed: pattern(iban): expected text like `CH.*`, found 1; 1 row: iban=(restricted)
      failed: longest: expected less than 3, found what is not shown
      failed: maxLength(home.street): expected at most 3 characters, found 1; 1 row: home=(restricted)
      failed: maxLength(town): expected at most 3 characters, found 1; 1 row: town=Berne
    ");
}

/// Loans that must add up to what was delivered.
fn reconciled() -> String {
    format!(
        "{LOANS}    quality:
      - name: nothing is lost
        type: sql
        query: 'SELECT (SELECT sum(amount) FROM ${{object}}) - (SELECT sum(amount) FROM input.loans_file)'
        mustBe: 0
"
    )
}

#[tokio::test]
async fn a_port_is_reconciled_with_what_it_is_made_of() {
    let product = Product::new("loan_id,amount\n1,10.50\n2,0.25\n");
    let loses = format!("{LOANS_SQL} WHERE loan_id < 2");
    let pipeline = product.pipeline(vec![product.port("loans", &loses, &reconciled())]).expect("a pipeline");
    let run = product.run("loses").execute(&pipeline).await.expect("a report");
    assert_snapshot!(run, @"
    run loses of lending
    loans: FC-1031 1 of 6 rules failed on 1 rows
      failed: nothing is lost: expected 0, found -0.25
      help: correct the data or the model; the old snapshot stays in service
    ");
    assert_eq!(product.content("loans").await, "nothing");

    // A run that reads only what is new is held to all that was delivered.
    let mut appended = product.port("loans", LOANS_SQL, &reconciled());
    appended.materialization = Materialization::Append;
    let pipeline = product.pipeline(vec![appended]).expect("a pipeline");
    assert!(product.run("all").execute(&pipeline).await.expect("a report").succeeded());
    product.deliver_as("more.csv", "loan_id,amount\n3,7.00\n");
    let run = product.run("more").execute(&pipeline).await.expect("a report");
    assert!(matches!(run.ports[0].outcome, Outcome::Committed { version: 1 }), "{run}");
    assert_eq!(run.ports[0].checks.as_ref().map(|checks| (checks.rows, checks.passed())), Some((3, true)));
}

/// A delivery that comes while the run is under way is the next run's, for the model and for the rules alike.
#[tokio::test]
async fn what_comes_after_the_model_read_is_not_reconciled() {
    let product = Product::new("loan_id,amount\n1,10.50\n2,0.25\n");
    let pipeline = product.pipeline(vec![product.port("loans", LOANS_SQL, &reconciled())]).expect("a pipeline");
    let late = product.path("sample/late.csv");
    let events = RunEvents::new(move |event| {
        if matches!(event, RunEvent::Rows { .. }) {
            fs::write(&late, "loan_id,amount\n3,7.00\n").expect("a delivery");
        }
    });
    let run = product.run("first").with_events(events).execute(&pipeline).await.expect("a report");
    assert!(product.path("sample/late.csv").exists() && run.succeeded(), "{run}");
    assert_eq!(run.ports[0].rows, 2);
    let run = product.run("second").execute(&pipeline).await.expect("a report");
    assert_eq!((run.succeeded(), run.ports[0].rows), (true, 3), "{run}");

    let changed = product.path("sample/late.csv");
    let events = RunEvents::new(move |event| {
        if matches!(event, RunEvent::Rows { .. }) {
            fs::write(&changed, "loan_id,amount\n3,70.00\n").expect("a delivery");
        }
    });
    let run = product.run("third").with_events(events).execute(&pipeline).await.expect("a report");
    assert!(run.to_string().contains("has other content than when it was read"), "{run}");
}

#[tokio::test]
async fn each_rule_has_a_history_in_which_its_versions_are_told_apart() {
    let product = Product::new("loan_id,amount\n1,10.50\n");
    let stricter = LOANS.replace("minimum: 0", "minimum: 20");
    assert_ne!(stricter, LOANS);
    for (id, properties) in [("first", LOANS), ("second", LOANS), ("third", stricter.as_str())] {
        let pipeline = product.pipeline(vec![product.port("loans", LOANS_SQL, properties)]).expect("a pipeline");
        product.run(id).execute(&pipeline).await.expect("a report");
        product.run(&format!("{id}-rehearsal")).rehearsal().execute(&pipeline).await.expect("a report");
    }
    let text = fs::read_to_string(history_file(&product.path("data"), "lending", "loans")).expect("a history");
    let all: Vec<Measurement> = text.lines().map(|line| serde_json::from_str(line).expect("a line")).collect();
    let of = |rule: &str| all.iter().filter(|found| found.rule == rule).collect::<Vec<_>>();
    let minimum = of("minimum(amount)");
    let told: Vec<_> = minimum.iter().map(|found| (found.run.as_str(), found.passed, found.failing_rows)).collect();
    assert_eq!(told, [("first", true, 0), ("second", true, 0), ("third", false, 1)]);
    assert_eq!(minimum[0].version, minimum[1].version);
    assert_ne!(minimum[1].version, minimum[2].version);
    assert!(minimum.iter().all(|found| found.version.len() == 12));
    let key = of("primaryKey(loan_id)");
    assert_eq!((key.len(), &key[0].version), (3, &key[2].version), "what did not change keeps its version");
}

/// The loans with a quarantine.
fn quarantine(value: &str) -> String {
    format!("{LOANS}    customProperties: [{{ property: quarantine, value: {value} }}]\n")
}

#[tokio::test]
async fn rows_that_break_rules_are_set_apart_where_the_contract_asks_for_it() {
    let product = Product::new("loan_id,amount\n1,10.50\n2,-1\n,3.00\n4,\n5,7.00\n");
    let pipeline =
        |value: &str| product.pipeline(vec![product.port("loans", LOANS_SQL, &quarantine(value))]).expect("a pipeline");
    let rehearsed = product.run("trial").rehearsal().execute(&pipeline("true")).await.expect("a report");
    assert_snapshot!(rehearsed, @"
    run trial of lending
    loans: 2 rows would be committed, 3 set apart
    ");
    let file = |run: &str| quarantine_file(&product.path("data"), "lending", "loans", run);
    assert!(!file("trial").exists());

    let run = product.run("apart").execute(&pipeline("true")).await.expect("a report");
    assert_snapshot!(run, @"
    run apart of lending
    loans: 2 rows committed as version 0, 3 set apart
    ");
    let bad =
        session().read_parquet(file("apart").to_string_lossy().into_owned(), Default::default()).await.expect("a file");
    let bad = bad.sort(vec![datafusion::prelude::ident("loan_id").sort(true, true)]).expect("a plan");
    assert_snapshot!(crate::support::table(&bad.collect().await.expect("rows")), @"
    +--------+---------+
    | amount | loan_id |
    +--------+---------+
    | 3.00   |         |
    | -1.00  | 2       |
    |        | 4       |
    +--------+---------+
    ");

    // Three rows of five are more than half: then the delivery is at fault, and is told in full.
    let run = product.run("half").execute(&pipeline("50")).await.expect("a report");
    assert!(matches!(&run.ports[0].outcome, Outcome::Failed { code, .. } if code == "FC-1031"), "{run}");
    assert_eq!((run.ports[0].quarantined, file("half").exists()), (0, false));
    assert!(product.run("most").execute(&pipeline("60")).await.expect("a report").succeeded());
    let unclear = product.run("unclear").execute(&pipeline("always")).await.expect("a report");
    assert!(matches!(&unclear.ports[0].outcome, Outcome::Failed { code, .. } if code == "FC-1030"), "{unclear}");

    // A key that stands twice is no row's own fault.
    product.deliver("loan_id,amount\n1,1\n1,2\n");
    let twice = product.run("twice").execute(&pipeline("true")).await.expect("a report");
    assert!(matches!(&twice.ports[0].outcome, Outcome::Failed { code, .. } if code == "FC-1031"), "{twice}");
}
