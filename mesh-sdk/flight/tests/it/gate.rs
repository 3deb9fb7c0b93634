//! No entry point answers a stranger, and what is not supported says so.

use mesh_policy::AUDIENCE;
use tonic::Code;

use crate::calls;
use crate::fixture::{Mesh, code};

#[tokio::test]
async fn every_entry_point_refuses_a_call_without_a_valid_token() {
    let mesh = Mesh::start().await;
    let channel = mesh.channel().await;
    let elsewhere = mesh.seal("omar", "ticket", 600);
    let expired = mesh.seal("omar", AUDIENCE, 0);
    let stranger = Mesh::stranger_token("omar");
    let calls = calls::all();
    assert!(calls.len() > 140, "{}", calls.len());
    for (name, call) in calls {
        for header in [
            None,
            Some("Bearer".to_owned()),
            Some("Basic b21hcjpvbWFy".to_owned()),
            Some(format!("Bearer {elsewhere}")),
            Some(format!("Bearer {expired}")),
            Some(format!("Bearer {stranger}")),
        ] {
            let status = calls::make(&channel, header.as_deref(), call.clone()).await.expect_err(&name);
            assert_eq!((status.code(), code(&status).as_str()), (Code::Unauthenticated, "FC-3001"), "{name}: {status}");
        }
    }
}

#[tokio::test]
async fn what_is_not_supported_says_so_with_a_code() {
    let mesh = Mesh::start().await;
    let channel = mesh.channel().await;
    let omar = format!("Bearer {}", mesh.token("omar"));
    let mut outcomes = Vec::new();
    for (name, call) in calls::all() {
        outcomes.push(match calls::make(&channel, Some(&omar), call).await {
            Ok(()) => format!("{name}: ok"),
            Err(status) => format!("{name}: {:?} {}", status.code(), code(&status)),
        });
    }
    insta::assert_snapshot!(outcomes.join("\n"));
}
