//! Reading only what is new.

use insta::assert_snapshot;
use mesh_engine::function::Functions;
use mesh_engine::run::{Materialization, Pipeline, PipelinePort};
use mesh_engine::source::{Input, InputState};

use super::ground::{Ground, open};
use crate::product::Product;
use crate::support::{session, table};

const BOOKINGS: &str = "      - { name: id, logicalType: integer, required: true }
      - { name: booked, physicalName: booking_date, logicalType: date, required: true }
      - { name: at, logicalType: timestamp, physicalType: timestamp_tz, required: true }
";

fn by(column: &str) -> String {
    format!("customProperties:\n  - {{ property: watermark, value: {column} }}\n")
}

/// The rows, and how far they come.
async fn read(input: &Input, since: Option<&InputState>) -> (String, InputState) {
    let opened = open(input, since).await.expect("a table");
    let rows = session().read_table(opened.table).expect("a table").select_columns(&["id"]).expect("a column");
    (table(&rows.collect().await.expect("rows")), opened.state)
}

fn reached(state: &InputState) -> Option<&str> {
    match state {
        InputState::Table { watermark, .. } => watermark.as_ref().map(|watermark| watermark.value.as_str()),
        other => panic!("{other:?}"),
    }
}

async fn ground() -> Option<Ground> {
    let ground = Ground::new().await?;
    ground
        .run(
            "CREATE TABLE bookings (id bigint, booking_date date NOT NULL, at timestamptz NOT NULL);
             INSERT INTO bookings VALUES (1, '2026-01-01', '2026-01-01 10:00:00.000001+00'), (2, '2026-01-02', '2026-01-01 10:00+00')",
        )
        .await;
    Some(ground)
}

#[tokio::test]
async fn a_later_run_reads_strictly_above() {
    let Some(ground) = ground().await else { return };
    let input = ground.input("bookings", BOOKINGS, &by("booked"));
    let (rows, first) = read(&input, None).await;
    assert_snapshot!(rows, @r"
    +----+
    | id |
    +----+
    | 1  |
    | 2  |
    +----+
    ");
    assert_eq!(reached(&first), Some("2026-01-02"));

    ground
        .run("INSERT INTO bookings VALUES (3, '2026-01-02', now()), (4, '2026-01-03', now()), (5, '2026-01-04', now())")
        .await;
    let (rows, second) = read(&input, Some(&first)).await;
    assert_snapshot!(rows, @r"
    +----+
    | id |
    +----+
    | 4  |
    | 5  |
    +----+
    ");
    assert_eq!(reached(&second), Some("2026-01-04"));

    // Nothing new, or less than before: the mark stays where it was.
    let (_, third) = read(&input, Some(&second)).await;
    assert_eq!(third, second);
    ground.run("DELETE FROM bookings WHERE id > 2").await;
    assert_eq!(read(&input, Some(&second)).await.1, second);
}

#[tokio::test]
async fn instants_are_exact_and_another_column_begins_anew() {
    let Some(ground) = ground().await else { return };
    let input = ground.input("bookings", BOOKINGS, &by("at"));
    let (_, first) = read(&input, None).await;
    assert_eq!(reached(&first), Some("2026-01-01 10:00:00.000001+00"));
    ground.run("INSERT INTO bookings VALUES (3, '2026-01-02', '2026-01-01 12:00:00.000002+02')").await;
    let (rows, _) = read(&input, Some(&first)).await;
    assert_snapshot!(rows, @r"
    +----+
    | id |
    +----+
    | 3  |
    +----+
    ");

    let (_, by_day) = read(&ground.input("bookings", BOOKINGS, &by("booked")), Some(&first)).await;
    let (rows, whole) = read(&ground.input("bookings", BOOKINGS, ""), Some(&by_day)).await;
    assert_snapshot!(rows, @r"
    +----+
    | id |
    +----+
    | 1  |
    | 2  |
    | 3  |
    +----+
    ");
    assert_eq!(reached(&whole), None);
}

#[tokio::test]
async fn rows_that_come_while_it_is_read_are_for_the_next_run() {
    let Some(ground) = ground().await else { return };
    let input = ground.input("bookings", BOOKINGS, &by("booked"));
    let opened = open(&input, None).await.expect("a table");
    ground.run("INSERT INTO bookings VALUES (3, '2026-01-03', now())").await;
    let rows = session().read_table(opened.table).expect("a table").collect().await.expect("rows");
    assert_eq!((rows[0].num_rows(), reached(&opened.state)), (2, Some("2026-01-02")));
    let (rows, _) = read(&input, Some(&opened.state)).await;
    assert_snapshot!(rows, @r"
    +----+
    | id |
    +----+
    | 3  |
    +----+
    ");
}

#[tokio::test]
async fn an_empty_table_and_an_endless_day() {
    let Some(ground) = ground().await else { return };
    ground.run("TRUNCATE bookings").await;
    let input = ground.input("bookings", BOOKINGS, &by("booked"));
    let (_, state) = read(&input, None).await;
    assert_eq!(reached(&state), None);
    ground.run("INSERT INTO bookings VALUES (3, 'infinity', now())").await;
    let told = open(&input, Some(&state)).await.expect_err("refused");
    assert!(told.contains("FC-1014") && told.contains("the highest `booked` is `infinity`"), "{told}");
}

#[tokio::test]
async fn a_model_that_appends_goes_on_from_the_watermark() {
    let Some(ground) = ground().await else { return };
    let product = Product::new("");
    let run = async |id: &str| {
        let columns = "      - { name: id, logicalType: integer }\n      - { name: booked, logicalType: date }\n";
        let port = product.port("days", "SELECT id, booked FROM input.bookings", columns);
        let port = PipelinePort { materialization: Materialization::Append, ..port };
        let input = ground.input("bookings", BOOKINGS, &by("booked"));
        let pipeline = Pipeline::new("lending", vec![input], vec![port], Functions::new()).expect("a pipeline");
        product.run(id).execute(&pipeline).await.expect("a report").to_string()
    };
    let first = run("first").await;
    let again = run("again").await;
    ground.run("INSERT INTO bookings VALUES (3, '2026-01-03', now())").await;
    let later = run("later").await;
    assert_snapshot!(format!("{first}\n{again}\n{later}"), @r"
    run first of lending
    days: 2 rows committed as version 0
    run again of lending
    days: nothing is new since version 0
    run later of lending
    days: 1 rows committed as version 1
    ");
    let snapshot = product.table("days").newest().await.expect("a log").expect("a snapshot");
    assert_eq!(snapshot.info().rows, Some(3));
    assert_eq!(
        snapshot.info().inputs.iter().map(|read| reached(&read.state)).collect::<Vec<_>>(),
        [Some("2026-01-03")]
    );
}
