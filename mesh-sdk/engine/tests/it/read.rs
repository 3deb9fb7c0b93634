//! Governed reads: who sees what, which snapshot, and what is refused.

use datafusion::arrow::array::{AsArray, RecordBatch, StringArray};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::arrow::util::pretty::pretty_format_batches;
use futures::TryStreamExt;
use mesh_engine::{EngineError, ErrorKind, Pins, QueryLimits, Session};

use crate::fixture::{contract, identity, publish, reader, reader_within, table};

async fn rows(session: &Session, sql: &str) -> Result<Vec<RecordBatch>, EngineError> {
    let query = session.query(sql, &Pins::default()).await?;
    let promised = query.schema();
    let batches: Vec<RecordBatch> = query.execute().await?.try_collect().await?;
    for batch in &batches {
        assert_eq!(batch.schema(), promised);
    }
    Ok(batches)
}

pub(crate) async fn text(session: &Session, sql: &str) -> String {
    match rows(session, sql).await {
        Ok(batches) => pretty_format_batches(&batches).expect("a table").to_string(),
        Err(error) => format!("{}: {error}", error.code()),
    }
}

#[tokio::test]
async fn a_permit_opens_the_port_and_nothing_tells_a_stranger_that_it_exists() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = table(folder.path());
    publish(&table, &contract(), 3, "a").await;
    let reader = reader(&table);

    let omar = reader.session(&identity("omar", Some("risk-reporting")));
    let names: Vec<&str> = omar.tables().iter().map(|entry| entry.name.as_str()).collect();
    assert_eq!(names, ["notes", "notes_v1"]);
    for name in ["lending.notes", "mesh.lending.notes", "notes", "lending.notes_v1"] {
        let answer = text(&omar, &format!("SELECT count(*) AS n, sum(amount) AS s FROM {name}")).await;
        insta::allow_duplicates! {
            insta::assert_snapshot!(answer, @"
            +---+------+
            | n | s    |
            +---+------+
            | 3 | 6.75 |
            +---+------+
            ");
        }
    }

    for stranger in
        [identity("ana", Some("risk-reporting")), identity("omar", Some("marketing")), identity("omar", None)]
    {
        let session = reader.session(&stranger);
        assert!(session.tables().is_empty());
        let hidden = text(&session, "SELECT * FROM lending.notes").await;
        let absent = text(&session, "SELECT * FROM lending.ghost").await;
        assert_eq!(hidden.replace("notes", "ghost"), absent);
        let elsewhere = text(&session, "SELECT * FROM nowhere.notes").await;
        assert_eq!(hidden.replace("lending", "nowhere"), elsewhere);
    }
}

#[tokio::test]
async fn what_a_consumer_holds_explains_itself() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = table(folder.path());
    publish(&table, &contract(), 2, "a").await;
    let session = reader(&table).session(&identity("omar", Some("risk-reporting")));
    let batches = rows(&session, "SELECT amount FROM notes WHERE id = 2").await.expect("rows");
    let schema = batches[0].schema();
    let metadata = schema.field(0).metadata();
    assert_eq!(metadata.get("fince.unit").map(String::as_str), Some("USD"));
    assert_eq!(metadata.get("fince.contract.id").map(String::as_str), Some("lending.notes"));
    assert_eq!(metadata.get("fince.contract.hash").map(String::as_str), Some(contract().hash.as_str()));
}

#[tokio::test]
async fn a_snapshot_can_be_named_and_pinned() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = table(folder.path());
    publish(&table, &contract(), 3, "a").await;
    let session = reader(&table).session(&identity("omar", Some("risk-reporting")));
    let early = session.query("SELECT count(*) FROM notes", &Pins::default()).await.expect("planned");
    publish(&table, &contract(), 5, "b").await;

    let count = |batches: Vec<RecordBatch>| batches[0].column(0).as_primitive::<Int64Type>().value(0);
    for (sql, expected) in [
        ("SELECT count(*) FROM notes", 5),
        ("SELECT count(*) FROM lending.notes VERSION AS OF 0", 3),
        ("SELECT count(*) FROM notes_v1 VERSION AS OF 1 AS n WHERE n.holder = 'b'", 5),
        ("SELECT count(*) FROM notes FOR SYSTEM_TIME AS OF '2999-01-01'", 5),
    ] {
        assert_eq!(count(rows(&session, sql).await.expect(sql)), expected, "{sql}");
    }
    let again = session.query("SELECT count(*) FROM notes", early.pins()).await.expect("planned");
    let pinned = again.execute().await.expect("runs").try_collect().await.expect("rows");
    assert_eq!(count(pinned), 3, "a pinned query reads what it read before");
    let error = rows(&session, "SELECT * FROM notes VERSION AS OF 9").await.expect_err("no such snapshot");
    assert_eq!((error.kind(), error.code().to_string().as_str()), (ErrorKind::NotFound, "FC-2002"));
}

