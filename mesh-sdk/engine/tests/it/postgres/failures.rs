//! Databases that are away, that refuse, that have changed, that die.

use std::time::Duration;

use insta::assert_snapshot;
use mesh_engine::function::Functions;
use mesh_engine::run::Pipeline;
use mesh_engine::source::Input;

use super::ground::{Ground, open};
use crate::product::Product;
use crate::support::read;

const LOANS: &str = "      - { name: loan_id, logicalType: integer, required: true }
      - { name: amount, logicalType: number, physicalType: 'decimal(9,2)' }
      - { name: holder, logicalType: string }
      - { name: opened, logicalType: date }
";

async fn refused(input: &Input) -> String {
    open(input, None).await.expect_err("refused")
}

#[tokio::test]
async fn a_table_that_changed_stops_the_run_with_every_difference() {
    let Some(ground) = Ground::new().await else { return };
    ground.run("CREATE TABLE loans (loan_id bigint, amount numeric(9,2), holder text, opened date)").await;
    open(&ground.input("loans", LOANS, ""), None).await.expect("as agreed");
    ground
        .run(
            "ALTER TABLE loans DROP COLUMN opened, ADD COLUMN opened_on date, ALTER amount TYPE numeric(12,3),
             ALTER holder TYPE text[] USING ARRAY[holder], ALTER loan_id TYPE numeric",
        )
        .await;
    assert_snapshot!(refused(&ground.input("loans", LOANS, "")).await.replace(&ground.schema, "bank"), @r"
    FC-1010 bank.loans: columns differ from input contract `loans`:
      `loan_id` is numeric, declared an integer of 64 bits
      `amount` is numeric(12,3), declared decimal(9,2)
      `holder` is text[], declared text
      `opened` is missing; did you mean `opened_on`?
    help: correct the file, or the input contract if the file is as agreed
    ");
}

#[tokio::test]
async fn refusals_say_why_and_show_no_password() {
    let Some(ground) = Ground::new().await else { return };
    let role = format!("{}_lena", ground.schema);
    ground
        .run(&format!(
            "DO $$ BEGIN CREATE ROLE with_password; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$;
             DROP ROLE IF EXISTS {role};
             CREATE ROLE {role} LOGIN PASSWORD 'gr33n@house' IN ROLE with_password;
             CREATE TABLE loans (loan_id bigint, amount numeric(9,2), holder text, opened date);
             GRANT USAGE ON SCHEMA {} TO {role}",
            ground.schema
        ))
        .await;
    let input = |url| ground.input("loans", LOANS, "").with_database(url);
    let tell = async |input: &Input| {
        let told = read(input).await.expect_err("refused");
        assert!(!told.contains("gr33n") && !format!("{input:?}").contains("gr33n"), "{told} {input:?}");
        let told = told.replace(&ground.schema, "bank").lines().next().unwrap_or_default().to_owned();
        told.replace(&ground.ask("SHOW port").await.expect("a port"), "5432")
    };
    let told = [
        tell(&input(ground.url_as(&role, "gr33n%40hous", "postgres"))).await,
        tell(&input(ground.url_as(&role, "gr33n%40house", "postgres"))).await,
        tell(&input(ground.url_as("fince", "gr33n", "nowhere"))).await,
        tell(&ground.input("loan", LOANS, "")).await,
        tell(&ground.input("loans", LOANS, "customProperties:\n  - { property: query, value: SELEC 1 }\n")).await,
    ];
    assert_snapshot!(told.join("\n"), @r#"
    FC-1014 input `loans`: the database 127.0.0.1:5432/postgres refuses: password authentication failed for user "bank_lena"
    FC-1014 input `loans`: the database 127.0.0.1:5432/postgres refuses: permission denied for table loans
    FC-1014 input `loans`: the database 127.0.0.1:5432/nowhere refuses: database "nowhere" does not exist
    FC-1014 input `loan`: the database 127.0.0.1:5432/postgres refuses: relation "bank.loan" does not exist
    FC-1014 input `loans`: the database 127.0.0.1:5432/postgres refuses: syntax error at or near "1"
    "#);

    ground.run(&format!("GRANT SELECT ON loans TO {role}")).await;
    read(&input(ground.url_as(&role, "gr33n%40house", "postgres"))).await.expect("granted");
}

#[tokio::test]
async fn only_reading_is_possible() {
    let Some(ground) = Ground::new().await else { return };
    ground.run("CREATE TABLE loans (loan_id bigint); CREATE SEQUENCE seen").await;
    let columns = "      - { name: loan_id, logicalType: integer }\n";
    let mut told = Vec::new();
    for query in [
        "SELECT nextval('seen') AS loan_id",
        "WITH new AS (INSERT INTO loans VALUES (1) RETURNING *) SELECT * FROM new",
        "SELECT 1::bigint AS loan_id) AS x; DROP TABLE loans; SELECT * FROM (SELECT 1::bigint AS loan_id",
    ] {
        let rest = format!("customProperties:\n  - {{ property: query, value: \"{query}\" }}\n");
        let refused = read(&ground.input("loans", columns, &rest)).await.expect_err("refused");
        told.push(refused.lines().next().unwrap_or_default().split(" refuses: ").nth(1).map(str::to_owned));
    }
    let told: Vec<String> = told.into_iter().map(|told| told.expect("a refusal")).collect();
    assert_snapshot!(told.join("\n"), @r"
    cannot execute nextval() in a read-only transaction
    WITH clause containing a data-modifying statement must be at the top level
    cannot insert multiple commands into a prepared statement
    ");
    assert_eq!(ground.ask("SELECT count(*)::text FROM loans").await.as_deref(), Some("0"));
}

#[tokio::test]
async fn contracts_that_cannot_be_read_are_declared_wrong() {
    let Some(ground) = Ground::new().await else { return };
    ground.run("CREATE TABLE loans (loan_id bigint, amount numeric(9,2), holder text, opened date)").await;
    let array = format!("{LOANS}      - {{ name: tags, logicalType: array, items: {{ logicalType: string }} }}\n");
    let watermark = |column: &str| format!("customProperties:\n  - {{ property: watermark, value: {column} }}\n");
    let told = [
        refused(&ground.input("loans", &array, "")).await,
        refused(&ground.input("loans", LOANS, &watermark("open"))).await,
        refused(&ground.input("loans", LOANS, &watermark("holder"))).await,
        refused(&ground.input("loans", LOANS, &watermark("opened"))).await,
        refused(&ground.input("loans", LOANS, "customProperties:\n  - { property: query, value: 1 }\n")).await,
    ];
    assert_snapshot!(told.join("\n"), @r"
    FC-1001 input `loans`: column `tags`: objects and arrays are not read from a database
    help: select its parts with the custom property `query`, or declare it as text
    FC-1001 input `loans`: `watermark` names `open`, which is no column
    help: name a column of the contract
    FC-1001 input `loans`: `watermark` names `holder`, which has no order that every system shares
    help: choose a column of whole numbers, decimals, dates or timestamps
    FC-1001 input `loans`: `watermark` names `opened`, which may be empty, and an empty one is above nothing
    help: declare the column `required`, or give it a value with the custom property `query`
    FC-1001 input `loans`: `query` is not a text
    help: write one SELECT
    ");
}

#[tokio::test]
async fn nobody_at_home_is_a_matter_of_time() {
    let Some(ground) = Ground::new().await else { return };
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = listener.local_addr().expect("an address").port();
    let url = format!("postgresql://fince:gr33n@127.0.0.1:{port}/core?connect_timeout=1");
    let input = ground.input("loans", LOANS, "").with_database(url.parse().expect("a url"));
    // It accepts and says nothing.
    let silent = refused(&input).await;
    drop(listener);
    let closed = refused(&input).await;
    assert_snapshot!(format!("{silent}\n{closed}").replace(&port.to_string(), "5432"), @r"
    FC-1013 input `loans`: the database 127.0.0.1:5432/core does not answer: no connection within 1 seconds
    help: see that it runs and can be reached; the old snapshot stays in service until then
    FC-1013 input `loans`: the database 127.0.0.1:5432/core does not answer: error connecting to server: Connection refused (os error 111)
    help: see that it runs and can be reached; the old snapshot stays in service until then
    ");
}

#[tokio::test]
async fn a_server_that_dies_in_mid_read_leaves_the_old_snapshot() {
    let Some(ground) = Ground::new().await else { return };
    let product = Product::new("");
    let rows = |count: u32, seconds: &str| {
        let query = format!(
            "SELECT i::bigint AS loan_id, 1.50::numeric(9,2) AS amount FROM generate_series(1, {count}) AS i \
             WHERE pg_sleep({seconds})::text IS NOT NULL"
        );
        let rest = format!("customProperties:\n  - {{ property: query, value: \"{query}\" }}\n");
        let columns = "      - { name: loan_id, logicalType: integer }\n      - { name: amount, logicalType: number, physicalType: 'decimal(9,2)' }\n";
        ground.input("bookings", columns, &rest)
    };
    let run = async |id: &str, input: Input| {
        let columns = "      - { name: loan_id, logicalType: integer }\n      - { name: amount, logicalType: number, physicalType: 'decimal(9,2)' }\n";
        let port = product.port("loans", "SELECT loan_id, amount FROM input.bookings", columns);
        let pipeline = Pipeline::new("lending", vec![input], vec![port], Functions::new()).expect("a pipeline");
        product.run(id).execute(&pipeline).await.expect("a report").to_string()
    };
    assert_snapshot!(run("run-1", rows(10, "0")).await, @r"
    run run-1 of lending
    loans: 10 rows committed as version 0
    ");

    // The run tries again, and loses its connection again.
    let killing = async {
        let kill = format!(
            "SELECT pg_terminate_backend(pid)::text FROM pg_stat_activity WHERE application_name = '{}' AND query LIKE 'COPY%'
             AND wait_event = 'PgSleep' AND now() - query_start > interval '0.3 s'",
            ground.schema
        );
        for _ in 0..2_000 {
            ground.ask(&kill).await;
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    let told = tokio::select! {
        told = run("run-2", rows(100_000, "0.0001")) => told,
        () = killing => panic!("the run does not end"),
    };
    assert_snapshot!(told.replace(&ground.ask("SHOW port").await.expect("a port"), "5432"), @r"
    run run-2 of lending
    loans: FC-1013 input `bookings`: the database 127.0.0.1:5432/postgres does not answer: terminating connection due to administrator command
      help: see that it runs and can be reached; the old snapshot stays in service until then
    ");
    let snapshot = product.table("loans").newest().await.expect("a log").expect("a snapshot");
    assert_eq!(
        (snapshot.info().version, snapshot.info().rows, snapshot.info().run.as_deref()),
        (0, Some(10), Some("run-1"))
    );
}
