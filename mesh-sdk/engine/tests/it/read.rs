//! Governed reads: who sees what, which snapshot, and what is refused.

use std::sync::{Arc, Mutex};

use datafusion::arrow::array::{AsArray, RecordBatch, StringArray};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::arrow::util::pretty::pretty_format_batches;
use futures::TryStreamExt;
use mesh_engine::{EngineError, ErrorKind, Pins, PortRead, QueryLimits, ReadLog, ReadsEnded, Session};
use mesh_policy::Agreements;

use crate::fixture::{
    agreement, contract, identity, now, publish, reader, reader_telling, reader_under, reader_within, table,
};

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

/// Two worlds that differ only in a column that omar may not see.
#[tokio::test]
async fn a_column_that_is_not_granted_does_not_exist() {
    let granted = ["id", "amount", "gone"];
    let mut worlds = Vec::new();
    for holder in ["Ada Lovelace", "a"] {
        let folder = tempfile::tempdir().expect("a folder");
        let table = table(folder.path());
        publish(&table, &contract(), 3, holder).await;
        let reader = reader_under(&table, QueryLimits::default(), agreement(Some(&granted)));
        let session = reader.session(&identity("omar", Some("risk-reporting")));
        let mut answers = Vec::new();
        for sql in [
            "SELECT * FROM notes",
            "SELECT count(*) FROM notes",
            "SELECT holder FROM notes",
            "SELECT id FROM notes WHERE holder = 'a'",
            "SELECT id FROM notes WHERE CAST(CASE WHEN id = 1 THEN holder ELSE '1' END AS INT) = 1",
            "SELECT gone FROM notes",
            "SELECT n.holder FROM notes n JOIN notes_v1 m ON n.id = m.id",
            "EXPLAIN SELECT id FROM notes WHERE amount > 2",
        ] {
            answers.push(text(&session, sql).await);
        }
        for entry in session.tables() {
            let names: Vec<&String> = entry.schema.fields().iter().map(|field| field.name()).collect();
            answers.push(format!("{} {names:?}", entry.name));
        }
        worlds.push(answers);
        drop(folder);
    }
    assert_eq!(worlds[0], worlds[1]);
    insta::assert_snapshot!(worlds[0][0], @"
    +----+--------+
    | id | amount |
    +----+--------+
    | 1  | 1.25   |
    | 2  | 2.25   |
    | 3  | 3.25   |
    +----+--------+
    ");
    insta::assert_snapshot!(worlds[0][2], @"FC-2001: there is no column `holder`");
    assert_eq!(worlds[0][2].replace("holder", "gone"), worlds[0][5]);
    assert!(!worlds[0].iter().any(|answer| answer.contains("Ada")));
}

/// What a log was told: reads that began, and rows of those that are over.
#[derive(Clone, Default)]
struct Told(Arc<Mutex<(Vec<PortRead>, Vec<u64>)>>);

impl Told {
    fn log(&self) -> ReadLog {
        let told = self.clone();
        ReadLog::new(move |reads| {
            let told = told.clone();
            Box::pin(async move {
                told.0.lock().expect("a lock").0.extend(reads);
                let ended = move |rows: Vec<u64>| told.0.lock().expect("a lock").1.extend(rows);
                Ok(Box::new(ended) as ReadsEnded)
            })
        })
    }

    fn take(&self) -> (Vec<PortRead>, Vec<u64>) {
        std::mem::take(&mut *self.0.lock().expect("a lock"))
    }
}

/// What is told of a query: columns by name before it runs, rows that left the port when it is over.
#[tokio::test]
async fn what_a_query_reads_is_told_before_its_rows_and_after() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = table(folder.path());
    publish(&table, &contract(), 3, "a").await;
    publish(&table, &contract(), 5, "a").await;
    let told = Told::default();
    let reader = reader_telling(&table, QueryLimits::default(), agreement(None), told.log());
    let session = reader.session(&identity("omar", Some("risk-reporting")));
    let mut lines = String::new();
    for sql in [
        "SELECT id FROM notes WHERE holder = 'b'",
        "SELECT count(*) FROM notes",
        "SELECT n.id FROM notes n JOIN notes VERSION AS OF 0 m ON n.id = m.id",
        "SELECT 1",
        "SELECT nothing FROM notes",
    ] {
        let _ = rows(&session, sql).await;
        let (begun, ended) = told.take();
        assert_eq!(begun.len(), ended.len());
        lines.push_str(sql);
        for (PortRead { identity, port, snapshot, columns, .. }, rows) in begun.into_iter().zip(ended) {
            let who = &identity.principal.name;
            lines.push_str(&format!("\n  {who} {port} snapshot {snapshot}: {columns:?}, {rows} rows"));
        }
        lines.push('\n');
    }
    insta::assert_snapshot!(lines, @r#"
    SELECT id FROM notes WHERE holder = 'b'
      omar lending.notes_v1 snapshot 1: {"holder", "id"}, 0 rows
    SELECT count(*) FROM notes
      omar lending.notes_v1 snapshot 1: {}, 5 rows
    SELECT n.id FROM notes n JOIN notes VERSION AS OF 0 m ON n.id = m.id
      omar lending.notes_v1 snapshot 0: {"id"}, 3 rows
      omar lending.notes_v1 snapshot 1: {"id"}, 5 rows
    SELECT 1
    SELECT nothing FROM notes
    "#);

    // A query that is planned and not run has read nothing; one that is given up has.
    let query = session.query("SELECT id FROM notes", &Pins::default()).await.expect("planned");
    assert!(told.take().0.is_empty());
    let stream = query.execute().await.expect("begun");
    let (begun, ended) = told.take();
    assert_eq!((begun.len(), ended.len()), (1, 0), "written down before the first row");
    drop(stream);
    assert_eq!(told.take().1.len(), 1);
}

#[tokio::test]
async fn a_query_whose_reads_cannot_be_written_down_is_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = table(folder.path());
    publish(&table, &contract(), 3, "a").await;
    let full = ReadLog::new(|_| Box::pin(async { Err(std::io::ErrorKind::StorageFull.into()) }));
    let reader = reader_telling(&table, QueryLimits::default(), agreement(None), full);
    let session = reader.session(&identity("omar", Some("risk-reporting")));
    let refused = rows(&session, "SELECT id FROM notes").await.expect_err("refused");
    assert_eq!((refused.code().to_string().as_str(), refused.kind()), ("FC-2010", ErrorKind::Exhausted));
    assert_eq!(rows(&session, "SELECT 1").await.expect("no port is read").len(), 1);
}

