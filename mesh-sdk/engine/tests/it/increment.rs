//! Ports that go on from the snapshot before: appended, merged, unchanged, or refused.

use insta::assert_snapshot;
use mesh_engine::run::{Materialization, Outcome, Pipeline, PipelinePort, RunReport};
use mesh_engine::table::CommitRequest;

use crate::product::{LOANS, LOANS_SQL, Product, TOTALS, TOTALS_SQL};
use crate::support::session;

fn pipeline(product: &Product, materialization: Materialization, sql: &str) -> Pipeline {
    let loans = PipelinePort { materialization, ..product.port("loans", sql, LOANS) };
    product.pipeline(vec![loans, product.port("totals", TOTALS_SQL, TOTALS)]).expect("a pipeline")
}

async fn run(product: &Product, pipeline: &Pipeline, id: &str) -> RunReport {
    product.run(id).execute(pipeline).await.expect("a report")
}

/// The rows of the newest snapshot, as the Delta log's own reader sees them.
async fn rows(product: &Product) -> String {
    let snapshot = product.table("loans").newest().await.expect("a log").expect("a snapshot");
    let url = product.path("lake/lending/loans_v1");
    let session = session();
    let table = deltalake::open_table(url::Url::from_directory_path(url).expect("a folder")).await.expect("a table");
    let provider = table.table_provider().await.expect("a provider");
    let frame = session.read_table(provider).expect("a frame");
    let sorted = frame.sort_by(vec![datafusion::prelude::col("loan_id")]).expect("sorted");
    let batches = sorted.collect().await.expect("rows");
    let count: usize = batches.iter().map(|batch| batch.num_rows()).sum();
    assert_eq!(snapshot.info().rows, Some(count as u64), "the commit counts its rows");
    datafusion::arrow::util::pretty::pretty_format_batches(&batches).expect("a table").to_string()
}