#[tokio::test]
async fn parameters_are_typed_by_the_query_and_bound_by_row() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = table(folder.path());
    publish(&table, &contract(), 4, "a").await;
    let session = reader(&table).session(&identity("omar", Some("risk-reporting")));
    let sql = "SELECT id FROM notes WHERE holder = ? AND id > ? ORDER BY id";
    let query = session.query(sql, &Pins::default()).await.expect("planned");
    let parameters = query.parameters().expect("parameters");
    assert_eq!(parameters.fields().iter().map(|field| field.name().as_str()).collect::<Vec<_>>(), ["$1", "$2"]);

    let bound = RecordBatch::try_from_iter([
        ("a", std::sync::Arc::new(StringArray::from(vec!["a"])) as _),
        ("b", std::sync::Arc::new(datafusion::arrow::array::Int32Array::from(vec![2])) as _),
    ])
    .expect("a row");
    let batches: Vec<RecordBatch> =
        query.bind(&bound).expect("bound").execute().await.expect("runs").try_collect().await.expect("rows");
    assert_eq!(batches.iter().map(RecordBatch::num_rows).sum::<usize>(), 2);

    let unbound = session.query(sql, &Pins::default()).await.expect("planned");
    assert!(unbound.execute().await.is_err());
    let unbound = session.query(sql, &Pins::default()).await.expect("planned");
    assert!(unbound.bind(&bound.project(&[0]).expect("one column")).is_err());
}

#[tokio::test]
async fn escapes_to_files_and_settings_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = table(folder.path());
    publish(&table, &contract(), 1, "a").await;
    let session = reader(&table).session(&identity("omar", Some("risk-reporting")));
    let file = folder.path().join("notes").display().to_string();
    for sql in [
        format!("SELECT * FROM '{file}'"),
        format!("SELECT * FROM \"{file}\""),
        format!("SELECT * FROM read_parquet('{file}')"),
        "SELECT * FROM information_schema.df_settings".to_owned(),
        "EXPLAIN SELECT * FROM notes".to_owned(),
        format!("COPY (SELECT 1) TO '{file}/x.csv'"),
        "SET datafusion.execution.batch_size = 1".to_owned(),
    ] {
        let error = rows(&session, &sql).await.expect_err(&sql);
        assert_eq!(error.kind(), ErrorKind::Invalid, "{sql}: {error}");
    }
}

#[tokio::test]
async fn long_chains_are_planned_up_to_the_cap_on_an_ordinary_stack() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = table(folder.path());
    publish(&table, &contract(), 1, "a").await;
    let session = reader(&table).session(&identity("omar", Some("risk-reporting")));
    let terms = (0..240).map(|n| format!("id={n}")).collect::<Vec<_>>().join(" OR ");
    rows(&session, &format!("SELECT * FROM notes WHERE {terms}")).await.expect("planned and run");
    rows(&session, &format!("SELECT {} FROM notes", vec!["id"; 500].join("+"))).await.expect("planned and run");
    let error = rows(&session, &format!("SELECT {}", vec!["1"; 10_000].join("+"))).await.expect_err("too wide");
    assert_eq!(error.code().to_string(), "FC-2004");
}

#[tokio::test]
async fn a_query_without_end_meets_its_deadline() {
    let folder = tempfile::tempdir().expect("a folder");
    let limits = QueryLimits { deadline: std::time::Duration::from_millis(50), ..QueryLimits::default() };
    let session = reader_within(&table(folder.path()), limits).session(&identity("omar", Some("risk-reporting")));
    let endless = "SELECT count(*) FROM generate_series(1, 9000000000000000)";
    let error = rows(&session, endless).await.expect_err("it never ends");
    assert_eq!((error.kind(), error.code().to_string().as_str()), (ErrorKind::Deadline, "FC-2007"));
}

#[tokio::test]
async fn planning_errors_say_what_was_probably_meant() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = table(folder.path());
    publish(&table, &contract(), 1, "a").await;
    let session = reader(&table).session(&identity("omar", Some("risk-reporting")));
    let mut answers = Vec::new();
    for sql in ["SELECT amout FROM notes", "SELECT * FROM lending.note", "SELECT * FROM somewhere.else", "SELEC 1"] {
        answers.push(text(&session, sql).await);
    }
    insta::assert_snapshot!(answers.join("\n"), @r"
    FC-2001: there is no column `amout`: did you mean `amount`?
    FC-2001: there is no table `lending.note`: did you mean `lending.notes`?
    FC-2001: there is no table `somewhere.else`
    FC-2001: expected: an SQL statement, found: SELEC at Line: 1, Column: 1
    ");
}