/// A limit over more rows than one batch, or one thread, takes.
#[tokio::test]
async fn a_limit_counts_all_rows_together() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = table(folder.path());
    publish(&table, &contract(), 100_000, "a").await;
    let reader = reader(&table);
    let session = reader.session(&identity("omar", Some("risk-reporting")));
    for sql in [
        "SELECT count(*) FROM (SELECT id FROM notes LIMIT 70000)",
        "SELECT sum(1) FROM (SELECT id FROM notes LIMIT 70000)",
    ] {
        let answer = text(&session, sql).await;
        assert!(answer.contains("| 70000 "), "{sql}\n{answer}");
    }
}

#[tokio::test]
async fn an_agreement_over_no_column_of_the_port_opens_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = table(folder.path());
    publish(&table, &contract(), 3, "a").await;
    let reader = reader_under(&table, QueryLimits::default(), agreement(Some(&["gone"])));
    assert!(reader.session(&identity("omar", Some("risk-reporting"))).tables().is_empty());
}

#[tokio::test]
async fn agreements_are_relied_on_for_as_long_as_they_are_heard_of() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = table(folder.path());
    publish(&table, &contract(), 3, "a").await;
    let reader = reader(&table);
    let opened = || reader.session(&identity("omar", Some("risk-reporting"))).tables().len();
    let agreements = Agreements::new(vec![agreement(None)]);
    reader.set_agreements(agreements.clone(), Some(now() + chrono::TimeDelta::seconds(1)));
    assert_eq!(opened(), 2);
    reader.set_agreements(agreements, Some(now()));
    assert_eq!(opened(), 0);
    reader.set_agreements(Agreements::default(), None);
    assert_eq!(opened(), 0);
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
