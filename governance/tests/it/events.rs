//! Subscriptions: the stream of events, and webhooks.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::Duration;

use chrono::TimeDelta;
use mesh_policy::Clock;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::sync::mpsc;

use crate::audit_api::tamper;
use crate::documents::contract;
use crate::server::{Ground, Server, now, on_each_database};

/// Longest wait for something that has to happen.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

impl Server {
    async fn ask(
        &self,
        method: &str,
        path: &str,
        who: (&str, &[&str]),
        body: Option<Value>,
        key: Option<&str>,
    ) -> Response {
        let method = method.parse().expect("a method");
        let token = self.token(who.0, who.1, TimeDelta::hours(1));
        let mut request = reqwest::Client::new().request(method, self.url(path)).bearer_auth(token);
        if let Some(key) = key {
            request = request.header("idempotency-key", key);
        }
        if let Some(body) = body {
            request = request.json(&body);
        }
        request.send().await.expect("an answer")
    }

    async fn stream(&self, query: &str, last: Option<u64>) -> Response {
        let token = self.token("omar", &["analyst"], TimeDelta::hours(1));
        let mut request = reqwest::Client::new().get(self.url(&format!("/api/v1/events{query}"))).bearer_auth(token);
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        request.send().await.expect("an answer")
    }
}

/// The next `count` events of a stream: number, sort and port.
async fn events(stream: &mut Response, count: usize) -> Vec<(u64, String, String)> {
    let mut text = String::new();
    let reading = async {
        while text.matches("\n\n").count() < count {
            text.push_str(&String::from_utf8_lossy(&stream.chunk().await.expect("it goes on").expect("it goes on")));
        }
    };
    tokio::time::timeout(PATIENCE, reading).await.expect("events come");
    let field = |event: &str, name: &str| {
        event.lines().find_map(|line| line.strip_prefix(name)).map(|value| value.trim().to_owned()).expect("a field")
    };
    let read = |event: &str| {
        let data: Value = serde_json::from_str(&field(event, "data:")).expect("json");
        let port = data["data"]["port"].as_str().unwrap_or_default().to_owned();
        (field(event, "id:").parse().expect("a number"), field(event, "event:"), port)
    };
    text.split("\n\n").filter(|event| !event.trim().is_empty()).map(read).collect()
}

fn registered(number: u64, port: &str) -> (u64, String, String) {
    (number, "contract.registered".to_owned(), port.to_owned())
}

#[tokio::test]
async fn a_stream_carries_what_happens_and_goes_on_where_it_was() {
    on_each_database(async |server| {
        let lena = server.lena();
        let mut live = server.stream("", None).await;
        assert_eq!(live.headers()["content-type"], "text/event-stream");
        for port in ["a", "b", "c"] {
            lena.register_contract(&contract("lending", port, "1.0.0")).await.expect("registered");
        }
        let seen = events(&mut live, 3).await;
        let [first, second, third] = seen.as_slice() else { panic!("three events: {seen:?}") };
        assert_eq!((&first.2, &second.2, &third.2), (&"lending.a".into(), &"lending.b".into(), &"lending.c".into()));
        let again = events(&mut server.stream("", Some(first.0)).await, 2).await;
        assert_eq!(again, seen[1..]);
        let only = events(&mut server.stream("?port=lending.c&type=contract.registered", Some(0)).await, 1).await;
        assert_eq!(only, [registered(third.0, "lending.c")]);
        for (query, last) in [("?type=nothing", None), ("?port=x", None), ("?page=1", None)] {
            assert_eq!(server.stream(query, last).await.status(), StatusCode::BAD_REQUEST, "{query}");
        }
        // A stop ends the streams, and does not wait for who reads them.
        let stopping = tokio::spawn(server.stop());
        while live.chunk().await.ok().flatten().is_some() {}
        tokio::time::timeout(Duration::from_secs(9), stopping).await.expect("it stops").expect("it stops well");
    })
    .await;
}

