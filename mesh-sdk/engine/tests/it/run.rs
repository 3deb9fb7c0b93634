//! Pipelines from files to committed snapshots.

use std::fs;
use std::path::Path;
use std::sync::{Arc, Mutex};

use insta::assert_snapshot;
use mesh_engine::run::{Outcome, RunEvent, RunEvents, RunReport};

use crate::product::{LOANS, Product, TOTALS, TOTALS_SQL};

fn told(report: &RunReport) -> String {
    report.to_string()
}

fn files(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = walk(folder).into_iter().map(|path| path.display().to_string()).collect();
    names.sort();
    names
}

fn walk(folder: &Path) -> Vec<std::path::PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.map(|entry| entry.expect("an entry").path());
    paths.flat_map(|path| if path.is_dir() { walk(&path) } else { vec![path] }).collect()
}

#[tokio::test]
async fn two_ports_are_published_in_order_with_a_record() {
    let product = Product::new("loan_id,amount\n1,10.50\n2,0.25\n");
    let events = Arc::new(Mutex::new(Vec::new()));
    let heard = Arc::clone(&events);
    let listener = RunEvents::new(move |event| {
        heard.lock().expect("a lock").push(match event {
            RunEvent::Started { port } => format!("started {port}"),
            RunEvent::Rows { port, rows } => format!("rows {port} {rows}"),
            RunEvent::Checked { port, checks } => format!("checked {port}: {checks}"),
            RunEvent::Ended(done) => format!("ended {}", done.port),
            RunEvent::OpenLineage(event) => format!(
                "lineage of {}: {}",
                event.job.name,
                serde_json::to_value(event.event_type).expect("a kind").as_str().expect("a word")
            ),
            other => format!("{other:?}"),
        });
    });
    let report = product.run("run-1").with_events(listener).execute(&product.two_ports()).await.expect("a report");
    assert_snapshot!(told(&report), @"
    run run-1 of lending
    loans: 2 rows committed as version 0
    totals: 1 rows committed as version 0
    ");
    assert_snapshot!(events.lock().expect("a lock").join("\n"), @"
    started loans
    lineage of lending.loans_v1: START
    rows loans 2
    checked loans: 5 of 5 rules hold on 2 rows
    lineage of lending.loans_v1: COMPLETE
    ended loans
    started totals
    lineage of lending.totals_v1: START
    rows totals 1
    checked totals: 1 of 1 rules hold on 1 rows
    lineage of lending.totals_v1: COMPLETE
    ended totals
    ");
    let record = fs::read(product.path("data/runs/lending/run-1.json")).expect("a record");
    assert_eq!(serde_json::from_slice::<RunReport>(&record).expect("a report"), report);
    let snapshot = product.table("loans").newest().await.expect("a log").expect("a snapshot");
    assert_eq!((snapshot.info().rows, snapshot.info().run.as_deref()), (Some(2), Some("run-1")));

    let again =
        product.run("run-2").with_ports(vec!["loans".into()]).execute(&product.two_ports()).await.expect("a report");
    assert_eq!(again.ports.len(), 1);
    assert!(matches!(again.ports[0].outcome, Outcome::Committed { version: 1 }));
}

#[tokio::test]
async fn a_failed_check_commits_nothing_and_its_readers_are_skipped() {
    let product = Product::new("loan_id,amount\n1,10.50\n");
    let pipeline = product.two_ports();
    assert!(product.run("good").execute(&pipeline).await.expect("a report").succeeded());
    let before = files(&product.path("lake"));

    product.deliver("loan_id,amount\n1,-1\n2,5\n3,-0.01\n3,1\n");
    let report = product.run("bad").execute(&pipeline).await.expect("a report");
    assert_snapshot!(told(&report), @"
    run bad of lending
    loans: FC-1031 2 of 5 rules failed on 4 rows
      failed: primaryKey(loan_id): expected no value twice, found 1; 1 row: loan_id=3
      failed: minimum(amount): expected at least 0, found 2; 2 rows: loan_id=1; loan_id=3
      help: correct the data or the model; the old snapshot stays in service
    totals: skipped, because `loans` has no new snapshot
    ");
    assert_eq!(report.port("loans").expect("a port").checks.as_ref().expect("checks").rows, 4);
    assert_eq!(files(&product.path("lake")), before);
    assert_eq!(product.content("loans").await, "0");

    product.deliver("loan_id,amount\n1,1\n,5\n3,\n");
    let report = product.run("nulls").execute(&pipeline).await.expect("a report");
    assert_snapshot!(told(&report), @"
    run nulls of lending
    loans: FC-1031 3 of 5 rules failed on 3 rows
      failed: primaryKeyPresent(loan_id): expected a value in each key column, found 1; 1 row: loan_id=null
      failed: required(loan_id): expected a value, found 1; 1 row: loan_id=null
      failed: required(amount): expected a value, found 1; 1 row: loan_id=3
      help: correct the data or the model; the old snapshot stays in service
    totals: skipped, because `loans` has no new snapshot
    ");
    assert_eq!(files(&product.path("lake")), before);
}

#[tokio::test]
async fn bad_input_fails_its_port_with_the_place() {
    let product = Product::new("loan_id,amount\n1,10.50\n2,ten\n");
    let report = product.run("bad").execute(&product.two_ports()).await.expect("a report");
    assert_snapshot!(told(&report), @"
    run bad of lending
    loans: FC-1007 sample/loans.csv:3: column `amount`: `ten` is not a decimal(9,2)
      help: correct the file, or declare the type, `format` or `nullValues` that the file really has
    totals: skipped, because `loans` has no new snapshot
    ");
    assert_eq!(product.content("loans").await, "nothing");
    product.deliver("loan,amount\n1,10.50\n");
    let report = product.run("column").execute(&product.two_ports()).await.expect("a report");
    assert_snapshot!(told(&report), @"
    run column of lending
    loans: FC-1006 sample/loans.csv:1: column `loan_id` is missing
      help: did you mean `loan`?
    totals: skipped, because `loans` has no new snapshot
    ");
}

#[tokio::test]
async fn a_model_that_contradicts_its_contract_does_not_run() {
    let product = Product::new("loan_id,amount\n1,10.50\n");
    let sql = "SELECT CAST(loan_id AS DOUBLE) AS loan_id, amount AS amonut FROM input.loans_file";
    let pipeline = product.pipeline(vec![product.port("loans", sql, LOANS)]).expect("a pipeline");
    let report = product.run("bad").execute(&pipeline).await.expect("a report");
    assert_snapshot!(told(&report), @"
    run bad of lending
    loans: FC-1023 models/loans.sql: columns differ from the contract of `lending.loans`:
      `loan_id` must be integer(64), the query gives float(64)
      `amount` is missing; did you mean `amonut`?
      `amonut` is not in the contract
      help: change the query with a `CAST` or an alias, or the contract if the data is right
    ");
    let sql = "SELECT loan_id, amuont AS amount FROM input.loans_file";
    let pipeline = product.pipeline(vec![product.port("loans", sql, LOANS)]).expect("a pipeline");
    let report = product.run("worse").execute(&pipeline).await.expect("a report");
    assert_snapshot!(told(&report), @"
    run worse of lending
    loans: FC-1024 models/loans.sql: Schema error: No field named amuont. Did you mean 'input.loans_file.amount'?
    Valid fields are input.loans_file.loan_id, input.loans_file.amount.
    ");
}

#[tokio::test]
async fn pipelines_that_cannot_run_are_refused_before_anything_happens() {
    let product = Product::new("");
    let refused = |sql: &str| {
        let ports = vec![product.port("loans", sql, LOANS), product.port("totals", TOTALS_SQL, TOTALS)];
        let error = product.pipeline(ports).expect_err("refused");
        format!("{} {error}", error.code())
    };
    assert_snapshot!(refused("SELECT * FROM lending.totals"), @"FC-1022 models read each other in a cycle: loans -> totals -> loans");
    assert_snapshot!(refused("SELECT * FROM input.loan_file"), @"FC-1021 models/loans.sql:1:15: unknown table `input.loan_file`");
    let pipeline = product.two_ports();
    let error = product.run("r").with_ports(vec!["loan".into()]).execute(&pipeline).await.expect_err("refused");
    assert_snapshot!(error, @"there is no port `loan` in `lending`");
    for id in ["../x", "", "a/b"] {
        let error = product.run(id).execute(&pipeline).await.expect_err("refused");
        assert_eq!(error.code().to_string(), "FC-1043");
    }
    assert!(!product.path("data").exists());
}
