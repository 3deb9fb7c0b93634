//! Health, metrics, description, and coming to an end.

use chrono::TimeDelta;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::documents::{contract, described};
use crate::server::{Ground, Server, on_each_database};

impl Server {
    /// Sends bytes as they are and gives what comes back until the answer ends or the server hangs up.
    pub(crate) async fn raw(&self, request: &str) -> String {
        let mut stream = TcpStream::connect(self.address).await.expect("a connection");
        stream.write_all(request.as_bytes()).await.expect("sent");
        let (mut answer, mut buffer) = (Vec::new(), [0; 4096]);
        loop {
            match stream.read(&mut buffer).await {
                Ok(0) | Err(_) => break,
                Ok(count) => answer.extend_from_slice(&buffer[..count]),
            }
            if String::from_utf8_lossy(&answer).trim_end().ends_with('}') {
                break;
            }
        }
        String::from_utf8_lossy(&answer).into_owned()
    }
}

async fn get(server: &Server, path: &str) -> (u16, String) {
    let answer = reqwest::get(server.url(path)).await.expect("an answer");
    (answer.status().as_u16(), answer.text().await.expect("a text"))
}

#[tokio::test]
async fn it_lives_and_is_ready() {
    on_each_database(async |server| {
        assert_eq!(get(&server, "/livez").await, (200, "alive\n".to_owned()));
        assert_eq!(get(&server, "/readyz").await, (200, "ready\n".to_owned()));
    })
    .await;
}

#[tokio::test]
async fn metrics_count_by_route_and_outcome() {
    on_each_database(async |server| {
        let lena = server.lena();
        lena.register_contract(&contract("lending", "loans", "1.0.0")).await.expect("registered");
        lena.register_contract(&contract("lending", "loans", "1.0.0")).await.expect("known");
        lena.register_contract(&described("lending", "loans", "1.0.0", "else")).await.expect_err("taken");
        get(&server, "/no/such/path/anywhere").await;
        let (_, text) = get(&server, "/metrics").await;
        for line in [
            "fince_governance_registrations_total{kind=\"contract\",outcome=\"new\"} 1",
            "fince_governance_registrations_total{kind=\"contract\",outcome=\"known\"} 1",
            "fince_governance_registrations_total{kind=\"contract\",outcome=\"conflict\"} 1",
            "fince_governance_requests_total{method=\"POST\",route=\"/api/v1/contracts\",status=\"409\"} 1",
            "fince_governance_requests_total{method=\"GET\",route=\"unmatched\",status=\"404\"} 1",
            "fince_governance_request_duration_seconds_count{method=\"POST\",route=\"/api/v1/contracts\"} 3",
        ] {
            assert!(text.lines().any(|found| found == line), "{line} is not in:\n{text}");
        }
        assert!(text.contains("fince_governance_build_info{version=\""), "{text}");
        assert!(!text.contains("/no/such"), "a stranger's path became a label");
    })
    .await;
}

#[tokio::test]
async fn the_description_is_the_one_in_the_repository_and_covers_every_route() {
    let server = Ground::sqlite().start().await;
    let (status, text) = get(&server, "/api/openapi.json").await;
    assert_eq!(status, 200);
    let committed = include_str!("../../openapi.json");
    assert!(text == committed, "run `cargo xtask generate`: governance/openapi.json is out of date");
    let document: serde_json::Value = serde_json::from_str(&text).expect("json");
    let paths: Vec<_> = document["paths"].as_object().expect("paths").keys().collect();
    insta::assert_debug_snapshot!(paths);
    assert_eq!(document["openapi"], "3.1.0");
}

#[tokio::test]
async fn told_to_stop_it_answers_what_it_has_begun() {
    let server = Ground::sqlite().start().await;
    let token = server.token("lena", &["owner:lending"], TimeDelta::hours(1));
    let body = serde_json::to_string(&contract("lending", "loans", "1.0.0")).expect("json");
    let mut stream = TcpStream::connect(server.address).await.expect("a connection");
    let head = format!(
        "POST /api/v1/contracts HTTP/1.1\r\nhost: h\r\nauthorization: Bearer {token}\r\nexpect: 100-continue\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await.expect("sent");
    // The server asks for the body: the request is under way.
    let mut interim = [0; 25];
    stream.read_exact(&mut interim).await.expect("100 continue");
    assert!(interim.starts_with(b"HTTP/1.1 100"));
    let stopping = tokio::spawn(server.stop());
    stream.write_all(body.as_bytes()).await.expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.expect("an answer, then the end");
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    stopping.await.expect("the service ended");
}
