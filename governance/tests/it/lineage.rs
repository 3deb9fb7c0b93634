//! Telling of lineage, and reading it back.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use mesh_api::{ImpactQuery, LineageAnswer, LineageDirection, LineageEdgeKind, LineageQuery};
use mesh_contract::Code;
use serde_json::{Value, json};

use crate::documents::{contract, product};
use crate::server::{Server, now, on_each_database};

const RUN: &str = "0190a9b0-0000-7000-8000-00000000000";

/// An event of the run `run` of a job outside the mesh, `minute`s after noon.
pub(crate) fn event(job: &str, run: u8, kind: &str, minute: i64, inputs: &[&str], outputs: Value) -> Value {
    let mut event = json!({
        "eventTime": now() - TimeDelta::hours(3) + TimeDelta::minutes(minute),
        "eventType": kind,
        "run": {"runId": format!("{RUN}{run}")},
        "job": {"namespace": "spark", "name": job},
        "inputs": inputs.iter().map(|name| dataset(name)).collect::<Vec<_>>(),
        "producer": "urn:test",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    });
    event["outputs"] = outputs;
    event
}

/// A port of the mesh, or a table outside it.
fn dataset(name: &str) -> Value {
    let namespace = if name.contains("_v") { "mesh" } else { "dwh" };
    json!({"namespace": namespace, "name": name})
}

/// The table `name` whose columns depend on `(column, input, field)`.
pub(crate) fn table(name: &str, dependencies: &[(&str, &str, &str)]) -> Value {
    let mut fields = json!({});
    for (column, input, field) in dependencies {
        let mut input = dataset(input);
        input["field"] = json!(field);
        fields[column]["inputFields"] = match fields[column]["inputFields"].take() {
            Value::Array(mut known) => {
                known.push(input);
                known.into()
            }
            _ => json!([input]),
        };
    }
    let mut table = dataset(name);
    table["facets"] = json!({"columnLineage": {"_producer": "urn:t", "_schemaURL": "urn:t", "fields": fields}});
    table
}

pub(crate) fn of_table(name: &str, column: Option<&str>, direction: LineageDirection) -> LineageQuery {
    LineageQuery {
        dataset: Some(name.into()),
        namespace: Some("dwh".into()),
        column: column.map(Into::into),
        direction,
        ..LineageQuery::default()
    }
}

/// Nodes and edges in words.
pub(crate) fn shown(answer: &LineageAnswer) -> BTreeSet<String> {
    let node = |place: usize| {
        let node = &answer.nodes[place];
        node.column.as_ref().map_or(node.name.clone(), |column| format!("{}.{column}", node.name))
    };
    answer.edges.iter().map(|edge| format!("{} -> {} {:?}", node(edge.from), node(edge.to), edge.kind)).collect()
}

fn words(of: &[&str]) -> BTreeSet<String> {
    of.iter().map(|word| (*word).to_owned()).collect()
}

#[tokio::test]
async fn what_a_run_tells_is_in_the_graph_and_telling_again_is_nothing_new() {
    on_each_database(async |server| {
        let (spark, omar) = (server.client("spark", &[]), server.omar());
        let output = table("risk", &[("total", "lending.loans_v1", "amount")]);
        let start = event("j", 1, "START", 0, &["lending.loans_v1"], json!([]));
        let complete = event("j", 1, "COMPLETE", 1, &[], json!([output]));
        assert!(spark.tell(&start).await.expect("taken").new);
        let missing = omar.lineage(&of_table("risk", None, LineageDirection::Both)).await.expect_err("not known yet");
        assert_eq!(missing.code(), Code(4082));
        assert!(spark.tell(&complete).await.expect("taken").new);
        assert!(!spark.tell(&complete).await.expect("taken").new);
        assert!(!spark.tell(&start).await.expect("taken").new);
        let found = omar.lineage(&of_table("risk", None, LineageDirection::Both)).await.expect("the graph");
        assert_eq!(shown(&found), words(&["lending.loans_v1 -> risk Observed"]));
        assert_eq!((found.nodes[0].name.as_str(), found.nodes[1].distance), ("risk", -1));
        assert_eq!(found.edges[0].jobs, ["spark:j"]);
        let found = omar.lineage(&of_table("risk", Some("total"), LineageDirection::Upstream)).await.expect("a column");
        assert_eq!(shown(&found), words(&["lending.loans_v1.amount -> risk.total Observed"]));
    })
    .await;
}

