//! What products are told of what is granted.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use mesh_api::{Client, ClientError, Grants, GrantsQuery};
use mesh_contract::Code;
use mesh_policy::{Clock, Purpose};
use tokio::task::JoinHandle;

use crate::agreements::{because, wish};
use crate::server::{Server, now, on_each_database};

fn product(server: &Server) -> Client {
    server.client("product:lending", &["service:lending"])
}

fn ask(revision: Option<u64>, wait: u64) -> GrantsQuery {
    GrantsQuery { domain: "lending".into(), revision, wait: Some(wait) }
}

/// What a waiting call tells, which must be before its wait of 25 seconds is over.
async fn news(waiting: JoinHandle<Result<Grants, ClientError>>) -> Grants {
    let told = tokio::time::timeout(Duration::from_secs(20), waiting).await.expect("before the wait is over");
    told.expect("the task ends").expect("news")
}

async fn granted(server: &Server) -> String {
    let asked = server.omar().request_access(&wish("audit", Some(&["loan_id"]), 30), None).await;
    asked.expect("granted").summary.id
}

#[tokio::test]
async fn a_product_is_told_what_is_granted_over_its_ports() {
    on_each_database(async |server| {
        let server = server.with_loans().await;
        let product = product(&server);
        let none = product.grants(&ask(None, 25)).await.expect("at once");
        assert_eq!(none, Grants { revision: 0, lease_s: 60, agreements: Vec::new() });
        let id = granted(&server).await;
        server.omar().request_access(&wish("risk", None, 30), None).await.expect("asked, which grants nothing");
        let one = product.grants(&ask(Some(0), 25)).await.expect("at once");
        assert_eq!((one.revision, one.agreements.len()), (1, 1));
        let agreement = &one.agreements[0];
        assert_eq!((agreement.id.as_str(), agreement.principal.as_str(), agreement.major), (id.as_str(), "omar", 1));
        assert_eq!(agreement.purposes, [Purpose("audit".into())]);
        assert_eq!(agreement.columns, Some(["loan_id".to_owned()].into()));
        assert_eq!((agreement.starts, agreement.expires), (now(), now() + TimeDelta::days(30)));
        assert_eq!(product.grants(&ask(Some(1), 0)).await.expect("no news, no wait"), one);
        let other = product.grants(&ask(Some(7), 25)).await.expect("a revision that never was is another");
        assert_eq!(other, one);

        let server = server.stop().await.start().await;
        let product = self::product(&server);
        assert_eq!(product.grants(&ask(None, 0)).await.expect("after a restart"), one);
    })
    .await;
}

#[tokio::test]
async fn only_the_domain_and_governance_are_told() {
    on_each_database(async |server| {
        let server = server.with_loans().await;
        for client in [server.omar(), server.client("ivo", &["owner:investing", "service:investing"])] {
            assert_eq!(client.grants(&ask(None, 0)).await.expect_err("refused").code(), Code(4003));
        }
        for client in [server.lena(), server.officer(), product(&server)] {
            client.grants(&ask(None, 0)).await.expect("told");
        }
        assert_eq!(server.lena().grants(&ask(None, 26)).await.expect_err("too long").code(), Code(4010));
    })
    .await;
}

#[tokio::test]
async fn who_waits_is_told_of_each_change_before_the_wait_is_over() {
    on_each_database(async |server| {
        let server = server.with_loans().await;
        let waiting = |revision| {
            let product = product(&server);
            tokio::spawn(async move { product.grants(&ask(Some(revision), 25)).await })
        };
        let told = waiting(0);
        let id = granted(&server).await;
        let told = news(told).await;
        assert_eq!((told.revision, told.agreements.len()), (1, 1));
        let told = waiting(1);
        let seen = server.lena().agreement(&id).await.expect("there").summary;
        server.lena().revoke_access(&id, &because("over"), &seen.tag()).await.expect("revoked");
        let told = news(told).await;
        assert_eq!((told.revision, told.agreements.len()), (2, 0));
    })
    .await;
}

#[tokio::test]
async fn who_waits_is_told_what_another_process_changed() {
    on_each_database(async |server| {
        let server = server.with_loans().await;
        let other = governance::Service::open(server.ground.settings()).await.expect("a second process");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let shutdown = tokio_util::sync::CancellationToken::new();
        let serving = tokio::spawn(governance::serve(listener, other, shutdown.clone()));
        let there = Client::new(format!("http://{address}").parse().expect("a url"), None).expect("a client");
        let there = there.with_token(server.token("product:lending", &["service:lending"], TimeDelta::hours(1)));
        let told = tokio::spawn(async move { there.grants(&ask(Some(0), 25)).await });
        granted(&server).await;
        assert_eq!(news(told).await.agreements.len(), 1);
        shutdown.cancel();
        serving.await.expect("it stops");
    })
    .await;
}

#[tokio::test]
async fn who_waits_is_told_when_an_agreement_runs_out() {
    on_each_database(async |server| {
        let server = server.with_loans().await;
        let id = granted(&server).await;
        let days = Arc::new(AtomicI64::new(0));
        let clock = {
            let days = Arc::clone(&days);
            Clock::new(move || now() + TimeDelta::days(days.load(Ordering::SeqCst)))
        };
        let server = server.stop().await.start_by(clock).await;
        let token = server.token("product:lending", &["service:lending"], TimeDelta::days(60));
        let product = server.anonymous().with_token(token);
        let before = product.grants(&ask(None, 0)).await.expect("told");
        assert_eq!(before.agreements.len(), 1);
        let told = {
            let product = product.clone();
            tokio::spawn(async move { product.grants(&ask(Some(before.revision), 25)).await })
        };
        days.store(30, Ordering::SeqCst);
        let told = news(told).await;
        assert_eq!((told.revision, told.agreements.len()), (before.revision + 1, 0));
        let end = server.anonymous().with_token(server.token("omar", &[], TimeDelta::days(60))).agreement(&id).await;
        assert_eq!(end.expect("there").events.last().expect("an event").at, now() + TimeDelta::days(30));
        server.stop().await;
    })
    .await;
}
