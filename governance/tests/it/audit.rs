//! The audit trail.

use mesh_api::AuditRecord;
use sqlx::Row as _;

use crate::documents::{contract, described, product};
use crate::server::{Server, on_each_database};

#[tokio::test]
async fn every_registration_leaves_one_record_and_a_refused_one_leaves_none() {
    on_each_database(async |server| {
        let lena = server.lena();
        let request = contract("lending", "loans", "1.0.0");
        lena.register_contract(&request).await.expect("registered");
        lena.register_contract(&request).await.expect("known");
        lena.register_contract(&described("lending", "loans", "1.0.0", "else")).await.expect_err("taken");
        lena.register_product(&product("lending", "1.0.0", &[("loans", "1.0.0")])).await.expect("registered");
        lena.register_product(&product("lending", "1.1.0", &[("loans", "9.0.0")])).await.expect_err("unregistered");
        let told: Vec<_> = trail(&server).await.into_iter().map(|record| (record.action, record.subject)).collect();
        let expected = [
            ("contract.register", "lending.loans 1.0.0"),
            ("contract.approve", "lending.loans 1.0.0"),
            ("contract.activate", "lending.loans 1.0.0"),
            ("product.register", "lending 1.0.0"),
        ];
        assert_eq!(told, expected.map(|(action, subject)| (action.to_owned(), subject.to_owned())));
    })
    .await;
}

#[tokio::test]
async fn thirty_two_writers_make_one_chain() {
    on_each_database(async |server| {
        let writing = (0..32).map(|runner| {
            let lena = server.lena();
            tokio::spawn(async move {
                let request = contract("lending", &format!("loans_{runner}"), "1.0.0");
                lena.register_contract(&request).await.expect("registered");
                lena.register_product(&product("lending", &format!("1.{runner}.0"), &[])).await.expect("registered");
            })
        });
        for writer in writing.collect::<Vec<_>>() {
            writer.await.expect("the task ends well");
        }
        assert_eq!(trail(&server).await.len(), 32 * 4);
    })
    .await;
}

/// The records in the database, once their chain is found whole.
pub(crate) async fn trail(server: &Server) -> Vec<AuditRecord> {
    sqlx::any::install_default_drivers();
    let database = sqlx::AnyPool::connect(&server.ground.database_url).await.expect("the database");
    let rows = sqlx::query("SELECT * FROM audit_records ORDER BY sequence").fetch_all(&database).await.expect("rows");
    let head = sqlx::query("SELECT sequence, hash FROM audit_head").fetch_one(&database).await.expect("one row");
    database.close().await;
    let mut before = (0, AuditRecord::GENESIS.to_owned());
    let mut records = Vec::new();
    for row in rows {
        let micros = chrono::DateTime::from_timestamp_micros(row.get("at_us")).expect("a time");
        let record = AuditRecord {
            sequence: u64::try_from(row.get::<i64, _>("sequence")).expect("a number"),
            at: micros,
            actor: row.get("actor"),
            action: row.get("action"),
            subject: row.get("subject"),
            detail: serde_json::from_str(row.get("detail")).expect("json"),
            previous: row.get("previous"),
            hash: row.get("hash"),
        };
        assert_eq!((record.sequence, &record.previous), (before.0 + 1, &before.1), "{record:?}");
        assert_eq!(record.computed_hash(), record.hash, "{record:?}");
        before = (record.sequence, record.hash.clone());
        records.push(record);
    }
    assert_eq!(before, (u64::try_from(head.get::<i64, _>("sequence")).expect("a number"), head.get("hash")));
    records
}
