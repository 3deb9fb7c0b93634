//! Delivery: in order, again after a fault, never at the cost of who emits.

use std::time::Duration;

use chrono::DateTime;
use mesh_api::lineage::{Emitted, Emitter, EmitterSettings, Endpoint};
use mesh_lineage::event::{EventType, Job, JobFacets, Run, RunEvent, RunFacets};
use mesh_lineage::run_id;
use url::Url;

use crate::logs::Logs;
use crate::server::{Answer, Server};

const PATIENCE: Duration = Duration::from_secs(20);

fn event(number: usize) -> RunEvent {
    let time = DateTime::from_timestamp(1_800_000_000, 0).expect("a time");
    let run = Run { run_id: run_id(&[&number.to_string()]), facets: RunFacets::default() };
    let job = Job { namespace: "mesh".into(), name: format!("job-{number}"), facets: JobFacets::default() };
    RunEvent::new(EventType::Start, time, run, job)
}

fn settings() -> EmitterSettings {
    let pause = Duration::from_millis(5);
    EmitterSettings { waiting_max: 8, attempts_max: 3, pause, timeout: Duration::from_secs(5) }
}

fn emitter(endpoints: Vec<Endpoint>) -> Emitter {
    Emitter::start(endpoints, settings()).expect("an emitter")
}

fn governance(server: &Server) -> Endpoint {
    Endpoint::governance(&server.base, Some("token".into()))
}

/// An address at which nobody listens.
async fn nobody() -> Url {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
    format!("http://{}/lineage", listener.local_addr().expect("an address")).parse().expect("a url")
}

#[tokio::test]
async fn events_arrive_in_order_as_they_are() {
    let server = Server::start(&[Answer::Status(201)]).await;
    let emitter = emitter(vec![governance(&server)]);
    (0..5).for_each(|number| emitter.emit(&event(number)));
    assert_eq!(emitter.close(PATIENCE).await, [Emitted { delivered: 5, lost: 0 }]);
    let requests = server.requests();
    for (number, request) in requests.iter().enumerate() {
        assert_eq!(request.event, serde_json::to_value(event(number)).expect("JSON"));
        assert_eq!(request.headers["content-type"], "application/json");
        assert_eq!(request.headers["authorization"], "Bearer token");
    }
    assert_eq!(requests.len(), 5);
}

#[tokio::test]
async fn a_fault_that_passes_costs_no_event() {
    let passing = [503, 500, 200, 429, 200].map(Answer::Status);
    let server = Server::start(&passing).await;
    let emitter = emitter(vec![governance(&server)]);
    emitter.emit(&event(0));
    emitter.emit(&event(1));
    assert_eq!(emitter.close(PATIENCE).await, [Emitted { delivered: 2, lost: 0 }]);
    let jobs: Vec<_> = server.requests().iter().map(|request| request.event["job"]["name"].clone()).collect();
    assert_eq!(jobs, ["job-0", "job-0", "job-0", "job-1", "job-1"]);
}

#[tokio::test]
async fn a_governance_that_takes_no_lineage_is_asked_once_an_event_and_mentioned_once() {
    let (logs, _guard) = Logs::record();
    let server = Server::start(&[Answer::Status(404)]).await;
    let emitter = emitter(vec![governance(&server)]);
    (0..3).for_each(|number| emitter.emit(&event(number)));
    assert_eq!(emitter.close(PATIENCE).await, [Emitted { delivered: 0, lost: 3 }]);
    assert_eq!(server.requests().len(), 3);
    let lines = logs.lines();
    assert_eq!(lines.iter().filter(|line| line.contains("not taken there")).count(), 1, "{lines:#?}");
    assert!(lines.iter().all(|line| line.contains("DEBUG")), "{lines:#?}");
}

#[tokio::test]
async fn another_endpoint_that_refuses_is_a_warning_without_its_secrets() {
    let (logs, _guard) = Logs::record();
    let server = Server::start(&[Answer::Status(401)]).await;
    let mut url = server.base.join("/api/v1/lineage?api_key=hidden").expect("a url");
    url.set_password(Some("hidden")).expect("a password");
    let emitter = emitter(vec![Endpoint::new(url, Some("hidden".into()))]);
    (0..3).for_each(|number| emitter.emit(&event(number)));
    assert_eq!(emitter.close(PATIENCE).await, [Emitted { delivered: 0, lost: 3 }]);
    let lines = logs.lines();
    assert_eq!(lines.iter().filter(|line| line.contains("WARN")).count(), 1, "{lines:#?}");
    assert!(!lines.iter().any(|line| line.contains("hidden")), "{lines:#?}");
}

#[tokio::test]
async fn nobody_listening_is_given_up_and_mentioned_once() {
    let (logs, _guard) = Logs::record();
    let emitter = emitter(vec![Endpoint::new(nobody().await, None)]);
    emitter.emit(&event(0));
    emitter.emit(&event(1));
    assert_eq!(emitter.close(PATIENCE).await, [Emitted { delivered: 0, lost: 2 }]);
    let lines = logs.lines();
    assert_eq!(lines.iter().filter(|line| line.contains("WARN")).count(), 1, "{lines:#?}");
}

#[tokio::test]
async fn an_endpoint_that_hangs_holds_up_nobody() {
    let (stuck, well) = (Server::start(&[Answer::Never]).await, Server::start(&[Answer::Status(200)]).await);
    let emitter = emitter(vec![governance(&stuck), governance(&well)]);
    let handed_over = async {
        for number in 0..50 {
            emitter.emit(&event(number));
            tokio::task::yield_now().await;
            // The one that is well keeps up.
            while well.requests().len() <= number {
                tokio::time::sleep(Duration::from_millis(1)).await;
            }
        }
    };
    tokio::time::timeout(PATIENCE, handed_over).await.expect("the other endpoint is not waited for");
    let closed = tokio::time::timeout(PATIENCE, emitter.close(Duration::from_millis(50))).await;
    let told = closed.expect("patience has an end");
    assert_eq!(told[1], Emitted { delivered: 50, lost: 0 });
    assert_eq!(told[0].delivered, 0);
    // Eight waited, one was under way, the others found the queue full.
    assert_eq!(told[0].lost, 50);
}

#[tokio::test]
async fn without_endpoints_nothing_happens() {
    let emitter = emitter(Vec::new());
    emitter.emit(&event(0));
    assert_eq!(emitter.close(PATIENCE).await, []);
}
