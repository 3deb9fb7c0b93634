//! Measures ingest and impact: `lineage_load [postgres://…]`; without a URL on SQLite in a temporary folder.
//!
//! Prints how many events a second were acknowledged as durable, and how long impacts at depth 10 took on a graph of 100,000
//! edges, both through HTTP on loopback. Nothing is asserted.

#![expect(
    clippy::expect_used,
    clippy::disallowed_methods,
    reason = "a measurement that cannot go on must stop, and reads the clock"
)]

use std::io::Write as _;
use std::time::{Duration, Instant};

use chrono::{DateTime, TimeDelta, Utc};
use futures::future::join_all;
use governance::{Service, Settings, sqlite_url};
use mesh_api::{Client, ImpactQuery, LineageDirection, LineageQuery, RegisterContract};
use mesh_policy::{AUDIENCE, Clock, Identity, Principal, Sealer};
use serde_json::{Value, json};
use tokio::net::TcpListener;
use tokio_util::sync::CancellationToken;

/// Jobs in the measured graph; each writes one port with `COLUMNS` columns from `FAN` others.
const JOBS: usize = 2_300;
const COLUMNS: usize = 20;
const FAN: usize = 3;
/// How long ingest is sustained.
const SUSTAINED: Duration = Duration::from_secs(20);
/// Clients that tell events at once, and events in each call.
const CLIENTS: usize = 16;
const TOGETHER: usize = 50;

#[tokio::main]
async fn main() {
    let folder = tempfile::TempDir::new().expect("a folder");
    let url = std::env::args().nth(1).unwrap_or_else(|| sqlite_url(&folder.path().join("governance.db")));
    let sealer = |issuer: &str| Sealer::new(issuer, &Sealer::generate_key().expect("a key")).expect("a sealer");
    let issuer = sealer("bank");
    let settings = Settings {
        database_url: url,
        sealer: sealer("governance"),
        unsealer: issuer.unsealer(),
        clock: Clock::new(Utc::now),
        webhook_hosts: Vec::new(),
    };
    let service = Service::open(settings).await.expect("the service opens");
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let base = format!("http://{}", listener.local_addr().expect("an address"));
    let shutdown = CancellationToken::new();
    let serving = tokio::spawn(governance::serve(listener, service, shutdown.clone()));
    let client = |role: &str| {
        let principal = Principal { name: "load".into(), roles: vec![role.into()] };
        let identity = Identity { principal, purpose: None, expires: Utc::now() + TimeDelta::hours(1) };
        let token = identity.seal(&issuer, AUDIENCE, Utc::now()).expect("a token");
        Client::new(base.parse().expect("a url"), Some(token)).expect("a client")
    };
    sustain(&client("spark")).await;
    impact(&client("service:load")).await;
    shutdown.cancel();
    serving.await.expect("it ends");
}

fn say(line: &str) {
    writeln!(std::io::stdout(), "{line}").expect("stdout");
}

/// Tells runs of 500 jobs again and again, a START and a COMPLETE each.
async fn sustain(client: &Client) {
    let begun = Instant::now();
    let telling = (0..CLIENTS).map(|teller| {
        let client = client.clone();
        tokio::spawn(async move {
            let mut told = 0;
            for round in 0.. {
                if begun.elapsed() > SUSTAINED {
                    break;
                }
                let events: Vec<Value> =
                    (0..TOGETHER / 2).flat_map(|run| two_events(teller, round * TOGETHER / 2 + run)).collect();
                let taken = client.tell_all(&events).await.expect("taken");
                told += taken.summary.successful;
            }
            told
        })
    });
    let told: usize = join_all(telling).await.into_iter().map(|told| told.expect("the task ends")).sum();
    let seconds = begun.elapsed().as_secs_f64();
    say(&format!("ingest: {told} events in {seconds:.1} s: {:.0} events/s", told as f64 / seconds));
}

fn two_events(teller: usize, run: usize) -> [Value; 2] {
    let at: DateTime<Utc> = Utc::now() - TimeDelta::hours(1);
    let (job, run_id) = (run % 32, format!("{teller:08x}-0000-7000-8000-{run:012x}"));
    let columns: serde_json::Map<String, Value> = (0..10)
        .map(|column| {
            let input = json!({"namespace": "dwh", "name": format!("in_{teller}_{job}"), "field": format!("c{column}"),
                "transformations": [{"type": "DIRECT", "subtype": "IDENTITY"}]});
            (format!("c{column}"), json!({"inputFields": [input]}))
        })
        .collect();
    let event = |kind: &str, at: DateTime<Utc>, outputs: Value| {
        json!({
            "eventTime": at, "eventType": kind, "producer": "urn:load",
            "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
            "run": {"runId": run_id}, "job": {"namespace": "load", "name": format!("job_{teller}_{job}")},
            "inputs": [{"namespace": "dwh", "name": format!("in_{teller}_{job}")}], "outputs": outputs,
        })
    };
    let facets = json!({"columnLineage": {"_producer": "urn:load", "_schemaURL": "urn:load", "fields": columns}});
    let output = json!([{"namespace": "dwh", "name": format!("out_{teller}_{job}"), "facets": facets}]);
    [event("START", at, json!([])), event("COMPLETE", at + TimeDelta::seconds(1), output)]
}

