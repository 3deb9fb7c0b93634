//! Refused attempts and reads of data are in the audit trail.

use chrono::TimeDelta;
use mesh_api::audit::Verifier;
use mesh_api::{AuditQuery, AuditRecord, PageRequest, PortRead, RecordReads};
use mesh_contract::Code;
use serde_json::{Value, json};

use crate::documents::contract;
use crate::server::{Server, now, on_each_database};

async fn of_action(server: &Server, action: &str) -> Vec<AuditRecord> {
    let query = AuditQuery { action: Some(action.into()), ..AuditQuery::default() };
    server.officer().audit(&query).await.expect("a page").items
}

async fn assert_whole(server: &Server) {
    let mut verifier = Verifier::new(vec![]);
    let query = AuditQuery { limit: Some(PageRequest::LIMIT_MAX), ..AuditQuery::default() };
    server.officer().audit(&query).await.expect("a page").items.iter().for_each(|record| verifier.take(record));
    assert_eq!(verifier.finish(), []);
}

#[tokio::test]
async fn a_refused_attempt_of_somebody_known_is_a_record_and_many_are_few() {
    on_each_database(async |server| {
        let omar = server.omar();
        for port in ["loans", "mortgages", "loans"] {
            let refused = omar.register_contract(&contract("lending", port, "1.0.0")).await.expect_err("refused");
            assert_eq!(refused.code(), Code(4003));
        }
        assert!(omar.checkpoint().await.is_err());
        // Strangers, bad requests and refused reads are none.
        let expired = server.anonymous().with_token(server.token("eve", &[], -TimeDelta::hours(1)));
        assert!(expired.register_contract(&contract("lending", "loans", "1.0.0")).await.is_err());
        assert!(omar.audit(&AuditQuery::default()).await.is_err());
        let told =
            |record: &AuditRecord| (record.actor.clone(), record.subject.clone(), record.detail["times"].clone());
        let found = of_action(&server, AuditRecord::REFUSE).await;
        let path = |path: &str| format!("POST /api/v1/{path}");
        let expected = [
            ("omar".to_owned(), path("contracts"), json!(1)),
            ("omar".to_owned(), path("audit/checkpoints"), json!(1)),
        ];
        assert_eq!(found.iter().map(told).collect::<Vec<_>>(), expected);
        assert_eq!(found[0].detail["code"], json!("FC-4003"));
        assert_eq!(found[0].detail["reason"], json!("`omar` owns no domain"));
        // What was counted meanwhile is recorded at the latest when governance stops.
        let server = server.stop().await.start().await;
        let found = of_action(&server, AuditRecord::REFUSE).await;
        assert_eq!(found[2..].iter().map(told).collect::<Vec<_>>(), [("omar".to_owned(), path("contracts"), json!(2))]);
        assert_whole(&server).await;
    })
    .await;
}

fn read(id: usize, principal: &str, port: &str) -> PortRead {
    PortRead {
        id: id.to_string(),
        at: now(),
        principal: principal.into(),
        purpose: Some("risk".into()),
        port: format!("lending.{port}").parse().expect("a name"),
        major: 1,
        columns: vec!["loan_id".into()],
        rows: 10,
        snapshot: Some("7".into()),
    }
}

#[tokio::test]
async fn each_read_is_in_the_record_of_its_reader_once() {
    on_each_database(async |server| {
        let service = server.client("product:lending", &["service:lending"]);
        let mut reads: Vec<_> = (0..150).map(|id| read(id, "omar", "loans")).collect();
        reads.extend([read(150, "ana", "loans"), read(151, "omar", "mortgages")]);
        let request = RecordReads { reads };
        assert_eq!(service.record_reads(&request).await.expect("recorded").new, 152);
        assert_eq!(service.record_reads(&request).await.expect("recorded").known, 152);
        let found = of_action(&server, "port.read").await;
        let told = |record: &AuditRecord| {
            let reads = record.detail["reads"].as_array().map_or(0, Vec::len);
            (record.actor.clone(), record.subject.clone(), reads)
        };
        let expected = [("ana", "loans", 1), ("omar", "loans", 100), ("omar", "loans", 50), ("omar", "mortgages", 1)];
        let expected = expected.map(|(actor, port, reads)| (actor.to_owned(), format!("lending.{port}_v1"), reads));
        assert_eq!(found.iter().map(told).collect::<Vec<_>>(), expected);
        let last = &found[3].detail;
        let as_told =
            json!({"id": "151", "at": now(), "purpose": "risk", "columns": ["loan_id"], "rows": 10, "snapshot": "7"});
        assert_eq!((&last["told_by"], &last["reads"][0]), (&json!("product:lending"), &as_told));
        let ids = found.iter().flat_map(|record| record.detail["reads"].as_array().cloned().unwrap_or_default());
        let mut ids: Vec<Value> = ids.map(|read| read["id"].clone()).collect();
        ids.sort_by_key(ToString::to_string);
        ids.dedup();
        assert_eq!(ids.len(), 152);
        assert_whole(&server).await;
    })
    .await;
}
