//! An older major as a view of the newest: checked before the rows are committed, read under its own contract.

use std::sync::Arc;

use insta::assert_snapshot;
use mesh_contract::{Contract, PortVersion};
use mesh_engine::function::Functions;
use mesh_engine::model::Model;
use mesh_engine::run::{Materialization, Pipeline, PipelinePort, RunReport};
use mesh_engine::table::PortTable;
use mesh_engine::{EngineError, Pins, PortData, Ports, QueryLimits, ReadLog, Reader, ReaderSettings, ServedPort};
use mesh_policy::{Agreement, Agreements, Clock, Purpose};

use crate::fixture::{identity, now};
use crate::product::{LOANS, LOANS_SQL, Product};
use crate::support::{contract, table};

const LOANS_V2: &str =
    "      - { name: loan, logicalType: string, required: true, primaryKey: true, primaryKeyPosition: 1 }
      - { name: principal, logicalType: number, physicalType: 'decimal(18,2)', required: true }
";
const LOANS_V2_SQL: &str = "SELECT 'L-' || CAST(loan_id AS VARCHAR) AS loan, amount AS principal FROM input.loans_file";
const VIEW_SQL: &str = "SELECT principal AS amount, CAST(substr(loan, 3) AS BIGINT) AS loan_id FROM lending.loans_v2";

const LOANS_V3: &str =
    "      - { name: loan, logicalType: string, required: true, primaryKey: true, primaryKeyPosition: 1 }
      - { name: value, logicalType: number, physicalType: 'decimal(18,2)', required: true }
";
const LOANS_V3_SQL: &str = "SELECT 'L-' || CAST(loan_id AS VARCHAR) AS loan, amount AS value FROM input.loans_file";
const V2_OF_V3_SQL: &str = "SELECT loan, value AS principal FROM lending.loans_v3";
const V1_OF_V3_SQL: &str = "SELECT value AS amount, CAST(substr(loan, 3) AS BIGINT) AS loan_id FROM lending.loans_v3";
const SUM: &str = "SELECT sum(amount) AS amount FROM lending.loans_v1";

/// Major 1 as a table of its own, as it was before there was a second.
fn alone(product: &Product) -> Pipeline {
    product.pipeline(vec![product.port("loans", LOANS_SQL, LOANS)]).expect("a pipeline")
}

/// Major 2 with rows, kept as `materialization` says, and major 1 as a view of them.
fn ports(product: &Product, materialization: Materialization, view: &str) -> Vec<PipelinePort> {
    let first = product.port("loans", LOANS_SQL, LOANS);
    let model = Model::parse("loans_v1", "models/loans_v1.sql", view).expect("a query");
    let first = PipelinePort { model, materialization: Materialization::View, ..first };
    let second = contract(&format!("schema:\n  - name: loans\n    logicalType: object\n    properties:\n{LOANS_V2}"));
    let mut second: Contract = second.as_ref().clone();
    second.version = "2.0.0".parse().expect("a version");
    let model = Model::parse("loans", "models/loans.sql", LOANS_V2_SQL).expect("a query");
    let table = product.table("second");
    vec![first, PipelinePort { model, contract: Arc::new(second), table, materialization, shown: vec![] }]
}

/// Major 3 with rows, and both majors before it as views of them. `shown` are the tables that major 1 showed before.
fn three(product: &Product, shown: Vec<(u64, PortTable)>) -> Vec<PipelinePort> {
    let mut ports = ports(product, Materialization::Full, VIEW_SQL);
    let first = Model::parse("loans_v1", "models/loans_v1.sql", V1_OF_V3_SQL).expect("a query");
    let second = Model::parse("loans_v2", "models/loans_v2.sql", V2_OF_V3_SQL).expect("a query");
    let third = contract(&format!("schema:\n  - name: loans\n    logicalType: object\n    properties:\n{LOANS_V3}"));
    let mut third: Contract = third.as_ref().clone();
    third.version = "3.0.0".parse().expect("a version");
    let model = Model::parse("loans", "models/loans.sql", LOANS_V3_SQL).expect("a query");
    let third = PipelinePort { model, contract: Arc::new(third), table: product.table("third"), ..ports[1].clone() };
    let second = PipelinePort { model: second, materialization: Materialization::View, ..ports.remove(1) };
    vec![PipelinePort { model: first, shown, ..ports.remove(0) }, second, third]
}