#[tokio::test]
async fn only_what_the_newest_complete_run_did_is_current() {
    on_each_database(async |server| {
        let spark = server.client("spark", &[]);
        let output = |field: &str| json!([table("t", &[("c", "a", field)])]);
        let tell = async |event: Value| spark.tell(&event).await.expect("taken");
        let upstream = async |at: Option<i64>| {
            let as_of = at.map(|minute| now() - TimeDelta::hours(3) + TimeDelta::minutes(minute));
            let query = LineageQuery { as_of, ..of_table("t", Some("c"), LineageDirection::Upstream) };
            let answer = server.omar().lineage(&query).await.expect("the graph");
            shown(&answer).into_iter().collect::<Vec<_>>()
        };
        tell(event("j", 1, "COMPLETE", 10, &["a", "b"], output("x"))).await;
        assert_eq!(upstream(None).await, ["a.x -> t.c Observed", "b -> t.c Observed"], "the rows of `b` count");
        tell(event("j", 2, "FAIL", 20, &["a"], output("y"))).await;
        tell(event("j", 3, "ABORT", 30, &["a"], output("z"))).await;
        tell(event("j", 4, "RUNNING", 40, &["a"], output("w"))).await;
        assert_eq!(upstream(None).await.len(), 2, "what did not end well changes nothing");
        tell(event("j", 5, "COMPLETE", 50, &["a"], output("y"))).await;
        assert_eq!(upstream(None).await, ["a.y -> t.c Observed"]);
        // An older run that is heard of late takes its place in the past.
        tell(event("j", 6, "COMPLETE", 25, &["a"], output("q"))).await;
        assert_eq!(upstream(None).await, ["a.y -> t.c Observed"]);
        assert_eq!(upstream(Some(5)).await, [""; 0]);
        assert_eq!(upstream(Some(10)).await, ["a.x -> t.c Observed", "b -> t.c Observed"]);
        assert_eq!(upstream(Some(26)).await, ["a.q -> t.c Observed"]);
        assert_eq!(upstream(Some(50)).await, ["a.y -> t.c Observed"]);
        // A late START after the end, and the end told of as a failure after all.
        tell(event("j", 5, "START", 49, &[], json!([]))).await;
        assert_eq!(upstream(None).await, ["a.y -> t.c Observed"]);
        tell(event("j", 5, "FAIL", 51, &[], json!([]))).await;
        assert_eq!(upstream(None).await, ["a.q -> t.c Observed"]);
        // What is said of a job as it is written counts as a run does.
        let mut job = event("j", 0, "", 60, &["k"], json!([dataset("t")]));
        let keys = job.as_object_mut().expect("an object");
        keys.remove("run");
        keys.remove("eventType");
        tell(job).await;
        let whole = server.omar().lineage(&of_table("t", None, LineageDirection::Upstream)).await.expect("the graph");
        assert_eq!(shown(&whole), words(&["k -> t Observed"]));
        tell(event("j", 7, "COMPLETE", 70, &[], json!([]))).await;
        let whole = server.omar().lineage(&of_table("t", None, LineageDirection::Upstream)).await.expect("the graph");
        assert!(whole.edges.is_empty(), "a run that touches nothing leaves nothing");
    })
    .await;
}

#[tokio::test]
async fn a_batch_is_taken_event_by_event() {
    on_each_database(async |server| {
        let spark = server.client("spark", &[]);
        let good = event("j", 1, "COMPLETE", 0, &["a"], json!([dataset("t")]));
        let foreign = event("j", 2, "COMPLETE", 0, &[], json!([dataset("lending.loans_v1")]));
        let mut future = event("j", 3, "COMPLETE", 0, &[], json!([]));
        future["eventTime"] = json!(now() + TimeDelta::days(2));
        let batch = [good.clone(), json!({"eventTime": 1}), foreign, good, future];
        let taken = spark.tell_all(&batch).await.expect("an answer");
        let (summary, failed) = (taken.summary, &taken.failed_events);
        assert_eq!((summary.received, summary.successful, summary.failed), (5, 2, 3));
        assert_eq!(failed.iter().map(|failed| failed.index).collect::<Vec<_>>(), [1, 2, 4]);
        assert!(failed[0].reason.starts_with("FC-4080") && failed[1].reason.starts_with("FC-4081"), "{failed:?}");
        assert!(server.omar().lineage(&of_table("t", None, LineageDirection::Both)).await.is_ok());
        let many = vec![json!({}); 1_001];
        assert_eq!(spark.tell_all(&many).await.expect_err("too many").code(), Code(4080));
    })
    .await;
}