#[tokio::test]
async fn what_is_new_is_appended_and_nothing_is_read_twice() {
    let product = Product::new("loan_id,amount\n1,10.50\n2,0.25\n");
    let appended = pipeline(&product, Materialization::Append, LOANS_SQL);
    assert!(run(&product, &appended, "first").await.succeeded());
    product.deliver_as("march.csv", "loan_id,amount\n3,7\n");
    assert_snapshot!(run(&product, &appended, "second").await, @"
    run second of lending
    loans: 1 rows committed as version 1
    totals: 1 rows committed as version 1
    ");
    assert_snapshot!(rows(&product).await, @"
    +---------+--------+
    | loan_id | amount |
    +---------+--------+
    | 1       | 10.50  |
    | 2       | 0.25   |
    | 3       | 7.00   |
    +---------+--------+
    ");
    assert_snapshot!(run(&product, &appended, "third").await, @"
    run third of lending
    loans: nothing is new since version 1
    totals: 1 rows committed as version 2
    ");

    std::fs::remove_file(product.path("sample/loans.csv")).expect("archived");
    product.deliver_as("april.csv", "loan_id,amount\n4,1\n");
    assert!(run(&product, &appended, "fourth").await.succeeded());
    product.deliver("loan_id,amount\n1,10.50\n2,0.26\n");
    assert_snapshot!(run(&product, &appended, "changed").await, @"
    run changed of lending
    loans: FC-1045 `loans` cannot go on from its newest snapshot: sample/loans.csv has other content than when it was read
      help: publish it anew from all of its inputs with `--full`; what is no longer among them is then gone
    totals: skipped, because `loans` has no new snapshot
    ");
}

#[tokio::test]
async fn the_contract_holds_for_the_whole_table() {
    let product = Product::new("loan_id,amount\n1,10.50\n2,0.25\n");
    let appended = pipeline(&product, Materialization::Append, LOANS_SQL);
    assert!(run(&product, &appended, "first").await.succeeded());
    product.deliver_as("march.csv", "loan_id,amount\n2,7\n");
    assert_snapshot!(run(&product, &appended, "second").await, @"
    run second of lending
    loans: FC-1031 1 of 5 rules failed on 3 rows
      failed: primaryKey(loan_id): expected no value twice, found 1; 1 row: loan_id=2
      help: correct the data or the model; the old snapshot stays in service
    totals: skipped, because `loans` has no new snapshot
    ");
    assert_eq!(product.content("loans").await, "0");
}

#[tokio::test]
async fn rows_of_a_known_key_are_replaced() {
    let product = Product::new("loan_id,amount\n1,10.50\n2,0.25\n3,9\n");
    let merged = pipeline(&product, Materialization::Merge, LOANS_SQL);
    assert!(run(&product, &merged, "first").await.succeeded());
    product.deliver_as("march.csv", "loan_id,amount\n2,7\n4,1\n");
    assert_snapshot!(run(&product, &merged, "second").await, @"
    run second of lending
    loans: 2 rows committed as version 1
    totals: 1 rows committed as version 1
    ");
    assert_snapshot!(rows(&product).await, @"
    +---------+--------+
    | loan_id | amount |
    +---------+--------+
    | 1       | 10.50  |
    | 2       | 7.00   |
    | 3       | 9.00   |
    | 4       | 1.00   |
    +---------+--------+
    ");
    product.deliver_as("april.csv", "loan_id,amount\n5,7\n5,1\n");
    let twice = run(&product, &merged, "twice").await;
    assert!(twice.to_string().contains("failed: primaryKey(loan_id)"), "{twice}");
    assert_eq!(product.content("loans").await, "1");
}

#[tokio::test]
async fn another_model_or_contract_does_not_go_on_from_the_snapshot() {
    let product = Product::new("loan_id,amount\n1,10.50\n");
    assert!(run(&product, &pipeline(&product, Materialization::Append, LOANS_SQL), "first").await.succeeded());
    product.deliver_as("march.csv", "loan_id,amount\n3,7\n");
    let other =
        pipeline(&product, Materialization::Append, "SELECT loan_id, abs(amount) AS amount FROM input.loans_file");
    assert_snapshot!(run(&product, &other, "second").await, @"
    run second of lending
    loans: FC-1045 `loans` cannot go on from its newest snapshot: its model has changed since the newest snapshot
      help: publish it anew from all of its inputs with `--full`; what is no longer among them is then gone
    totals: skipped, because `loans` has no new snapshot
    ");
    let anew = product.run("anew").anew().execute(&other).await.expect("a report");
    assert!(anew.succeeded(), "{anew}");
    assert_eq!(anew.port("loans").expect("a port").rows, 2);
}

#[tokio::test]
async fn a_snapshot_is_made_again_from_what_it_was_made_of() {
    let product = Product::new("loan_id,amount\n1,10.50\n2,0.25\n");
    let full = pipeline(&product, Materialization::Full, LOANS_SQL);
    assert!(run(&product, &full, "first").await.succeeded());
    let spill = product.path("spill");
    product.deliver_as("march.csv", "loan_id,amount\n3,7\n");
    assert!(run(&product, &full, "second").await.succeeded());
    // What came later is no part of what came before.
    for (port, version, rows) in [("loans", 0, 2), ("loans", 1, 3), ("totals", 0, 1), ("totals", 1, 1)] {
        let made = full.reproduce(port, version, &spill).await.expect("made again");
        assert_eq!((made.is_exact(), made.rows), (true, rows), "{port} {version} {made:?}");
    }
    let other =
        pipeline(&product, Materialization::Full, "SELECT loan_id, abs(amount) AS amount FROM input.loans_file");
    let refused =
        async |pipeline: &Pipeline, version| pipeline.reproduce("loans", version, &spill).await.expect_err("refused");
    assert_snapshot!(refused(&other, 0).await, @"version 0 of `loans` cannot be made again: its model has changed since");
    product.deliver("loan_id,amount\n1,10.50\n2,0.26\n");
    assert_snapshot!(refused(&full, 0).await, @"input `loans_file`: sample/loans.csv is gone, or has other content than when it was read");
    assert_eq!(refused(&full, 9).await.code().to_string(), "FC-2002");
}

#[tokio::test]
async fn what_a_model_reads_besides_its_inputs_shows() {
    let product = Product::new("loan_id,amount\n1,10.50\n2,0.25\n");
    let sql = "SELECT loan_id, CAST(random() * 1000 AS DECIMAL(18,2)) AS amount FROM input.loans_file";
    let random = pipeline(&product, Materialization::Full, sql);
    assert!(run(&product, &random, "first").await.succeeded());
    let made = random.reproduce("loans", 0, &product.path("spill")).await.expect("made again");
    assert_eq!((made.missing, made.surplus), (2, 2));
}

#[tokio::test]
async fn a_rehearsal_commits_nothing() {
    let product = Product::new("loan_id,amount\n1,10.50\n");
    let full = pipeline(&product, Materialization::Full, LOANS_SQL);
    assert!(run(&product, &full, "first").await.succeeded());
    product.deliver("loan_id,amount\n1,10.50\n2,1\n");
    let report = product.run("rehearsal").rehearsal().execute(&full).await.expect("a report");
    assert_snapshot!(report, @"
    run rehearsal of lending
    loans: 2 rows would be committed
    totals: 1 rows would be committed
    ");
    assert_eq!((product.content("loans").await, product.content("totals").await), ("0".to_owned(), "0".to_owned()));
    product.deliver("loan_id,amount\n1,-1\n");
    let report = product.run("bad").rehearsal().execute(&full).await.expect("a report");
    assert!(matches!(report.port("loans").expect("a port").outcome, Outcome::Failed { .. }));
}

#[tokio::test]
async fn of_two_that_go_on_from_one_snapshot_the_second_is_refused() {
    let product = Product::new("loan_id,amount\n1,10.50\n");
    assert!(run(&product, &pipeline(&product, Materialization::Append, LOANS_SQL), "first").await.succeeded());
    let table = product.table("loans");
    let base = table.newest().await.expect("a log").expect("a snapshot");
    let contract = product.port("loans", LOANS_SQL, LOANS).contract;
    let schema = mesh_contract::arrow::schema(&contract, &contract.objects[0]);
    let request = CommitRequest { contract: &contract, run: "race", inputs: &[], model: LOANS_SQL, views: &[] };
    let stage = async || {
        let none = datafusion::physical_plan::EmptyRecordBatchStream::new(schema.clone());
        table.stage(schema.clone(), Box::pin(none)).await.expect("staged").appended_to(base.clone())
    };
    let (one, two) = (stage().await, stage().await);
    one.commit(request).await.expect("committed");
    let error = two.commit(request).await.expect_err("overtaken");
    assert_eq!(error.code().to_string(), "FC-1101");
    assert_eq!(product.content("loans").await, "1");
}

#[test]
fn what_is_read_whole_each_time_is_not_appended() {
    let product = Product::new("");
    let appended = |port, sql, properties| PipelinePort {
        materialization: Materialization::Append,
        ..product.port(port, sql, properties)
    };
    let totals = vec![product.port("loans", LOANS_SQL, LOANS), appended("totals", TOTALS_SQL, TOTALS)];
    let error = product.pipeline(totals).expect_err("refused");
    assert_eq!(error.code().to_string(), "FC-1048");
    assert_snapshot!(error, @"`totals` is to be appended to, and nothing that it reads can be read from where the last run ended");
    let beside = "SELECT l.loan_id, l.amount FROM input.loans_file l JOIN lending.totals ON true";
    let totals = product.port("totals", "SELECT 1 AS loans, CAST(1 AS DECIMAL(28,2)) AS amount", TOTALS);
    product.pipeline(vec![appended("loans", beside, LOANS), totals]).expect("a file is read in part");
}

#[test]
fn a_merge_needs_a_key() {
    let product = Product::new("");
    let keyless = LOANS.replace("primaryKey: true, primaryKeyPosition: 1, ", "");
    let loans = product.port("loans", LOANS_SQL, &keyless);
    let error =
        product.pipeline(vec![PipelinePort { materialization: Materialization::Merge, ..loans }]).expect_err("refused");
    assert_snapshot!(error, @"`loans` is to be merged by its primary key, and its contract names none");
}
