//! Requests that nobody means well by.

use chrono::TimeDelta;
use mesh_api::Problem;
use reqwest::{Method, RequestBuilder, Response, StatusCode};

use crate::server::{Server, on_each_database};

const CONTRACTS: &str = "/api/v1/contracts";

#[tokio::test]
async fn a_huge_body_is_refused() {
    on_each_database(async |server| {
        let body = format!("{{\"document\": \"{}\"}}", "x".repeat(6 * 1024 * 1024));
        let answer = post(&server, CONTRACTS).body(body).send().await.expect("an answer");
        assert_problem(answer, 413, "FC-4007").await;
    })
    .await;
}

#[tokio::test]
async fn unreadable_bodies_are_told_apart_from_faulty_documents() {
    on_each_database(async |server| {
        let deep = "[".repeat(10_000);
        let bodies: [&[u8]; 9] = [
            b"",
            b"{",
            b"\xff\xfe",
            b"[]",
            b"{}",
            b"{\"document\": 1}",
            b"{\"document\": \"\", \"documents\": 1}",
            b"{\"document\": \"\", \"document\": \"\"}",
            deep.as_bytes(),
        ];
        for body in bodies {
            let answer = post(&server, CONTRACTS).body(body.to_vec()).send().await.expect("an answer");
            let problem = assert_problem(answer, 400, "FC-4009").await;
            assert!(!problem.detail.contains("RegisterContract"), "no type names: {}", problem.detail);
        }
    })
    .await;
}

#[tokio::test]
async fn only_json_is_read() {
    on_each_database(async |server| {
        for kind in ["text/plain", "application/x-www-form-urlencoded", "application/jsonp"] {
            let request = request(&server, Method::POST, CONTRACTS).header("content-type", kind);
            let answer = request.body("{\"document\": \"\"}").send().await.expect("an answer");
            assert_problem(answer, 415, "FC-4008").await;
        }
    })
    .await;
}

#[tokio::test]
async fn unknown_paths_and_methods_are_problems_too() {
    on_each_database(async |server| {
        for path in ["/", "/api", "/api/v1", "/api/v2/ports", "/api/v1/ports/lending"] {
            let answer = request(&server, Method::GET, path).send().await.expect("an answer");
            assert_problem(answer, 404, "FC-4005").await;
        }
        let answer = request(&server, Method::DELETE, CONTRACTS).send().await.expect("an answer");
        assert_eq!(answer.headers().get("allow").map(|value| value.as_bytes()), Some(b"POST".as_slice()));
        assert_problem(answer, 405, "FC-4006").await;
        let invented = Method::from_bytes(b"INVENTED").expect("a method");
        let answer = request(&server, invented, "/api/v1/ports").send().await.expect("an answer");
        assert_problem(answer, 405, "FC-4006").await;
    })
    .await;
}

#[tokio::test]
async fn paths_that_can_be_read_in_two_ways_reach_no_handler() {
    on_each_database(async |server| {
        let token = server.token("lena", &["owner:lending"], TimeDelta::hours(1));
        let paths = [
            "/api/v1/products/lending%2F..",
            "/api/v1/products/%2e%2e",
            "/api/v1/ports/../keys",
            "/api/v1/./keys",
            "/api/v1//keys",
            "/api/v1/keys/",
            "/api/v1/ports/lending;v=1/loans",
            "/api/v1/products/a%00b",
            "/livez;/../api/v1/ports",
            "/api/v1/products/lending%0d%0ax-injected:1",
        ];
        for path in paths {
            let answer =
                server.raw(&format!("GET {path} HTTP/1.1\r\nhost: h\r\nauthorization: Bearer {token}\r\n\r\n")).await;
            assert!(answer.starts_with("HTTP/1.1 400 ") && answer.contains("FC-4011"), "{path}: {answer}");
            assert!(!answer.contains("x-injected"), "{answer}");
        }
    })
    .await;
}

#[tokio::test]
async fn bad_queries_are_refused() {
    on_each_database(async |server| {
        for query in ["limit=0", "limit=501", "limit=many", "cursor=%21", "cursor=eA", "page=2", "limit=1&limit=2"] {
            let answer = request(&server, Method::GET, &format!("/api/v1/ports?{query}")).send().await;
            assert_problem(answer.expect("an answer"), 400, "FC-4010").await;
        }
    })
    .await;
}

#[tokio::test]
async fn names_that_cannot_be_ports_are_simply_not_there() {
    on_each_database(async |server| {
        for path in
            ["/api/v1/ports/Lending/loans", "/api/v1/ports/lending/loans/versions/1", "/api/v1/products/LENDING"]
        {
            let answer = request(&server, Method::GET, path).send().await.expect("an answer");
            assert_problem(answer, 404, "FC-4004").await;
        }
    })
    .await;
}

#[tokio::test]
async fn garbage_bytes_do_no_harm() {
    on_each_database(async |server| {
        let answer = server.raw("\u{16}\u{3}\u{1}\u{0}\u{5} not http\r\n\r\n").await;
        assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 400 "), "{answer}");
        server.lena().ports(&Default::default()).await.expect("it still answers");
    })
    .await;
}

fn request(server: &Server, method: Method, path: &str) -> RequestBuilder {
    let token = server.token("lena", &["owner:lending"], TimeDelta::hours(1));
    reqwest::Client::new().request(method, server.url(path)).bearer_auth(token)
}

fn post(server: &Server, path: &str) -> RequestBuilder {
    request(server, Method::POST, path).header("content-type", "application/json")
}

async fn assert_problem(answer: Response, status: u16, code: &str) -> Problem {
    assert_eq!(answer.status(), StatusCode::from_u16(status).expect("a status"), "{}", answer.url());
    assert_eq!(answer.headers()["content-type"], "application/problem+json");
    assert_eq!(answer.headers()["x-content-type-options"], "nosniff");
    let id = answer.headers()["x-request-id"].to_str().expect("an identity").to_owned();
    let problem: Problem = answer.json().await.expect("a problem");
    assert_eq!((problem.status, problem.code.as_str()), (status, code));
    assert_eq!(problem.kind, format!("/docs/errors/{code}"));
    assert_eq!(problem.request_id, Some(id));
    problem
}