fn both(product: &Product, view: &str) -> Pipeline {
    product.pipeline(ports(product, Materialization::Full, view)).expect("a pipeline")
}

async fn run(product: &Product, pipeline: &Pipeline, id: &str) -> RunReport {
    product.run(id).execute(pipeline).await.expect("a report")
}

/// What Omar, who may read both majors, is given.
async fn asked(product: &Product, pipeline: &Pipeline, sql: &str) -> String {
    asked_of(pipeline, ports(product, Materialization::Full, VIEW_SQL), sql).await
}

async fn asked_of(pipeline: &Pipeline, all: Vec<PipelinePort>, sql: &str) -> String {
    let (ports, agreements) = (Ports::default(), [1, 2].map(agreement).to_vec());
    for port in all {
        let (major, contract) = (port.contract.version.major, Arc::clone(&port.contract));
        let version = PortVersion { name: "lending.loans".parse().expect("a name"), major };
        let view = pipeline.all_views().find(|view| view.name() == port.model.port());
        let data = view.map_or_else(|| PortData::from(port.table.clone()), |view| view.clone().into());
        ports.serve(ServedPort::new(version, Arc::clone(&contract), &contract.objects[0], data));
    }
    let reader = Reader::new(ReaderSettings {
        ports,
        functions: Functions::new(),
        domain: "lending".into(),
        reads: ReadLog::default(),
        agreements: Agreements::new(agreements),
        limits: QueryLimits::default(),
        clock: Clock::fixed(now()),
    });
    let session = reader.expect("a reader").session(&identity("omar", Some("risk-reporting")));
    let answer = async {
        let stream = session.query(sql, &Pins::default()).await?.execute().await?;
        Ok::<_, EngineError>(datafusion::physical_plan::common::collect(stream).await?)
    };
    answer.await.map_or_else(|error| format!("{} {error}", error.code()), |batches| table(&batches))
}

fn agreement(major: u64) -> Agreement {
    Agreement {
        id: format!("a-{major}"),
        port: "lending.loans".parse().expect("a name"),
        major,
        principal: "omar".into(),
        purposes: vec![Purpose("risk-reporting".into())],
        columns: None,
        starts: now(),
        expires: now() + chrono::TimeDelta::days(1),
    }
}