#[tokio::test]
async fn a_job_belongs_to_who_told_of_it_first() {
    on_each_database(async |server| {
        let told = async |name: &str, roles: &[&str], run: u8| {
            let event = event("nightly", run, "COMPLETE", i64::from(run), &["a"], json!([dataset("t")]));
            server.client(name, roles).tell(&event).await.map(|taken| taken.new).map_err(|error| error.code())
        };
        assert_eq!(told("spark", &[], 1).await, Ok(true));
        assert_eq!(told("eve", &["owner:lending"], 2).await, Err(Code(4081)));
        assert_eq!(told("spark", &[], 3).await, Ok(true));
        assert_eq!(told("airflow", &["lineage"], 4).await, Ok(true));
    })
    .await;
}

/// Registers `ports` of a domain and its product.
async fn register(server: &Server, domain: &str, ports: &[&str]) {
    let owner = server.client("owner", &[&format!("owner:{domain}")]);
    for port in ports {
        owner.register_contract(&contract(domain, port, "1.0.0")).await.expect("registered");
    }
    let outputs: Vec<(&str, &str)> = ports.iter().map(|port| (*port, "1.0.0")).collect();
    let mut request = product(domain, "1.0.0", &outputs);
    request.manifest = request.manifest.replace(
        "outputPorts:",
        "inputPorts: [{name: files, version: 1.0.0, contractId: 'urn:bank:files'}, \
         {name: held, version: 1.0.0, contractId: 'urn:bank:deposits:accounts'}]\noutputPorts:",
    );
    owner.register_product(&request).await.expect("registered");
}

#[tokio::test]
async fn products_ports_and_columns_are_followed_each_at_their_level() {
    on_each_database(async |server| {
        register(&server, "deposits", &["accounts"]).await;
        register(&server, "lending", &["loans", "exposure"]).await;
        let service = server.client("lending", &["service:lending"]);
        let mut run = event("-", 1, "COMPLETE", 0, &["lending.loans_v1"], json!([]));
        run["job"] = json!({"namespace": "mesh", "name": "lending.exposure_v1"});
        run["outputs"] = json!([table("lending.exposure_v1", &[("loan_id", "lending.loans_v1", "loan_id")])]);
        service.tell(&run).await.expect("taken");
        let at = async |query: LineageQuery| {
            let query = LineageQuery { direction: LineageDirection::Downstream, ..query };
            shown(&server.omar().lineage(&query).await.expect("the graph"))
        };
        let product = at(LineageQuery { product: Some("deposits".into()), ..LineageQuery::default() }).await;
        assert_eq!(product, words(&["deposits -> lending Declared"]));
        let port = LineageQuery { port: Some("deposits.accounts".into()), ..LineageQuery::default() };
        let found = at(port).await;
        assert!(found.contains("deposits.accounts -> lending.exposure Declared"), "{found:?}");
        assert!(found.contains("lending.loans -> lending.exposure Observed"), "{found:?}");
        let version = LineageQuery { port: Some("lending.loans_v1".into()), ..LineageQuery::default() };
        assert_eq!(at(version.clone()).await, words(&["lending.loans_v1 -> lending.exposure_v1 Observed"]));
        let column = LineageQuery { column: Some("loan_id".into()), ..version };
        assert_eq!(at(column).await, words(&["lending.loans_v1.loan_id -> lending.exposure_v1.loan_id Observed"]));
        // A manifest that names an input no longer declares it no longer.
        let owner = server.client("owner", &["owner:lending"]);
        owner.register_product(&product_of_loans()).await.expect("registered");
        assert_eq!(at(LineageQuery { product: Some("deposits".into()), ..LineageQuery::default() }).await, words(&[]));
    })
    .await;
}

