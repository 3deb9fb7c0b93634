//! Who gets in.

use chrono::TimeDelta;
use mesh_api::ClientError;
use mesh_contract::Code;
use mesh_policy::Sealer;

use crate::documents::{contract, product, submit};
use crate::server::{Server, now, on_each_database};

const READS: [&str; 7] = [
    "/api/v1/products",
    "/api/v1/products/lending",
    "/api/v1/ports",
    "/api/v1/ports/lending/loans",
    "/api/v1/ports/lending/loans/versions",
    "/api/v1/ports/lending/loans/versions/1.0.0",
    "/api/v1/search?q=loans",
];

#[tokio::test]
async fn nothing_is_answered_without_a_good_token() {
    on_each_database(async |server| {
        let stranger = Sealer::new("bank", &Sealer::generate_key().expect("a key")).expect("a sealer");
        let claims = serde_json::json!({"sub": "eve", "roles": ["owner:lending"]});
        let hour = now() + TimeDelta::hours(1);
        let forged = stranger.seal(mesh_policy::AUDIENCE, &claims, now(), hour).expect("sealed");
        // A token of the right issuer for another audience: what a receipt or a ticket is.
        let receipt =
            server.lena().register_contract(&contract("lending", "loans", "1.0.0")).await.expect("registered");
        for token in [None, Some("garbage".to_owned()), Some(forged), receipt.receipt] {
            for path in READS {
                let (status, code) = ask(&server, path, token.as_deref()).await;
                assert_eq!((status, code.as_str()), (401, "FC-4001"), "{path} {token:?}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn an_expired_token_is_told_so() {
    on_each_database(async |server| {
        let expired = server.token("lena", &["owner:lending"], TimeDelta::zero());
        let error = server.anonymous().with_token(expired).ports(&Default::default()).await.expect_err("refused");
        assert_eq!(error.code(), Code(4002));
    })
    .await;
}

#[tokio::test]
async fn only_owners_of_the_domain_register() {
    on_each_database(async |server| {
        let request = contract("lending", "loans", "1.0.0");
        for (name, roles) in [("ivo", ["owner:investing"]), ("ivo", ["service:investing"])] {
            let client = server.client(name, &roles);
            assert_refused(client.register_contract(&request).await, 4003);
            assert_refused(client.validate_contract(&request).await, 4003);
            assert_refused(client.register_product(&product("lending", "1.0.0", &[])).await, 4003);
        }
        server.client("lending", &["service:lending"]).register_contract(&request).await.expect("the product may");
    })
    .await;
}

#[tokio::test]
async fn a_document_is_not_parsed_for_someone_who_owns_nothing() {
    on_each_database(async |server| {
        let garbage = submit("}{ not yaml".to_owned());
        for roles in [vec![], vec!["analyst"], vec!["governance"], vec!["owner:"]] {
            assert_refused(server.client("omar", &roles).register_contract(&garbage).await, 4003);
        }
        assert_refused(server.lena().register_contract(&garbage).await, 4020);
    })
    .await;
}

#[tokio::test]
async fn a_strangers_body_is_not_even_read() {
    on_each_database(async |server| {
        // The announced body is never sent: only a server that does not wait for it can answer.
        let answer = server
            .raw("POST /api/v1/contracts HTTP/1.1\r\nhost: h\r\ncontent-type: application/json\r\ncontent-length: 999\r\n\r\n")
            .await;
        assert!(answer.starts_with("HTTP/1.1 401 "), "{answer}");
        assert!(answer.contains("www-authenticate: Bearer"), "{answer}");
    })
    .await;
}

fn assert_refused<T: std::fmt::Debug>(answer: Result<T, ClientError>, code: u16) {
    assert_eq!(answer.expect_err("refused").code(), Code(code));
}

async fn ask(server: &Server, path: &str, token: Option<&str>) -> (u16, String) {
    let mut request = reqwest::Client::new().get(server.url(path));
    if let Some(token) = token {
        request = request.bearer_auth(token);
    }
    let answer = request.send().await.expect("an answer");
    let status = answer.status().as_u16();
    let problem: mesh_api::Problem = answer.json().await.expect("a problem");
    (status, problem.code)
}
