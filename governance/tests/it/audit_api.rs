//! The audit trail as governance's officers read, verify and prune it.

use chrono::TimeDelta;
use mesh_api::audit::{TrailFault, Verifier};
use mesh_api::{AuditQuery, AuditRecord, Checkpoint, Client, Page, PageRequest, Prune, SealedCheckpoint};
use mesh_contract::Code;

use crate::documents::contract;
use crate::server::{Server, now, on_each_database};

/// All records, page by page.
async fn records(officer: &Client, query: AuditQuery) -> Vec<AuditRecord> {
    let (mut all, mut query) = (Vec::new(), AuditQuery { limit: Some(7), ..query });
    loop {
        let Page { items, next } = officer.audit(&query).await.expect("a page");
        all.extend(items);
        query.cursor = next;
        if query.cursor.is_none() {
            return all;
        }
    }
}

async fn verify(server: &Server, checkpoints: &[SealedCheckpoint]) -> Vec<TrailFault> {
    let officer = server.officer();
    let unsealer = officer.keys().await.expect("keys").unsealers().next().expect("a key");
    let open = |sealed: &SealedCheckpoint| sealed.open(&unsealer, now()).expect("governance's seal");
    let mut verifier = Verifier::new(checkpoints.iter().map(open).collect());
    records(&officer, AuditQuery::default()).await.iter().for_each(|record| verifier.take(record));
    verifier.finish()
}

async fn with_ports(server: &Server, count: usize) {
    for port in 0..count {
        let request = contract("lending", &format!("loans_{port}"), "1.0.0");
        server.lena().register_contract(&request).await.expect("registered");
    }
}

#[tokio::test]
async fn only_governance_reads_the_trail_and_finds_what_it_looks_for() {
    on_each_database(async |server| {
        with_ports(&server, 3).await;
        let refused = [
            server.lena().audit(&AuditQuery::default()).await.map(drop),
            server.lena().checkpoints(&PageRequest::default()).await.map(drop),
            server.omar().checkpoint().await.map(drop),
        ];
        assert_eq!(refused.map(|answer| answer.expect_err("refused").code()), [Code(4041); 3]);
        let officer = server.officer();
        let count = async |query| records(&officer, query).await.len();
        // Nine of registering, and that omar asked for a checkpoint.
        assert_eq!(count(AuditQuery::default()).await, 10);
        assert_eq!(count(AuditQuery { actor: Some("rules".into()), ..AuditQuery::default() }).await, 6);
        let action = Some("contract.register".into());
        assert_eq!(count(AuditQuery { action, ..AuditQuery::default() }).await, 3);
        let subject = Some("lending.loans_1 1.0.0".into());
        assert_eq!(count(AuditQuery { subject, since: Some(now()), ..AuditQuery::default() }).await, 3);
        assert_eq!(count(AuditQuery { until: Some(now()), ..AuditQuery::default() }).await, 0);
        let strange = AuditQuery { actor: Some("a\0' OR 1=1 --".into()), ..AuditQuery::default() };
        assert_eq!(officer.audit(&strange).await.expect_err("refused").code(), Code(4010));
    })
    .await;
}

#[tokio::test]
async fn who_changes_something_is_told_a_checkpoint_that_covers_it() {
    on_each_database(async |server| {
        let token = server.token("lena", &["owner:lending"], TimeDelta::hours(1));
        let request = reqwest::Client::new().post(server.url("/api/v1/contracts")).bearer_auth(token);
        let answer = request.json(&contract("lending", "loans", "1.0.0")).send().await.expect("an answer");
        let seal = answer.headers()[Checkpoint::HEADER].to_str().expect("a seal").to_owned();
        let told = SealedCheckpoint { seal };
        let unsealer = server.ground.sealer.unsealer();
        assert_eq!(told.open(&unsealer, now()).expect("it opens").sequence, 3);
        assert_eq!(verify(&server, std::slice::from_ref(&told)).await, []);
        // The tail goes, and the head with it: the database on its own is whole again.
        let hash = "(SELECT hash FROM audit_records WHERE sequence = 2), sequence = 2";
        tamper(
            &server,
            &["DELETE FROM audit_records WHERE sequence = 3", &format!("UPDATE audit_head SET hash = {hash}")],
        )
        .await;
        assert_eq!(verify(&server, &[]).await, []);
        assert_eq!(verify(&server, &[told]).await, [TrailFault::Cut { last: 2, sealed: 3 }]);
    })
    .await;
}