fn product_of_loans() -> mesh_api::RegisterProduct {
    product("lending", "1.1.0", &[("loans", "1.0.0")])
}

#[tokio::test]
async fn what_nobody_named_is_not_there() {
    on_each_database(async |server| {
        register(&server, "lending", &["loans"]).await;
        let query = |change: fn(&mut LineageQuery)| {
            let mut query = LineageQuery::default();
            change(&mut query);
            query
        };
        let cases = [
            (query(|query| query.product = Some("none".into())), 4004),
            (query(|query| query.port = Some("lending.none".into())), 4004),
            (query(|query| query.port = Some("lending.loans_v9".into())), 4004),
            (query(|query| query.port = Some("'; DROP TABLE ports; --".into())), 4004),
            (query(|query| query.dataset = Some("none".into())), 4082),
            (query(|_| ()), 4010),
            (query(|query| (query.port, query.product) = (Some("lending.loans".into()), Some("lending".into()))), 4010),
            (query(|query| (query.port, query.column) = (Some("lending.loans".into()), Some("none".into()))), 4082),
            (query(|query| (query.port, query.depth) = (Some("lending.loans".into()), Some(0))), 4010),
            (query(|query| (query.port, query.limit) = (Some("lending.loans".into()), Some(5_001))), 4010),
        ];
        for (query, code) in cases {
            assert_eq!(server.omar().lineage(&query).await.expect_err("refused").code(), Code(code), "{query:?}");
        }
        let mut known =
            query(|query| (query.port, query.column) = (Some("lending.loans".into()), Some("loan_id".into())));
        known.direction = LineageDirection::Downstream;
        let found = server.omar().lineage(&known).await.expect("a column that only the contract knows");
        assert_eq!(found.nodes.len(), 1);
        let impact = |port: &str| ImpactQuery { port: port.into(), ..ImpactQuery::default() };
        assert_eq!(server.omar().impact(&impact("lending.none")).await.expect_err("refused").code(), Code(4004));
    })
    .await;
}

#[tokio::test]
async fn a_restart_keeps_the_graph() {
    on_each_database(async |server| {
        let spark = server.client("spark", &[]);
        spark.tell(&event("j", 1, "COMPLETE", 0, &["a"], json!([dataset("t")]))).await.expect("taken");
        let query = of_table("t", None, LineageDirection::Both);
        let before = server.omar().lineage(&query).await.expect("the graph");
        let server = server.stop().await.start().await;
        assert_eq!(server.omar().lineage(&query).await.expect("the graph"), before);
        assert_eq!(before.edges[0].kind, LineageEdgeKind::Observed);
    })
    .await;
}

#[tokio::test]
async fn what_is_past_its_retention_is_dropped_and_the_graph_stays() {
    on_each_database(async |server| {
        let complete = event("j", 1, "COMPLETE", 0, &["a"], json!([table("t", &[("c", "a", "x")])]));
        assert!(server.client("spark", &[]).tell(&complete).await.expect("taken").new);
        let mut ground = server.stop().await;
        for days in [31, 401] {
            let server = ground.start_at(now() + TimeDelta::days(days)).await;
            let spark = server.anonymous().with_token(server.token("spark", &[], TimeDelta::days(500)));
            let found = spark.lineage(&of_table("t", Some("c"), LineageDirection::Upstream)).await.expect("the graph");
            assert_eq!(shown(&found), words(&["a.x -> t.c Observed"]), "after {days} days");
            // The run is closed: its events are no longer known to have been told, and change nothing.
            let fail = event("j", 1, "FAIL", 1, &[], json!([]));
            for late in [&complete, &fail] {
                assert!(!spark.tell(late).await.expect("taken").new, "after {days} days");
            }
            let found = spark.lineage(&of_table("t", Some("c"), LineageDirection::Upstream)).await.expect("the graph");
            assert_eq!(shown(&found), words(&["a.x -> t.c Observed"]), "after {days} days");
            ground = server.stop().await;
        }
    })
    .await;
}
