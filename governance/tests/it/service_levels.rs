//! Service levels that break and are kept again, and whom that concerns.

use std::sync::atomic::Ordering;

use chrono::TimeDelta;
use mesh_api::{Client, PortQuality, PortRead, QualityAffected, QualityRequest, RecordReads};
use reqwest::Response;
use serde_json::{Value, json};

use crate::documents::contract;
use crate::events::{PATIENCE, with_clock};
use crate::lineage::{event, table};
use crate::server::{Ground, Server, now};

const RUN: &str = "0190a9b0-0000-7000-8000-0000000000";

/// The end of a run of the port, `hours` from now.
fn run(port: &str, hours: i64, inputs: &[&str]) -> Value {
    let mut told = event(port, 1, "COMPLETE", 0, inputs, json!([table(port, &[])]));
    told["job"] = json!({"namespace": "mesh", "name": port});
    told["run"]["runId"] = json!(format!("{RUN}{:02}", hours + 10));
    told["eventTime"] = json!(now() + TimeDelta::hours(hours));
    told
}

fn read((id, principal, port): (&str, &str, &str)) -> PortRead {
    PortRead {
        id: id.into(),
        at: now(),
        principal: principal.into(),
        purpose: None,
        port: format!("lending.{port}").parse().expect("a name"),
        major: 1,
        columns: vec![],
        rows: 1,
        snapshot: None,
    }
}

/// A client whose token outlives the days of the test.
fn client(server: &Server, name: &str, roles: &[&str]) -> Client {
    server.anonymous().with_token(server.token(name, roles, TimeDelta::days(7)))
}

/// Omar's stream of what happens to `lending.loans`.
struct Stream {
    response: Response,
    text: String,
}

impl Stream {
    async fn open(server: &Server, kind: &str) -> Self {
        let url = server.url(&format!("/api/v1/events?port=lending.loans&type={kind}"));
        let token = server.token("omar", &["analyst"], TimeDelta::days(7));
        let request = reqwest::Client::new().get(url).bearer_auth(token).header("last-event-id", "0");
        Self { response: request.send().await.expect("an answer"), text: String::new() }
    }

    /// The particulars of the next event.
    async fn next(&mut self) -> Value {
        let reading = async {
            loop {
                if let Some((event, rest)) = self.text.split_once("\n\n") {
                    let (event, rest) = (event.to_owned(), rest.to_owned());
                    self.text = rest;
                    if let Some(data) = event.lines().find_map(|line| line.strip_prefix("data:")) {
                        return serde_json::from_str::<Value>(data.trim()).expect("json");
                    }
                }
                let chunk = self.response.chunk().await.expect("it goes on").expect("it goes on");
                self.text.push_str(&String::from_utf8_lossy(&chunk));
            }
        };
        let event = tokio::time::timeout(PATIENCE, reading).await.expect("an event comes");
        event["data"]["detail"].clone()
    }
}

async fn quality(server: &Server, name: &str, roles: &[&str]) -> PortQuality {
    let port = "lending.loans".parse().expect("a name");
    client(server, name, roles).quality(&port, &QualityRequest::default()).await.expect("quality")
}

fn affected(consumers: &[&str], untold: u64) -> QualityAffected {
    QualityAffected {
        ports: vec!["lending.exposure_v1".into()],
        consumers: consumers.iter().map(|name| (*name).into()).collect(),
        consumers_untold: untold,
        is_cut: false,
    }
}

#[tokio::test]
async fn a_level_that_breaks_and_is_kept_again_is_told_with_whom_it_concerns() {
    for ground in [Some(Ground::sqlite()), Ground::postgres().await].into_iter().flatten() {
        let (server, ahead) = with_clock(ground).await;
        for port in ["loans", "exposure", "apart"] {
            server.lena().register_contract(&contract("lending", port, "1.0.0")).await.expect("registered");
        }
        let service = client(&server, "product:lending", &["service:lending"]);
        service.tell(&run("lending.exposure_v1", -2, &["lending.loans_v1"])).await.expect("taken");
        let reads = [("1", "omar", "loans"), ("2", "ana", "exposure"), ("3", "eve", "apart")].map(read).to_vec();
        service.record_reads(&RecordReads { reads }).await.expect("recorded");
        let mut stream = Stream::open(&server, "service_level.changed").await;
        service.tell(&run("lending.loans_v1", -1, &[])).await.expect("taken");
        // The contract promises data of the last day: two hours after that it is broken, by time alone.
        ahead.store(25 * 3_600, Ordering::SeqCst);
        let broken = stream.next().await;
        assert_eq!(
            (&broken["property"], &broken["value"], &broken["unit"]),
            (&json!("latency"), &json!(1), &json!("d"))
        );
        assert_eq!((&broken["kept"], &broken["major"]), (&json!(false), &json!(1)));
        assert_eq!(broken["affected"], json!(affected(&["omar"], 1)), "omar is not told of ana");
        service.tell(&run("lending.loans_v1", 25, &[])).await.expect("taken");
        assert_eq!(stream.next().await["kept"], json!(true));
        // The same over REST, to each as he may know.
        assert_eq!(quality(&server, "lena", &["owner:lending"]).await.affected, affected(&["ana", "omar"], 0));
        assert_eq!(quality(&server, "ana", &[]).await.affected, affected(&["ana"], 1));
        assert_eq!(quality(&server, "dan", &["owner:deposits"]).await.affected, affected(&[], 2));
        // A restart knows what was told.
        let server = server.stop().await.start_at(now() + TimeDelta::hours(60)).await;
        let mut stream = Stream::open(&server, "service_level.changed").await;
        for expected in [false, true, false] {
            assert_eq!(stream.next().await["kept"], json!(expected));
        }
        server.stop().await;
    }
}

/// The end of a run of `lending.loans` that checked one rule, `hours` from now.
fn checked(hours: i64, success: bool) -> Value {
    let mut told = run("lending.loans_v1", hours, &[]);
    let rule = json!({"assertion": "sql", "name": "whole", "success": success});
    let facet = json!({"_producer": "urn:t", "_schemaURL": "urn:t", "assertions": [rule]});
    told["outputs"][0]["outputFacets"] = json!({"dataQualityAssertions": facet});
    told
}

#[tokio::test]
async fn a_rule_that_breaks_and_holds_again_is_told_with_whom_it_concerns() {
    for ground in [Some(Ground::sqlite()), Ground::postgres().await].into_iter().flatten() {
        let server = ground.start().await;
        for port in ["loans", "exposure"] {
            server.lena().register_contract(&contract("lending", port, "1.0.0")).await.expect("registered");
        }
        let service = client(&server, "product:lending", &["service:lending"]);
        service.tell(&run("lending.exposure_v1", -9, &["lending.loans_v1"])).await.expect("taken");
        let reads = [("1", "omar", "loans"), ("2", "ana", "exposure")].map(read).to_vec();
        service.record_reads(&RecordReads { reads }).await.expect("recorded");
        for (hours, success) in [(-5, true), (-4, false), (-3, false), (-2, true), (-1, false)] {
            service.tell(&checked(hours, success)).await.expect("taken");
        }
        let mut failed = Stream::open(&server, "quality.failed").await;
        let mut recovered = Stream::open(&server, "quality.recovered").await;
        // Twice, since it failed again after it had recovered.
        for event in [failed.next().await, recovered.next().await, failed.next().await] {
            assert_eq!(event["major"], json!(1));
            assert_eq!(event["affected"], json!(affected(&["omar"], 1)), "omar is not told of ana");
        }
        server.stop().await;
    }
}
