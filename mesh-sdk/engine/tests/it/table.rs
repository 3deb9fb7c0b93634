//! Snapshots: all or nothing, by version, by time.

use mesh_engine::table::AsOf;

use crate::fixture::{contract, publish, table};

#[tokio::test]
async fn a_commit_is_a_snapshot_and_old_ones_stay() {
    let folder = tempfile::tempdir().expect("a folder");
    let (table, contract) = (table(folder.path()), contract());
    assert!(table.newest().await.expect("no table is no error").is_none());

    let first = publish(&table, &contract, 3, "a").await;
    let second = publish(&table, &contract, 5, "b").await;
    assert_eq!((first.version, first.rows), (0, Some(3)));
    assert_eq!((second.version, second.rows), (1, Some(5)));
    assert_eq!(second.run.as_deref(), Some("run-1"));
    assert_eq!(second.contract_hash.as_deref(), Some(contract.hash.as_str()));

    // Another process, as it were.
    let other = crate::fixture::table(folder.path());
    let versions: Vec<u64> = other.snapshots().await.expect("history").iter().map(|info| info.version).collect();
    assert_eq!(versions, [1, 0]);
    assert_eq!(other.as_of(&AsOf::Version(0)).await.expect("the first").info().rows, Some(3));
    let at = AsOf::Time(second.committed_at);
    assert_eq!(other.as_of(&at).await.expect("the second").info().version, 1);
    let error = other.as_of(&AsOf::Version(7)).await.expect_err("never committed");
    assert_eq!(error.to_string(), "`lending.notes` has no snapshot as of version 7");
}

#[tokio::test]
async fn what_is_staged_is_invisible_and_discarded_without_a_trace() {
    let folder = tempfile::tempdir().expect("a folder");
    let (table, contract) = (table(folder.path()), contract());
    let batch = crate::fixture::batch(&contract, 4, "x");
    let stream = datafusion::physical_plan::stream::RecordBatchStreamAdapter::new(
        batch.schema(),
        futures::stream::iter([Ok(batch.clone())]),
    );
    let candidate = table.stage(batch.schema(), Box::pin(stream)).await.expect("staged");
    assert!(candidate.bytes() > 0);
    assert!(table.newest().await.expect("read").is_none());
    candidate.discard().await.expect("discarded");
    let left = std::fs::read_dir(folder.path().join("notes")).expect("listing").count();
    assert_eq!(left, 0);
}
