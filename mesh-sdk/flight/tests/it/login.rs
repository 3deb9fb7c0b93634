//! Login by name and password.

use arrow_flight::sql::client::FlightSqlServiceClient;
use tonic::Code;

use crate::fixture::{Mesh, code_of};

#[tokio::test]
async fn a_login_gives_a_token_that_later_calls_carry() {
    let mesh = Mesh::start().await;
    let mut client = mesh.client(None).await;
    assert_eq!(code_of(client.tables().await), "FC-3001");
    client.login("omar", "omar").await.expect("logged in");
    assert!(!client.tables().await.expect("tables").is_empty());
}

#[tokio::test]
async fn the_reference_client_logs_in_too() {
    let mesh = Mesh::start().await;
    let mut client = FlightSqlServiceClient::new(mesh.channel().await);
    client.handshake("omar", "omar").await.expect("logged in");
    assert!(client.token().is_some());
    let info = client.execute("SELECT 1 AS one".into(), None).await.expect("planned");
    assert_eq!(info.endpoint.len(), 1);
}

#[tokio::test]
async fn an_unknown_user_and_a_wrong_password_are_told_the_same_until_neither_is_told_anything() {
    let mesh = Mesh::start().await;
    let mut client = mesh.client(None).await;
    let unknown = client.login("nobody", "omar").await.expect_err("refused").to_string();
    let wrong = client.login("omar", "nobody").await.expect_err("refused").to_string();
    assert_eq!(unknown, wrong);
    for _ in 2..Mesh::LOGIN_FAILURES_MAX {
        assert_eq!(code_of(client.login("omar", "x").await), "FC-3002");
    }
    match client.login("omar", "omar").await.expect_err("throttled") {
        mesh_flight::FlightError::Refused { code, status, .. } => {
            assert_eq!((code.as_deref(), status), (Some("FC-3003"), Code::ResourceExhausted));
        }
        other => panic!("{other}"),
    }
}