#[tokio::test]
async fn one_table_serves_two_majors() {
    let product = Product::new("loan_id,amount\n1,10.50\n2,0.25\n");
    let pipeline = both(&product, VIEW_SQL);
    assert_snapshot!(run(&product, &pipeline, "first").await, @"
    run first of lending
    loans: 2 rows committed as version 0
    loans_v1: 2 rows committed as version 0
    ");
    assert_snapshot!(asked(&product, &pipeline, "SELECT * FROM lending.loans ORDER BY loan").await, @"
    +------+-----------+
    | loan | principal |
    +------+-----------+
    | L-1  | 10.50     |
    | L-2  | 0.25      |
    +------+-----------+
    ");
    assert_snapshot!(asked(&product, &pipeline, "SELECT * FROM lending.loans_v1 ORDER BY loan_id").await, @"
    +---------+--------+
    | loan_id | amount |
    +---------+--------+
    | 1       | 10.50  |
    | 2       | 0.25   |
    +---------+--------+
    ");
    let narrow = "SELECT amount + 1 AS more FROM lending.loans_v1 WHERE loan_id = 2";
    assert_snapshot!(asked(&product, &pipeline, narrow).await, @"
    +------+
    | more |
    +------+
    | 1.25 |
    +------+
    ");
    assert!(!product.path("lake/lending/loans_v1").exists(), "the view holds nothing");
}

#[tokio::test]
async fn rows_that_break_the_view_are_not_published() {
    let product = Product::new("loan_id,amount\n1,10.50\n2,0.25\n");
    let pipeline = both(&product, VIEW_SQL);
    assert!(run(&product, &pipeline, "first").await.succeeded());
    product.deliver("loan_id,amount\n1,-3\n");
    assert_snapshot!(run(&product, &pipeline, "second").await, @"
    run second of lending
    loans: FC-1050 `loans` is not published: `loans_v1`, a view of it, would no longer keep its contract
      help: the run says what is wrong with `loans_v1`: mend models/loans_v1.sql, or retire that major
    loans_v1: FC-1031 1 of 5 rules failed on 1 rows
      failed: minimum(amount): expected at least 0, found 1; 1 row: loan_id=1
      help: correct the data or the model; the old snapshot stays in service
    ");
    let counts = "SELECT (SELECT count(*) FROM lending.loans) AS two, (SELECT count(*) FROM lending.loans_v1) AS one";
    assert_snapshot!(asked(&product, &pipeline, counts).await, @"
    +-----+-----+
    | two | one |
    +-----+-----+
    | 2   | 2   |
    +-----+-----+
    ");
    let left: usize = std::fs::read_dir(product.path("lake/lending/second_v1")).expect("a folder").count();
    assert_eq!(left, 2, "the log and one data file");
}

/// One number that Omar is given, or the error's code.
async fn number(pipeline: &Pipeline, all: Vec<PipelinePort>, sql: &str) -> String {
    let shown = asked_of(pipeline, all, sql).await;
    let line = shown.lines().nth(3).unwrap_or(&shown);
    line.trim_matches(['|', ' ']).split(' ').next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_view_that_was_changed_is_served_as_it_was_until_it_was_checked() {
    let product = Product::new("loan_id,amount\n1,10.50\n2,0.25\n");
    let changed =
        "SELECT CAST(principal * 2 AS DECIMAL(18, 2)) AS amount, CAST(substr(loan, 3) AS BIGINT) AS loan_id FROM loans";
    let appended = |view| product.pipeline(ports(&product, Materialization::Append, view)).expect("a pipeline");
    let served = || ports(&product, Materialization::Append, VIEW_SQL);
    assert!(run(&product, &appended(VIEW_SQL), "first").await.succeeded());
    let doubled = appended(changed);
    assert_eq!(number(&doubled, served(), SUM).await, "10.75");
    assert_snapshot!(run(&product, &doubled, "second").await, @"
    run second of lending
    loans: 0 rows committed as version 1
    loans_v1: 2 rows committed as version 1
    ");
    assert_eq!(number(&doubled, served(), SUM).await, "21.50");
    assert_snapshot!(run(&product, &doubled, "third").await, @"
    run third of lending
    loans: nothing is new since version 1
    loans_v1: nothing is new since version 1
    ");
    // A snapshot is what it was when it was committed.
    assert_eq!(number(&doubled, served(), &format!("{SUM} VERSION AS OF 0")).await, "10.75");
    assert_eq!(number(&doubled, served(), &format!("{SUM} VERSION AS OF 2")).await, "FC-2002");
    // One that does not keep the contract changes nothing.
    let broken = appended(
        "SELECT CAST(-principal AS DECIMAL(18, 2)) AS amount, CAST(substr(loan, 3) AS BIGINT) AS loan_id FROM loans",
    );
    assert!(!run(&product, &broken, "fourth").await.succeeded());
    assert_eq!(number(&broken, served(), SUM).await, "21.50");
}

#[tokio::test]
async fn a_time_is_answered_with_what_was_in_service_then() {
    let product = Product::new("loan_id,amount\n1,1\n");
    let deliver = async |pipeline: &Pipeline, amount: u32| {
        product.deliver(&format!("loan_id,amount\n1,{amount}\n"));
        assert!(run(&product, pipeline, &format!("run-{amount}")).await.succeeded());
        // Commits are told apart by the millisecond.
        tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    };
    deliver(&alone(&product), 1).await;
    deliver(&both(&product, VIEW_SQL), 2).await;
    let changed = both(&product, &VIEW_SQL.replace("loans_v2", "loans"));
    deliver(&changed, 3).await;
    let mut times = Vec::new();
    for table in ["loans", "second"] {
        times.extend(product.table(table).snapshots().await.expect("a log").into_iter().map(|info| info.committed_at));
    }
    times.sort();
    for (time, expected) in times.iter().zip(["1.00", "2.00", "3.00"]) {
        let sql = format!("{SUM} TIMESTAMP AS OF '{}'", time.to_rfc3339());
        assert_eq!(number(&changed, ports(&product, Materialization::Full, VIEW_SQL), &sql).await, expected);
    }
    let before = format!("{SUM} TIMESTAMP AS OF '{}'", (times[0] - chrono::TimeDelta::seconds(1)).to_rfc3339());
    assert_eq!(number(&changed, ports(&product, Materialization::Full, VIEW_SQL), &before).await, "FC-2002");
}

#[tokio::test]
async fn a_number_means_the_same_rows_also_after_a_third_major() {
    let product = Product::new("");
    let deliver = async |pipeline: &Pipeline, amount: u32| {
        product.deliver(&format!("loan_id,amount\n1,{amount}\n"));
        run(&product, pipeline, &format!("run-{amount}")).await.to_string()
    };
    deliver(&alone(&product), 1).await;
    deliver(&both(&product, VIEW_SQL), 2).await;
    assert!(deliver(&both(&product, VIEW_SQL), 3).await.contains("loans_v1: 1 rows committed as version 2"));

    let all = || three(&product, vec![(2, product.table("second"))]);
    let pipeline = product.pipeline(all()).expect("a pipeline");
    assert_eq!(number(&pipeline, all(), SUM).await, "3.00", "the one before is in service until there are rows");
    assert_snapshot!(deliver(&pipeline, 4).await, @"
    run run-4 of lending
    loans: 1 rows committed as version 0
    loans_v1: 1 rows committed as version 3
    loans_v2: 1 rows committed as version 2
    ");
    assert!(deliver(&pipeline, 5).await.contains("loans_v1: 1 rows committed as version 4"));
    // Also to a process that sees it for the first time, in whatever order it is asked.
    let pipeline = product.pipeline(all()).expect("a pipeline");
    assert_eq!(number(&pipeline, all(), SUM).await, "5.00");
    for (version, expected) in [(3, "4.00"), (1, "2.00"), (4, "5.00"), (0, "1.00"), (2, "3.00"), (5, "FC-2002")] {
        let sql = format!("{SUM} VERSION AS OF {version}");
        assert_eq!(number(&pipeline, all(), &sql).await, expected, "version {version}");
    }
    for (version, expected) in [(0, "2.00"), (1, "3.00"), (2, "4.00"), (3, "5.00")] {
        let sql = format!("SELECT sum(principal) AS p FROM lending.loans_v2 VERSION AS OF {version}");
        assert_eq!(number(&pipeline, all(), &sql).await, expected, "version {version} of major 2");
    }

    // Without the second major's table there are fewer snapshots, and none is another.
    let gone = || three(&product, Vec::new());
    let pipeline = product.pipeline(gone()).expect("a pipeline");
    for (version, expected) in [(0, "1.00"), (1, "FC-2002"), (2, "FC-2002"), (3, "4.00"), (4, "5.00")] {
        let sql = format!("{SUM} VERSION AS OF {version}");
        assert_eq!(number(&pipeline, gone(), &sql).await, expected, "version {version}");
    }
    assert!(deliver(&pipeline, 6).await.contains("loans_v1: 1 rows committed as version 5"));
}

#[tokio::test]
async fn a_new_view_of_an_old_table_leaves_the_majors_own_rows_in_service_until_it_was_checked() {
    let product = Product::new("loan_id,amount\n1,1\n");
    assert!(run(&product, &alone(&product), "first").await.succeeded());
    product.deliver("loan_id,amount\n1,2\n");
    let all = || ports(&product, Materialization::Full, VIEW_SQL);
    let second = product.pipeline(all().split_off(1)).expect("a pipeline");
    for id in ["second", "third"] {
        assert!(run(&product, &second, id).await.succeeded());
    }
    let pipeline = both(&product, VIEW_SQL);
    assert_eq!(number(&pipeline, all(), SUM).await, "1.00");
    assert!(run(&product, &pipeline, "fourth").await.to_string().contains("loans_v1: 1 rows committed as version 1"));
    assert_eq!(number(&pipeline, all(), SUM).await, "2.00");
    assert_eq!(number(&pipeline, all(), &format!("{SUM} VERSION AS OF 0")).await, "1.00");
}

#[tokio::test]
async fn a_snapshot_keeps_its_columns_when_the_contract_gains_one() {
    let product = Product::new("loan_id,amount\n1,1\n");
    assert!(run(&product, &both(&product, VIEW_SQL), "first").await.succeeded());
    let more = format!("{LOANS}      - {{ name: rating, logicalType: string }}\n");
    let mut all = ports(&product, Materialization::Full, &VIEW_SQL.replace(" FROM", ", 'A' AS rating FROM"));
    all[0].contract = product.port("loans", LOANS_SQL, &more).contract;
    let pipeline = product.pipeline(all.clone()).expect("a pipeline");
    assert_eq!(number(&pipeline, all.clone(), SUM).await, "1.00");
    assert!(run(&product, &pipeline, "second").await.succeeded());
    assert_eq!(number(&pipeline, all.clone(), "SELECT max(rating) AS r FROM lending.loans_v1").await, "A");
    assert_eq!(number(&pipeline, all, &format!("{SUM} VERSION AS OF 0")).await, "1.00");
}

#[tokio::test]
async fn the_time_that_was_checked_is_the_time_that_is_shown() {
    let product = Product::new("loan_id,amount\n1,1\n");
    let view = "SELECT principal AS amount, CAST(date_part('epoch', now()) AS BIGINT) AS loan_id FROM loans";
    let pipeline = both(&product, view);
    assert!(run(&product, &pipeline, "first").await.succeeded());
    let shown =
        number(&pipeline, ports(&product, Materialization::Full, view), "SELECT loan_id FROM lending.loans_v1").await;
    assert_eq!(shown, now().timestamp().to_string());
}

#[tokio::test]
async fn what_the_major_held_itself_stays_readable() {
    let product = Product::new("loan_id,amount\n1,10.50\n2,0.25\n");
    let first = alone(&product);
    assert!(run(&product, &first, "first").await.succeeded());
    assert!(run(&product, &first, "second").await.succeeded());
    let pipeline = both(&product, VIEW_SQL);
    let count = "SELECT count(*) AS loans FROM lending.loans_v1";
    assert_snapshot!(asked(&product, &pipeline, count).await, @"
    +-------+
    | loans |
    +-------+
    | 2     |
    +-------+
    ");
    product.deliver("loan_id,amount\n7,1\n");
    assert_snapshot!(run(&product, &pipeline, "third").await, @"
    run third of lending
    loans: 1 rows committed as version 0
    loans_v1: 1 rows committed as version 2
    ");
    assert_snapshot!(asked(&product, &pipeline, count).await, @"
    +-------+
    | loans |
    +-------+
    | 1     |
    +-------+
    ");
    assert_snapshot!(asked(&product, &pipeline, &format!("{count} VERSION AS OF 1")).await, @"
    +-------+
    | loans |
    +-------+
    | 2     |
    +-------+
    ");
    assert_snapshot!(asked(&product, &pipeline, &format!("{count} VERSION AS OF 2")).await, @"
    +-------+
    | loans |
    +-------+
    | 1     |
    +-------+
    ");
    assert_snapshot!(asked(&product, &pipeline, &format!("{count} VERSION AS OF 3")).await, @"FC-2002 `lending.loans_v1` has no snapshot as of version 3");
}

#[test]
fn a_view_reads_its_own_port_and_nothing_else() {
    let product = Product::new("loan_id,amount\n1,10.50\n");
    let refused =
        |view| product.pipeline(ports(&product, Materialization::Full, view)).expect_err("refused").to_string();
    assert_snapshot!(refused("SELECT amount, loan_id FROM input.loans_file"), @"models/loans_v1.sql:1:29: unknown table `input.loans_file`");
    assert_snapshot!(refused("SELECT 1 AS loan_id, 2 AS amount"), @"models/loans_v1.sql: a view of `lending.loans_v2` reads it, and this reads nothing");
    let mut ports = ports(&product, Materialization::Full, VIEW_SQL);
    ports.truncate(1);
    assert_snapshot!(product.pipeline(ports).expect_err("refused"), @"`loans_v1` is to be a view, and its product has no newer major of it that holds rows");
}
