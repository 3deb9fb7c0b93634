//! Old snapshots and small files: what goes, and what must stay.

use std::collections::BTreeSet;
use std::fs;
use std::time::Duration;

use mesh_engine::run::{Materialization, Pipeline, PipelinePort};
use mesh_engine::table::{AsOf, Keep, PortTable};

use crate::product::{LOANS, LOANS_SQL, Product};

fn pipeline(product: &Product, materialization: Materialization) -> Pipeline {
    let loans = PipelinePort { materialization, ..product.port("loans", LOANS_SQL, LOANS) };
    product.pipeline(vec![loans]).expect("a pipeline")
}

/// Data files that are on disk, leftovers of writers included.
fn data_files(product: &Product) -> usize {
    let entries = fs::read_dir(product.path("lake/lending/loans_v1")).expect("a folder");
    entries.filter_map(Result::ok).filter(|entry| entry.file_name() != "_delta_log").count()
}

async fn rows(table: &PortTable, version: u64) -> Result<u64, String> {
    let snapshot = table.as_of(&AsOf::Version(version)).await.map_err(|error| error.code().to_string())?;
    Ok(snapshot.info().rows.expect("a count"))
}

/// A port of five snapshots, each of one row more, and the table they are in.
async fn five(product: &Product) -> PortTable {
    let full = pipeline(product, Materialization::Full);
    for count in 1..=5 {
        let lines: String = (0..count).map(|id| format!("{id},1\n")).collect();
        product.deliver(&format!("loan_id,amount\n{lines}"));
        assert!(product.run(&format!("run-{count}")).execute(&full).await.expect("a report").succeeded());
        // Commits are told apart by the millisecond.
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    product.table("loans")
}

#[tokio::test]
async fn what_was_in_service_recently_or_is_built_upon_stays() {
    let product = Product::new("");
    let table = five(&product).await;
    let snapshots = table.snapshots().await.expect("snapshots");
    let second = snapshots.iter().find(|info| info.version == 2).expect("a snapshot").committed_at;
    // A moment after the third commit: that snapshot was in service then.
    let keep = Keep { since: second + chrono::TimeDelta::milliseconds(1), versions: BTreeSet::from([0]) };
    let files = data_files(&product);

    let would = table.vacuum(&keep, true).await.expect("a rehearsal");
    assert_eq!((would.snapshots.as_slice(), would.files, data_files(&product)), ([1].as_slice(), 1, files));
    assert_eq!(table.vacuum(&keep, false).await.expect("removed"), would);
    assert_eq!(data_files(&product), files - 1);
    let table = product.table("loans");
    assert_eq!(rows(&table, 1).await, Err("FC-1102".to_owned()));
    for (version, count) in [(0, 1), (2, 3), (3, 4), (4, 5)] {
        assert_eq!(rows(&table, version).await, Ok(count), "version {version}");
    }
    assert_eq!(table.snapshots().await.expect("snapshots"), snapshots, "what was there remains known");
    let again = table.vacuum(&keep, false).await.expect("nothing to do");
    assert_eq!((again.files, again.snapshots.len()), (0, 0));

    let nothing = Keep { since: chrono::DateTime::<chrono::Utc>::MAX_UTC, versions: BTreeSet::new() };
    assert_eq!(table.vacuum(&nothing, false).await.expect("removed").snapshots, [0, 2, 3]);
    assert_eq!((rows(&table, 4).await, data_files(&product)), (Ok(5), 1));
}

#[tokio::test]
async fn what_a_killed_run_left_goes() {
    let product = Product::new("");
    let table = five(&product).await;
    let folder = product.path("lake/lending/loans_v1");
    let whole = fs::read_dir(&folder).expect("a folder").filter_map(Result::ok);
    let whole = whole.map(|entry| entry.path()).find(|path| path.extension().is_some_and(|end| end == "parquet"));
    fs::copy(whole.expect("a file"), folder.join("left-whole.parquet")).expect("a leftover");
    fs::write(folder.join("left-half.parquet#4711000001"), "PAR1").expect("a leftover");
    let keep = Keep { since: chrono::DateTime::UNIX_EPOCH, versions: BTreeSet::new() };
    let gone = table.vacuum(&keep, false).await.expect("removed");
    assert_eq!((gone.files, gone.snapshots.len(), data_files(&product)), (2, 0, 5));
    for version in 0..5 {
        assert_eq!(rows(&table, version).await, Ok(version + 1));
    }
}

#[tokio::test]
async fn many_small_files_become_one_with_the_next_append() {
    let product = Product::new("loan_id,amount\n0,1\n");
    let appended = pipeline(&product, Materialization::Append);
    let mut files = Vec::new();
    for day in 0..40 {
        product.deliver_as(&format!("day-{day}.csv"), &format!("loan_id,amount\n{},1\n", day + 1));
        let report = product.run(&format!("run-{day}")).execute(&appended).await.expect("a report");
        assert!(report.succeeded(), "{report}");
        let table = deltalake::open_table(product.table("loans").url().clone()).await.expect("a table");
        files.push(table.get_file_uris().expect("files").count());
    }
    assert_eq!(files.iter().max(), Some(&16), "{files:?}");
    assert!(files.windows(2).filter(|pair| pair[1] < pair[0]).count() >= 2, "{files:?}");
    let table = product.table("loans");
    for version in [0, 14, 15, 16, 39] {
        assert_eq!(rows(&table, version).await, Ok(version + 2));
    }
    // A key that is in a compacted file is still a duplicate.
    product.deliver_as("twice.csv", "loan_id,amount\n3,1\n");
    let report = product.run("twice").execute(&appended).await.expect("a report");
    assert!(report.to_string().contains("failed: primaryKey(loan_id)"), "{report}");
}