/// A receiver that answers with these statuses, one after the other, and tells the head and body of each request.
async fn receiver(statuses: Vec<u16>) -> (String, mpsc::UnboundedReceiver<(String, String)>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let url = format!("http://{}/hook", listener.local_addr().expect("an address"));
    let (told, heard) = mpsc::unbounded_channel();
    tokio::spawn(async move {
        for status in statuses {
            let (mut stream, _) = listener.accept().await.expect("a connection");
            let (mut bytes, mut buffer) = (Vec::new(), [0; 4096]);
            let (head, body) = loop {
                let count = stream.read(&mut buffer).await.expect("a request");
                bytes.extend_from_slice(&buffer[..count]);
                let text = String::from_utf8(bytes.clone()).expect("text");
                let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
                let length = head
                    .lines()
                    .find_map(|line| line.to_lowercase().strip_prefix("content-length: ").map(str::to_owned));
                if body.len() == length.expect("a length").parse::<usize>().expect("a number") {
                    break (head.to_lowercase(), body.to_owned());
                }
            };
            let location = if status == 302 { "location: http://127.0.0.1:1/\r\n" } else { "" };
            let answer = format!("HTTP/1.1 {status} x\r\n{location}content-length: 0\r\nconnection: close\r\n\r\n");
            stream.write_all(answer.as_bytes()).await.expect("answered");
            if told.send((head, body)).is_err() {
                return;
            }
        }
    });
    (url, heard)
}

/// The next request's head, its body, and the port that this is about.
async fn heard(requests: &mut mpsc::UnboundedReceiver<(String, String)>) -> (String, String, String) {
    let (head, body) = tokio::time::timeout(PATIENCE, requests.recv()).await.expect("a call").expect("a call");
    let event: Value = serde_json::from_str(&body).expect("json");
    (head, body, event["data"]["port"].as_str().expect("a port").to_owned())
}

/// A service whose time the test moves.
pub(crate) async fn with_clock(ground: Ground) -> (Server, Arc<AtomicI64>) {
    let ahead = Arc::new(AtomicI64::new(0));
    let seconds = ahead.clone();
    let clock = Clock::new(move || now() + TimeDelta::seconds(seconds.load(Ordering::SeqCst)));
    (ground.start_by(clock).await, ahead)
}

#[tokio::test]
async fn a_webhook_gets_each_event_signed_and_again_until_it_takes_it() {
    for ground in [Some(Ground::sqlite()), Ground::postgres().await].into_iter().flatten() {
        let (server, ahead) = with_clock(ground).await;
        let (url, mut requests) = receiver(vec![500, 302, 204, 200]).await;
        let wish = json!({"url": url, "domain": "lending", "type": "contract.registered"});
        let made = server.ask("POST", "/api/v1/subscriptions", ("omar", &[]), Some(wish.clone()), Some("k")).await;
        assert_eq!(made.status(), 201);
        let made: Value = made.json().await.expect("json");
        let secret = made["secret"].as_str().expect("a secret");

        let both = server.client("both", &["owner:lending", "owner:deposits"]);
        both.register_contract(&contract("deposits", "a", "1.0.0")).await.expect("registered");
        both.register_contract(&contract("lending", "b", "1.0.0")).await.expect("registered");
        both.register_contract(&contract("lending", "c", "1.0.0")).await.expect("registered");
        let mut ids = Vec::new();
        // Failed, redirected, taken; each time the clock goes on, it is tried again.
        for _ in 0..3 {
            let (head, body, port) = heard(&mut requests).await;
            assert_eq!(port, "lending.b");
            assert_signed(&head, &body, secret);
            ids.push(header(&head, "webhook-id").to_owned());
            ahead.fetch_add(600, Ordering::SeqCst);
        }
        ids.dedup();
        assert_eq!(ids.len(), 1, "one message has one identity");
        assert_eq!(heard(&mut requests).await.2, "lending.c");
        server.stop().await;
    }
}

fn header<'a>(head: &'a str, name: &str) -> &'a str {
    let line = head.lines().find_map(|line| line.strip_prefix(name)).expect("a header");
    line.trim_start_matches(':').trim()
}

/// Checks the message as a receiver's library would. The head was put into lower case, and so is the signature.
fn assert_signed(head: &str, body: &str, secret: &str) {
    use aws_lc_rs::hmac;
    use base64::Engine as _;
    use base64::prelude::BASE64_STANDARD;

    let key = BASE64_STANDARD.decode(secret.strip_prefix("whsec_").expect("a secret")).expect("base64");
    let signed = format!("{}.{}.{body}", header(head, "webhook-id"), header(head, "webhook-timestamp"));
    let tag = hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &key), signed.as_bytes());
    let expected = format!("v1,{}", BASE64_STANDARD.encode(tag)).to_lowercase();
    assert_eq!(header(head, "webhook-signature"), expected);
}

