//! Snapshots held in memory: the same answers, and no files needed any more.

use std::path::Path;
use std::time::Duration;

use mesh_engine::table::PortTable;
use mesh_engine::{QueryLimits, Session};

use crate::fixture::{contract, identity, publish, reader_within, table};
use crate::read::text;

/// Queries that read whole columns, skip batches, skip all of them, and stop early.
const QUERIES: [&str; 7] = [
    "SELECT count(*), sum(amount), min(holder) FROM notes",
    "SELECT * FROM notes WHERE id = 77777",
    "SELECT id, holder FROM notes WHERE amount BETWEEN 500.25 AND 503.25 ORDER BY id",
    "SELECT count(*) FROM notes WHERE id IN (1, 99999, 100001) OR amount IS NULL",
    "SELECT * FROM notes WHERE id > 1000000",
    "SELECT count(*) FROM (SELECT id FROM notes LIMIT 70000)",
    "SELECT count(*) FROM notes WHERE holder LIKE 'a%' AND id % 2 = 0",
];

/// Queries until the data files can be done without, and says whether that was ever so.
async fn becomes_hot(session: &Session, folder: &Path, tries: usize) -> bool {
    let (data, away) = (folder.join("notes"), folder.join("away"));
    for _ in 0..tries {
        text(session, "SELECT sum(id) FROM notes").await;
        std::fs::create_dir_all(&away).expect("a folder");
        let files: Vec<_> = std::fs::read_dir(&data)
            .expect("a folder")
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| path.extension().is_some_and(|extension| extension == "parquet"))
            .map(|path| (path.clone(), away.join(path.file_name().expect("a name"))))
            .collect();
        files.iter().for_each(|(from, to)| std::fs::rename(from, to).expect("moved"));
        let answer = text(session, "SELECT sum(id) FROM notes").await;
        if !answer.starts_with("FC-") {
            return true;
        }
        files.iter().for_each(|(from, to)| std::fs::rename(to, from).expect("moved back"));
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    false
}

async fn published(folder: &Path) -> PortTable {
    let table = table(folder);
    publish(&table, &contract(), 100_000, "ada").await;
    table
}

#[tokio::test]
async fn a_snapshot_read_again_is_held_in_memory_and_answers_the_same_to_the_same_people() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = published(folder.path()).await;
    let reader = reader_within(&table, QueryLimits { batch_rows: 8_192, ..QueryLimits::default() });
    let omar = reader.session(&identity("omar", Some("risk-reporting")));
    let cold_reader = reader_within(&table, QueryLimits { hot_bytes_max: 0, ..QueryLimits::default() });
    let cold = cold_reader.session(&identity("omar", Some("risk-reporting")));
    let mut expected = Vec::new();
    for sql in QUERIES {
        expected.push(text(&cold, sql).await);
    }

    assert!(becomes_hot(&omar, folder.path(), 1_000).await);
    for (sql, expected) in QUERIES.iter().zip(&expected) {
        assert_eq!(&text(&omar, sql).await, expected, "{sql}");
    }
    let ana = reader.session(&identity("ana", Some("risk-reporting")));
    assert!(text(&ana, "SELECT * FROM notes").await.starts_with("FC-"));
}

#[tokio::test]
async fn a_new_snapshot_is_served_at_once_and_the_old_one_as_it_was() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = published(folder.path()).await;
    let reader = reader_within(&table, QueryLimits::default());
    let session = reader.session(&identity("omar", Some("risk-reporting")));
    let old = text(&session, "SELECT count(*) FROM notes").await;
    assert!(becomes_hot(&session, folder.path(), 1_000).await);
    publish(&table, &contract(), 7, "bo").await;
    assert!(text(&session, "SELECT count(*) FROM notes").await.contains("| 7 "));
    assert_eq!(text(&session, "SELECT count(*) FROM notes VERSION AS OF 0").await, old);
}

#[tokio::test]
async fn a_budget_that_a_snapshot_does_not_fit_holds_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let table = published(folder.path()).await;
    for hot_bytes_max in [0, 1_000_000] {
        let reader = reader_within(&table, QueryLimits { hot_bytes_max, ..QueryLimits::default() });
        let session = reader.session(&identity("omar", Some("risk-reporting")));
        assert!(!becomes_hot(&session, folder.path(), 20).await);
    }
}
