//! Events that nobody means well by.

use chrono::TimeDelta;
use mesh_api::{LineageDirection, LineageQuery};
use mesh_contract::Code;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::lineage::{event, of_table, shown};
use crate::server::{Server, on_each_database};

async fn post(server: &Server, path: &str, body: Vec<u8>) -> (StatusCode, Value) {
    let token = server.token("eve", &[], TimeDelta::hours(1));
    let request = reqwest::Client::new().post(server.url(path)).bearer_auth(token);
    let answer = request.header("content-type", "application/json").body(body).send().await.expect("an answer");
    (answer.status(), answer.json().await.expect("json"))
}

#[tokio::test]
async fn bodies_that_are_too_large_or_too_deep_are_refused() {
    on_each_database(async |server| {
        for path in ["/api/v1/lineage", "/api/v1/lineage/batch", "/api/v1/consumption"] {
            // The server may hang up on a body that it will not read to its end.
            let huge = format!("[\"{}\"]", "x".repeat(50 * 1024 * 1024)).into_bytes();
            let token = server.token("eve", &[], TimeDelta::hours(1));
            let request = reqwest::Client::new().post(server.url(path)).bearer_auth(token);
            let answer = request.header("content-type", "application/json").body(huge).send().await;
            assert!(answer.is_err() || answer.is_ok_and(|answer| answer.status() == StatusCode::PAYLOAD_TOO_LARGE));
            for deep in ["[".repeat(100_000), "{\"a\":".repeat(100_000)] {
                assert_eq!(post(&server, path, deep.into_bytes()).await.0, StatusCode::BAD_REQUEST, "{path}");
            }
        }
        let mut nested = json!(1);
        (0..100).for_each(|_| nested = json!({ "a": nested }));
        let mut deep =
            event("j", 1, "COMPLETE", 0, &["a"], json!([{"namespace": "dwh", "name": "t", "facets": nested}]));
        deep["run"]["facets"] = json!({"x": [[[[[[1]]]]]]});
        assert_eq!(post(&server, "/api/v1/lineage", deep.to_string().into_bytes()).await.0, StatusCode::OK);
        server.omar().lineage(&of_table("t", None, LineageDirection::Both)).await.expect("it still answers");
    })
    .await;
}

#[tokio::test]
async fn wide_tables_are_taken_up_to_a_limit() {
    on_each_database(async |server| {
        let wide = |columns: usize| {
            let field = |n: usize| {
                (format!("c{n}"), json!({"inputFields": [{"namespace": "dwh", "name": "s", "field": format!("c{n}")}]}))
            };
            let fields: serde_json::Map<String, Value> = (0..columns).map(field).collect();
            let facets = json!({"columnLineage": {"_producer": "urn:t", "_schemaURL": "urn:t", "fields": fields}});
            event("j", 1, "COMPLETE", 0, &["s"], json!([{"namespace": "dwh", "name": "t", "facets": facets}]))
        };
        let spark = server.client("spark", &[]);
        assert!(spark.tell(&wide(10_000)).await.expect("taken").new);
        assert_eq!(spark.tell(&wide(10_001)).await.expect_err("refused").code(), Code(4080));
        let query = of_table("t", Some("c9999"), LineageDirection::Upstream);
        let found = server.omar().lineage(&query).await.expect("the graph");
        assert_eq!(shown(&found).into_iter().collect::<Vec<_>>(), ["s.c9999 -> t.c9999 Observed"]);
    })
    .await;
}

#[tokio::test]
async fn sql_in_every_field_is_a_name_and_control_characters_are_none() {
    on_each_database(async |server| {
        let sql = "'); DROP TABLE lineage_jobs; -- $1 %s \\ \" ; SELECT";
        let mut hostile = event(sql, 1, "COMPLETE", 0, &[], json!([]));
        hostile["job"]["namespace"] = json!(sql);
        let field = json!({"namespace": sql, "name": sql, "field": sql});
        let fields = json!({sql: {"inputFields": [field]}});
        let facets = json!({"version": {"datasetVersion": sql}, "columnLineage": {"fields": fields}});
        hostile["outputs"] = json!([{"namespace": sql, "name": "o", "facets": facets}]);
        hostile["producer"] = json!("a\u{0}\u{1b}[31m");
        let eve = server.client(sql, &[]);
        assert!(eve.tell(&hostile).await.expect("taken").new, "NUL in what is no name is kept as JSON keeps it");
        assert!(!eve.tell(&hostile).await.expect("taken").new);
        let query = LineageQuery {
            namespace: Some(sql.into()),
            dataset: Some("o".into()),
            column: Some(sql.into()),
            direction: LineageDirection::Upstream,
            ..LineageQuery::default()
        };
        let found = eve.lineage(&query).await.expect("the graph");
        assert_eq!(found.nodes[1].column.as_deref(), Some(sql));
        for hostile in ["a\u{0}", "a\nb", "\u{1b}[31m", "\u{202e}", ""] {
            let mut bad = event(hostile, 1, "COMPLETE", 0, &[], json!([]));
            assert_eq!(eve.tell(&bad).await.expect_err("refused").code(), Code(4080), "{hostile:?}");
            bad["job"]["name"] = json!("good");
            bad["outputs"] = json!([{"namespace": "n", "name": hostile}]);
            let error = eve.tell(&bad).await.expect_err("refused");
            assert!(!error.problem().expect("a problem").detail.contains(['\u{0}', '\u{1b}', '\n']), "{error}");
        }
    })
    .await;
}

#[tokio::test]
async fn many_tellers_at_once_are_all_heard() {
    on_each_database(async |server| {
        let telling = (0..32_u8).map(|teller| {
            let client = server.client(&format!("teller{teller}"), &[]);
            tokio::spawn(async move {
                let job = format!("job{teller}");
                for run in 1..4_u8 {
                    let output = json!([{"namespace": "dwh", "name": "shared"}]);
                    let told = event(&job, run, "COMPLETE", i64::from(run), &[&format!("in{teller}")], output);
                    assert!(client.tell(&told).await.expect("taken").new);
                }
            })
        });
        for teller in telling.collect::<Vec<_>>() {
            teller.await.expect("the task ends well");
        }
        let query = of_table("shared", None, LineageDirection::Upstream);
        assert_eq!(server.omar().lineage(&query).await.expect("the graph").edges.len(), 32);
    })
    .await;
}
