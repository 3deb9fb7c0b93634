//! Health, places, deadlines and the end of a server.

use std::time::Duration;

use futures::{StreamExt, TryStreamExt};
use mesh_flight::{FlightError, FlightLimits};
use tonic_health::pb::HealthCheckRequest;
use tonic_health::pb::health_check_response::ServingStatus;
use tonic_health::pb::health_client::HealthClient;

use crate::fixture::{Mesh, code_of};

const ENDLESS: &str = "SELECT a.id FROM loans a, loans b, loans c, loans d, loans e";

#[tokio::test]
async fn health_says_what_the_owner_says() {
    let mesh = Mesh::start().await;
    let mut health = HealthClient::new(mesh.channel().await);
    let service = || HealthCheckRequest { service: "arrow.flight.protocol.FlightService".into() };
    let first = health.check(service()).await.expect("known").into_inner();
    assert_eq!(first.status(), ServingStatus::NotServing);
    let mut changes = health.watch(service()).await.expect("known").into_inner();
    assert_eq!(changes.message().await.expect("open").expect("first").status(), ServingStatus::NotServing);
    mesh.readiness.set(true);
    assert_eq!(changes.message().await.expect("open").expect("second").status(), ServingStatus::Serving);
    let all = health.check(HealthCheckRequest::default()).await.expect("known").into_inner();
    assert_eq!(all.status(), ServingStatus::Serving);
}

#[tokio::test(flavor = "multi_thread")]
async fn calls_in_progress_are_served_to_their_end_and_new_ones_are_not_taken() {
    let mut mesh = Mesh::start().await;
    let omar = mesh.client(Some("omar")).await;
    let (_, mut rows) = omar.query("SELECT a.id FROM loans a, loans b").await.expect("running");
    let first = rows.next().await.expect("a batch").expect("rows").num_rows();
    mesh.shutdown.cancel();
    let rest = rows.try_fold(0, async |sum, batch| Ok(sum + batch.num_rows())).await.expect("to the end");
    assert_eq!(first + rest, 1_000_000);
    drop(omar);
    (&mut mesh.server).await.expect("no panic").expect("ended");
    assert!(tokio::net::TcpStream::connect(mesh.address).await.is_err());
}

#[tokio::test(flavor = "multi_thread")]
async fn the_end_waits_for_nobody_for_ever() {
    let limits = FlightLimits { drain_duration_max: Duration::from_millis(50), ..FlightLimits::default() };
    let mut mesh = Mesh::start_with(limits).await;
    let omar = mesh.client(Some("omar")).await;
    let (_, mut rows) = omar.query(ENDLESS).await.expect("running");
    rows.next().await.expect("a batch").expect("rows");
    mesh.shutdown.cancel();
    (&mut mesh.server).await.expect("no panic").expect("ended");
    assert_eq!(code_of(rows.try_for_each(async |_| Ok(())).await), "FC-3011");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_beyond_the_last_place_is_refused_and_a_freed_place_is_given_again() {
    let mesh = Mesh::start_with(FlightLimits { calls_max: 1, ..FlightLimits::default() }).await;
    let omar = mesh.client(Some("omar")).await;
    let (_, mut rows) = omar.query(ENDLESS).await.expect("running");
    rows.next().await.expect("a batch").expect("rows");
    assert_eq!(code_of(omar.tables().await), "FC-3009");
    drop(rows);
    loop {
        match omar.tables().await {
            Ok(_) => break,
            Err(FlightError::Refused { code, .. }) if code.as_deref() == Some("FC-3009") => {
                tokio::task::yield_now().await
            }
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_call_ends_at_its_deadline() {
    let limits = FlightLimits { call_duration_max: Duration::from_millis(300), ..FlightLimits::default() };
    let mesh = Mesh::start_with(limits).await;
    let omar = mesh.client(Some("omar")).await;
    // On a slow machine the deadline may pass while the query is planned.
    let outcome = match omar.query(ENDLESS).await {
        Ok((_, rows)) => rows.try_for_each(async |_| Ok(())).await,
        Err(error) => Err(error),
    };
    assert_eq!(code_of(outcome), "FC-3010");
}