#[tokio::test]
async fn subscriptions_are_made_once_and_are_their_makers() {
    on_each_database(async |server| {
        let wish = json!({"url": "https://hooks.bank.example/mesh", "port": "lending.loans"});
        let make = async |key: Option<&str>, wish: &Value| {
            server.ask("POST", "/api/v1/subscriptions", ("omar", &[]), Some(wish.clone()), key).await
        };
        let first: Value = make(Some("k"), &wish).await.json().await.expect("json");
        let again = make(Some("k"), &wish).await;
        assert_eq!(again.status(), 200);
        assert_eq!(again.json::<Value>().await.expect("json"), first);
        assert_eq!(make(Some("k"), &json!({"url": "https://other.example/"})).await.status(), 409);
        let path = format!("/api/v1/subscriptions/{}", first["id"].as_str().expect("an id"));
        let read: Value = server.ask("GET", &path, ("omar", &[]), None, None).await.json().await.expect("json");
        assert_eq!((&read["id"], read.get("secret")), (&first["id"], None), "the secret is told once");
        let listed =
            server.ask("GET", "/api/v1/subscriptions", ("omar", &[]), None, None).await.text().await.expect("text");
        assert!(listed.contains("sub-1") && !listed.contains("whsec_"), "{listed}");
        for (who, roles, status) in [("ana", [""; 1], 404), ("officer", ["governance"], 200)] {
            assert_eq!(server.ask("GET", &path, (who, &roles), None, None).await.status(), status, "{who}");
        }
        assert_eq!(server.ask("DELETE", &path, ("ana", &[]), None, None).await.status(), 404);
        assert_eq!(server.ask("DELETE", &path, ("omar", &[]), None, None).await.status(), 204);
        assert_eq!(server.ask("GET", &path, ("omar", &[]), None, None).await.status(), 404);
    })
    .await;
}

#[tokio::test]
async fn webhooks_into_the_banks_own_network_are_refused() {
    on_each_database(async |server| {
        for url in [
            "http://hooks.bank.example/",
            "https://169.254.169.254/",
            "https://10.1.2.3/",
            "https://[::1]/",
            "file:///etc/passwd",
        ] {
            let refused =
                server.ask("POST", "/api/v1/subscriptions", ("omar", &[]), Some(json!({"url": url})), None).await;
            assert_eq!(refused.status(), 422, "{url}");
            assert_eq!(refused.json::<Value>().await.expect("json")["code"], "FC-4091");
        }
    })
    .await;
}

#[tokio::test]
async fn old_events_go_but_for_the_newest_and_what_a_webhook_waits_for() {
    on_each_database(async |server| {
        let old = (now() - TimeDelta::days(31)).timestamp_micros();
        let fill = format!(
            "INSERT INTO events (sequence, kind, at_us, actor, domain, port, detail) \
             WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500) \
             SELECT i, 'contract.registered', {old}, 'lena', 'lending', 'loans', '{{}}' FROM n"
        );
        let subscribe = json!({"url": "http://127.0.0.1:9/hook", "domain": "nowhere"});
        let made = server.ask("POST", "/api/v1/subscriptions", ("omar", &[]), Some(subscribe), None).await;
        assert_eq!(made.status(), StatusCode::CREATED);
        // A webhook that waits for number 301.
        let behind = "UPDATE subscriptions SET delivered = 300, next_attempt_us = 9223372036854775807";
        tamper(&server, &[&fill, "UPDATE event_head SET last = 1500", behind]).await;
        let first = async |server: &Server| events(&mut server.stream("", Some(0)).await, 1).await[0].0;
        let server = server.stop().await.start().await;
        wait_for(async || first(&server).await == 301).await;
        tamper(&server, &["UPDATE subscriptions SET ended = 'it expired'"]).await;
        let server = server.stop().await.start().await;
        wait_for(async || first(&server).await == 501).await;
        assert_eq!(server.stream("", Some(499)).await.status(), StatusCode::GONE);
        let mut rest = server.stream("", Some(500)).await;
        assert_eq!(events(&mut rest, 1).await[0].0, 501);
    })
    .await;
}

async fn wait_for(is_so: impl AsyncFn() -> bool) {
    let waiting = async {
        while !is_so().await {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    tokio::time::timeout(PATIENCE, waiting).await.expect("it comes");
}