#[tokio::test]
async fn what_is_changed_in_the_database_shows() {
    on_each_database(async |server| {
        with_ports(&server, 10).await;
        let checkpoint = server.officer().checkpoint().await.expect("a checkpoint");
        assert_eq!(
            server.officer().checkpoints(&PageRequest::default()).await.expect("a page").items.last(),
            Some(&checkpoint)
        );
        for column in ["actor", "action", "subject", "detail", "previous", "hash"] {
            let set = |to: &str| format!("UPDATE audit_records SET {column} = {to} WHERE sequence = 17");
            tamper(&server, &[&set(&format!("{column} || ' '"))]).await;
            assert!(!verify(&server, &[]).await.is_empty(), "{column}");
            tamper(&server, &[&set(&format!("substr({column}, 1, length({column}) - 1)"))]).await;
            assert_eq!(verify(&server, std::slice::from_ref(&checkpoint)).await, [], "{column} is as it was");
        }
        tamper(&server, &["UPDATE audit_records SET at_us = at_us + 1 WHERE sequence = 30"]).await;
        assert_eq!(verify(&server, &[]).await, [TrailFault::Changed(30)]);
        tamper(&server, &["UPDATE audit_records SET at_us = at_us - 1 WHERE sequence = 30"]).await;
        tamper(
            &server,
            &[
                "UPDATE audit_records SET sequence = 1000 WHERE sequence = 5",
                "UPDATE audit_records SET sequence = 5 WHERE sequence = 6",
                "UPDATE audit_records SET sequence = 6 WHERE sequence = 1000",
            ],
        )
        .await;
        assert!(verify(&server, &[]).await.contains(&TrailFault::Changed(5)), "swapped");
        tamper(&server, &["DELETE FROM audit_records WHERE sequence = 5"]).await;
        assert!(verify(&server, &[]).await.contains(&TrailFault::OutOfOrder { expected: 5, found: 6 }));
        tamper(&server, &["DELETE FROM audit_records WHERE sequence < 10"]).await;
        assert!(verify(&server, &[]).await.contains(&TrailFault::Headless(10)));
    })
    .await;
}

#[tokio::test]
async fn after_years_the_beginning_may_go_and_the_rest_is_still_whole() {
    on_each_database(async |server| {
        with_ports(&server, 2).await;
        let early = Prune { before: now() - TimeDelta::days(365), reason: "too soon".into() };
        assert_eq!(server.officer().prune_audit(&early).await.expect_err("kept").code(), Code(4042));
        let later = now() + TimeDelta::days(6 * 366);
        let server = server.stop().await.start_at(later).await;
        let token = server.token("officer", &["governance", "owner:lending"], TimeDelta::days(7 * 366));
        let officer = server.anonymous().with_token(token);
        officer.register_contract(&contract("lending", "loans", "1.0.0")).await.expect("registered");
        let prune = Prune { before: now() + TimeDelta::days(1), reason: "after five years".into() };
        let base = officer.prune_audit(&prune).await.expect("pruned");
        assert_eq!(officer.prune_audit(&prune).await.expect_err("nothing left").code(), Code(4042));
        let unsealer = server.ground.sealer.unsealer();
        let kept = officer.checkpoints(&PageRequest::default()).await.expect("a page").items;
        assert_eq!(kept, [base]);
        let opened = kept.iter().map(|sealed| sealed.open(&unsealer, later).expect("it opens")).collect();
        let left = records(&officer, AuditQuery::default()).await;
        assert_eq!((left[0].sequence, left.len()), (7, 4));
        let mut verifier = Verifier::new(opened);
        left.iter().for_each(|record| verifier.take(record));
        assert_eq!(verifier.finish(), []);
    })
    .await;
}

/// Changes the database behind governance's back.
pub(crate) async fn tamper(server: &Server, statements: &[&str]) {
    sqlx::any::install_default_drivers();
    let database = sqlx::AnyPool::connect(&server.ground.database_url).await.expect("the database");
    for statement in statements {
        let statement = sqlx::AssertSqlSafe((*statement).to_owned());
        sqlx::raw_sql(statement).execute(&database).await.expect("changed");
    }
    database.close().await;
}
