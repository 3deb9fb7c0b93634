//! A small server that takes lineage events, or does not.

use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode};
use axum::routing::post;
use parking_lot::Mutex;
use serde_json::Value;
use url::Url;

/// A request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Request {
    pub(crate) headers: HeaderMap,
    pub(crate) event: Value,
}

/// What the server answers to the requests in turn; the last answer is for all further ones.
#[derive(Clone)]
struct Script {
    answers: Arc<Vec<Answer>>,
    requests: Arc<Mutex<Vec<Request>>>,
}

#[derive(Clone, Copy)]
pub(crate) enum Answer {
    Status(u16),
    Never,
}

pub(crate) struct Server {
    pub(crate) base: Url,
    requests: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    pub(crate) async fn start(answers: &[Answer]) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let base = format!("http://{}", listener.local_addr().expect("an address")).parse().expect("a url");
        let script = Script { answers: Arc::new(answers.to_vec()), requests: Arc::default() };
        let requests = Arc::clone(&script.requests);
        let router = Router::new().route("/api/v1/lineage", post(take)).with_state(script);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { base, requests }
    }

    pub(crate) fn requests(&self) -> Vec<Request> {
        self.requests.lock().clone()
    }
}

async fn take(State(script): State<Script>, headers: HeaderMap, body: Bytes) -> StatusCode {
    let event = serde_json::from_slice(&body).expect("JSON");
    let turn = {
        let mut requests = script.requests.lock();
        requests.push(Request { headers, event });
        requests.len() - 1
    };
    match script.answers[turn.min(script.answers.len() - 1)] {
        Answer::Status(status) => StatusCode::from_u16(status).expect("a status"),
        Answer::Never => {
            tokio::time::sleep(Duration::from_secs(3600)).await;
            StatusCode::OK
        }
    }
}