/// Tells a graph of 100,000 edges, and asks for impacts in it.
async fn impact(client: &Client) {
    client.register_contract(&contract()).await.expect("registered");
    let begun = Instant::now();
    for jobs in (0..JOBS).collect::<Vec<_>>().chunks(50) {
        let events: Vec<Value> = jobs.iter().map(|job| port_event(*job)).collect();
        let taken = client.tell_all(&events).await.expect("taken");
        assert!(taken.failed_events.is_empty(), "{:?}", taken.failed_events);
    }
    say(&format!("graph: {} edges told in {:.1} s", JOBS * (1 + FAN + COLUMNS * 2), begun.elapsed().as_secs_f64()));
    let begun = Instant::now();
    let whole = ImpactQuery { port: "load.p0".into(), limit: Some(500), ..ImpactQuery::default() };
    client.impact(&whole).await.expect("an impact");
    say(&format!("first look (the graph is read into memory): {:.0} ms", begun.elapsed().as_secs_f64() * 1e3));
    let column = ImpactQuery { column: Some("c0".into()), ..whole.clone() };
    for (name, query) in [("port", whole), ("column", column)] {
        let mut times = Vec::new();
        for _ in 0..200 {
            let begun = Instant::now();
            let page = client.impact(&query).await.expect("an impact");
            assert!(!page.items.is_empty());
            times.push(begun.elapsed());
        }
        tell(&format!("impact of a {name}, depth 10, page of 500"), &mut times);
    }
    let query = LineageQuery {
        port: Some("load.p0".into()),
        direction: LineageDirection::Downstream,
        depth: Some(10),
        ..LineageQuery::default()
    };
    let mut times = Vec::new();
    for _ in 0..50 {
        let begun = Instant::now();
        client.lineage(&query).await.expect("a graph");
        times.push(begun.elapsed());
    }
    tell("lineage, depth 10, 1,000 nodes", &mut times);
}

fn tell(what: &str, times: &mut [Duration]) {
    times.sort_unstable();
    let at = |share: usize| times.get((times.len() - 1) * share / 100).map_or(0.0, |time| time.as_secs_f64() * 1e3);
    say(&format!("{what}: p50 {:.1} ms, p99 {:.1} ms", at(50), at(99)));
}

/// Port `job` is made from ports before it, so that every port hangs on the first within few hops.
fn port_event(job: usize) -> Value {
    let inputs: Vec<usize> = (0..FAN).map(|fan| job.saturating_sub(1) / (fan + 1)).collect();
    let name = |port: usize| format!("load.p{port}_v1");
    let field =
        |column: usize, input: usize| json!({"namespace": "mesh", "name": name(input), "field": format!("c{column}")});
    let columns: serde_json::Map<String, Value> = (0..COLUMNS)
        .map(|column| {
            let of: Vec<Value> = inputs.iter().take(2).map(|input| field((column + 1) % COLUMNS, *input)).collect();
            (format!("c{column}"), json!({ "inputFields": of }))
        })
        .collect();
    let facets = json!({"columnLineage": {"_producer": "urn:load", "_schemaURL": "urn:load", "fields": columns}});
    json!({
        "eventTime": Utc::now() - TimeDelta::hours(1), "eventType": "COMPLETE", "producer": "urn:load", "schemaURL": "urn:load",
        "run": {"runId": format!("{:08x}-0000-7000-8000-000000000000", job + 1)},
        "job": {"namespace": "mesh", "name": name(job + 1)},
        "inputs": inputs.iter().map(|input| json!({"namespace": "mesh", "name": name(*input)})).collect::<Vec<_>>(),
        "outputs": [{"namespace": "mesh", "name": name(job + 1), "facets": facets}],
    })
}

fn contract() -> RegisterContract {
    let document = "\
apiVersion: v3.1.0
kind: DataContract
id: urn:bank:load:p0
name: p0
version: 1.0.0
status: active
domain: load
description: {purpose: Test, limitations: No data}
schema:
  - name: p0
    description: what is measured
    dataGranularityDescription: one row a thing
    properties:
      - name: c0
        description: a number
        classification: internal
        logicalType: integer
        required: true
        primaryKey: true
        primaryKeyPosition: 1
        logicalTypeOptions: {minimum: 1}
slaProperties:
  - {property: latency, value: 1, unit: d}
  - {property: retention, value: 10, unit: 'y'}
team: {members: [{username: lena, role: owner}]}
support: [{channel: load, url: 'mailto:load@bank.example'}]
";
    RegisterContract { document: document.into(), file: None }
}
