//! Reports over all that governance knows.

use std::collections::BTreeSet;

use chrono::TimeDelta;
use mesh_api::{
    AuditQuery, Client, ClientError, LineageEdgeKind, LineageNodeKind, Page, PageRequest, PortRead, RecordReads,
    RegistrationStatus, ReportedEdge, ReportedResult, ReportedResultsQuery, RunState,
};
use mesh_contract::model::Classification;
use mesh_contract::{Code, PortVersion};
use mesh_lineage::event::{RunEvent, Schema, Statistics, TestedRule};
use mesh_lineage::{Ended, PortRun};
use serde_json::json;

use crate::documents::{contract, product, restricted};
use crate::lineage::{event, table};
use crate::server::{Server, now, on_each_database};

/// Every entry of a list, in pages of two.
async fn all<T>(call: impl AsyncFn(PageRequest) -> Result<Page<T>, ClientError>) -> Vec<T> {
    let (mut items, mut cursor) = (Vec::new(), None);
    loop {
        let page = call(PageRequest { cursor, limit: Some(2) }).await.expect("a page");
        assert!(page.items.len() <= 2);
        items.extend(page.items);
        cursor = page.next;
        if cursor.is_none() {
            return items;
        }
    }
}

async fn results(officer: &Client, after: Option<u64>) -> Vec<ReportedResult> {
    let call = async |PageRequest { cursor, limit }: PageRequest| {
        officer.report_quality_results(&ReportedResultsQuery { after, cursor, limit }).await
    };
    all(call).await
}

/// The end of a run of a port's first major, `minutes` before now, and whether each rule held.
fn ended(port: &str, run: &str, minutes: i64, rules: &[(&str, bool)]) -> RunEvent {
    let port = PortVersion { name: port.parse().expect("a name"), major: 1 };
    let at = now() - TimeDelta::minutes(minutes);
    let told = PortRun {
        namespace: "mesh",
        port: &port,
        run,
        started_at: at,
        due_at: None,
        sql: None,
        engine_version: None,
        schema: Schema::default(),
        lineage: None,
        inputs: Vec::new(),
    };
    let all_hold = rules.iter().all(|(_, held)| *held);
    let rules = rules.iter().map(|(name, success)| TestedRule {
        assertion: "sql".into(),
        name: Some((*name).to_owned()),
        success: *success,
        ..TestedRule::default()
    });
    let rules = rules.collect();
    let outcome = if all_hold {
        Ended::Committed { version: 7, written: Statistics::default(), rules }
    } else {
        Ended::Failed { message: "FC-1031".into(), rules }
    };
    told.ended(at, &outcome)
}

impl Server {
    async fn hear(&self, event: RunEvent) {
        assert!(self.client("product:lending", &["service:lending"]).tell(&event).await.expect("taken").new);
    }
}

#[tokio::test]
async fn reports_are_for_who_governs() {
    on_each_database(async |server| {
        let page = PageRequest::default();
        for client in [server.omar(), server.lena()] {
            let refused = [
                client.report_ports(&page).await.map(drop),
                client.report_lineage_edges(&page).await.map(drop),
                client.report_quality_results(&ReportedResultsQuery::default()).await.map(drop),
            ];
            assert_eq!(refused.map(|answer| answer.expect_err("refused").code()), [Code(4041); 3]);
        }
        let officer = server.officer();
        assert_eq!(officer.report_ports(&page).await.expect("a page").items, []);
        assert_eq!(officer.report_lineage_edges(&page).await.expect("a page").items, []);
        for cursor in ["!", "eA", "eyJSZWFkcyI6WyJcdTAwMDAiLCIiLDAsIiIsIiJdfQ"] {
            let page = PageRequest { cursor: Some(cursor.into()), limit: None };
            let query = ReportedResultsQuery { cursor: Some(cursor.into()), ..ReportedResultsQuery::default() };
            let refused = [
                officer.report_ports(&page).await.map(drop),
                officer.report_lineage_edges(&page).await.map(drop),
                officer.report_quality_results(&query).await.map(drop),
            ];
            assert_eq!(refused.map(|answer| answer.expect_err("refused").code()), [Code(4010); 3], "{cursor}");
        }
    })
    .await;
}

#[tokio::test]
async fn every_major_of_every_port_is_told_with_what_its_runs_came_to() {
    on_each_database(async |server| {
        let lena = server.lena();
        for request in [contract("lending", "loans", "1.0.0"), contract("lending", "loans", "1.1.0")] {
            lena.register_contract(&request).await.expect("registered");
        }
        lena.register_contract(&contract("lending", "loans", "2.0.0")).await.expect("registered");
        lena.register_contract(&restricted("lending", "mortgages", "1.0.0")).await.expect("registered");
        lena.register_product(&product("lending", "1.0.0", &[("loans", "1.1.0")])).await.expect("registered");
        server.hear(ended("lending.loans", "early", 50, &[("whole", true), ("unique", true)])).await;
        server.hear(ended("lending.loans", "late", 20, &[("whole", false), ("unique", true)])).await;
        // What is heard late is not newer for it.
        server.hear(ended("lending.loans", "between", 30, &[("whole", true)])).await;

        let officer = server.officer();
        let ports = all(async |page| officer.report_ports(&page).await).await;
        let names: Vec<_> = ports.iter().map(|of| format!("{}_v{} {}", of.port, of.major, of.version)).collect();
        assert_eq!(names, ["lending.loans_v1 1.1.0", "lending.loans_v2 2.0.0", "lending.mortgages_v1 1.0.0"]);
        let [loans, next, mortgages] = ports.as_slice() else { panic!("three: {ports:?}") };
        assert_eq!((loans.owners.as_slice(), loans.latency_s), (["lena".to_owned()].as_slice(), Some(86_400)));
        assert_eq!(loans.classification, Some(Classification::Internal));
        assert_eq!(mortgages.classification, Some(Classification::Restricted));
        assert_eq!((next.status, mortgages.status), (RegistrationStatus::Active, RegistrationStatus::Proposed));
        assert_eq!(loans.endpoint.as_ref().map(url::Url::as_str), Some("grpc://127.0.0.1:8461"));
        assert_eq!((next.endpoint.as_ref(), next.last_run.as_ref(), next.rules), (None, None, 0));
        let last = loans.last_run.as_ref().expect("a run");
        assert_eq!(
            (last.state, last.at, last.snapshot.as_ref()),
            (RunState::Failed, now() - TimeDelta::minutes(20), None)
        );
        assert_eq!((loans.rules, loans.rules_broken), (2, 1));
        assert_eq!(loans.published_at, Some(now() - TimeDelta::minutes(30)));
        // As the page of the port itself says.
        let own = officer.quality(&loans.port, &mesh_api::QualityRequest { major: Some(1) }).await.expect("quality");
        assert_eq!((own.last_run.as_ref(), own.rules.len()), (loans.last_run.as_ref(), 2));
    })
    .await;
}

#[tokio::test]
async fn a_contract_is_read_once_for_all_reports() {
    on_each_database(async |server| {
        server.lena().register_contract(&restricted("lending", "loans", "1.0.0")).await.expect("registered");
        let first = all(async |page| server.officer().report_ports(&page).await).await;
        assert_eq!(first.iter().map(|port| port.latency_s).collect::<Vec<_>>(), [Some(86_400)]);
        // Nobody could tell by its hash that it was spoilt, were it read again.
        let database = sqlx::AnyPool::connect(&server.ground.database_url).await.expect("opens");
        sqlx::query("UPDATE contract_versions SET document = ''").execute(&database).await.expect("written");
        database.close().await;
        assert_eq!(all(async |page| server.officer().report_ports(&page).await).await, first);
    })
    .await;
}

#[tokio::test]
async fn results_come_in_the_order_in_which_runs_were_heard_of() {
    on_each_database(async |server| {
        for port in ["loans", "mortgages"] {
            server.lena().register_contract(&contract("lending", port, "1.0.0")).await.expect("registered");
        }
        server.hear(ended("lending.loans", "a", 10, &[("one", true), ("three", true), ("two", true)])).await;
        let officer = server.officer();
        let first = results(&officer, None).await;
        let seen = first.last().expect("results").heard;
        assert_eq!(results(&officer, Some(seen)).await, []);
        // It ended before the other and is heard of after it.
        server.hear(ended("lending.mortgages", "b", 60, &[("one", false), ("two", true)])).await;
        let later = results(&officer, Some(seen)).await;
        let told: Vec<_> =
            later.iter().map(|of| format!("{} {} {}", of.port, of.result.rule, of.result.held)).collect();
        assert_eq!(told, ["lending.mortgages one false", "lending.mortgages two true"]);
        assert_eq!(results(&officer, None).await, [first, later].concat());
        assert_eq!(results(&officer, Some(u64::MAX)).await, []);
    })
    .await;
}

#[tokio::test]
async fn edges_are_told_once_each_however_they_are_known() {
    on_each_database(async |server| {
        let lena = server.lena();
        lena.register_contract(&contract("lending", "loans", "1.0.0")).await.expect("registered");
        let mut manifest = product("lending", "1.0.0", &[("loans", "1.0.0")]);
        manifest.manifest.push_str("inputPorts:\n  - {name: files, version: 1.0.0, contractId: 'urn:bank:in'}\n");
        lena.register_product(&manifest).await.expect("registered");
        let mut output = table("risk", &[("total", "lending.loans_v1", "amount")]);
        let state = json!([{"namespace": "mesh", "name": "lending.loans_v1", "field": "state"}]);
        output["facets"]["columnLineage"]["dataset"] = state;
        let spark = server.client("spark", &[]);
        spark
            .tell(&event("j", 1, "COMPLETE", 1, &["lending.loans_v1", "dates"], json!([output])))
            .await
            .expect("taken");
        let read = |id: &str, columns: &[&str]| PortRead {
            id: id.into(),
            at: now() - TimeDelta::days(id.parse().expect("days")),
            principal: "omar".into(),
            purpose: None,
            port: "lending.loans".parse().expect("a name"),
            major: 1,
            columns: columns.iter().map(|column| (*column).into()).collect(),
            rows: 1,
            snapshot: None,
        };
        let reads = vec![read("3", &["loan_id"]), read("0", &["loan_id"]), read("1", &[]), read("91", &["state"])];
        server.client("p", &["service:lending"]).record_reads(&RecordReads { reads }).await.expect("recorded");

        let officer = server.officer();
        let edges = all(async |page| officer.report_lineage_edges(&page).await).await;
        let shown: BTreeSet<String> = edges.iter().map(shown).collect();
        let expected = [
            "Consumed Column lending.loans_v1.loan_id -> Reader omar",
            "Consumed Dataset lending.loans_v1 -> Reader omar",
            "Declared Dataset lending.input.files -> Dataset lending.loans_v1 by mesh:lending.loans_v1",
            "Observed Column lending.loans_v1.amount -> Column risk.total by spark:j",
            "Observed Column lending.loans_v1.state -> Rows risk by spark:j",
            "Observed Dataset dates -> Dataset risk by spark:j",
            "Observed Dataset lending.loans_v1 -> Dataset risk by spark:j",
        ];
        assert_eq!(shown, expected.map(str::to_owned).into());
        assert_eq!(edges.len(), expected.len(), "none twice");
        let ids: BTreeSet<&str> = edges.iter().map(|edge| edge.id.as_str()).collect();
        assert_eq!(ids.len(), edges.len());
        let read = edges.iter().find(|edge| edge.from.column.as_deref() == Some("loan_id")).expect("the edge");
        let days = (read.since.date_naive(), read.last_read);
        assert_eq!(days, ((now() - TimeDelta::days(3)).date_naive(), Some(now().date_naive())));
        // The same graph again changes nothing, and what the next run leaves out is gone.
        let again = event("j", 2, "COMPLETE", 2, &["lending.loans_v1", "dates"], json!([output]));
        spark.tell(&again).await.expect("taken");
        assert_eq!(all(async |page| officer.report_lineage_edges(&page).await).await, edges);
        spark.tell(&event("j", 3, "COMPLETE", 3, &["dates"], json!([table("risk", &[])]))).await.expect("taken");
        let rest = all(async |page| officer.report_lineage_edges(&page).await).await;
        let observed = rest.iter().filter(|edge| edge.kind == LineageEdgeKind::Observed);
        assert_eq!(observed.map(|edge| edge.from.name.as_str()).collect::<Vec<_>>(), ["dates"]);
    })
    .await;
}

/// An edge in words.
fn shown(edge: &ReportedEdge) -> String {
    let end = |end: &mesh_api::ReportedEnd| {
        let column = end.column.as_ref().map(|column| format!(".{column}")).unwrap_or_default();
        assert_eq!(end.namespace.is_none(), end.kind == LineageNodeKind::Reader);
        format!("{:?} {}{column}", end.kind, end.name)
    };
    let job = edge.job.as_ref().map(|job| format!(" by {job}")).unwrap_or_default();
    format!("{:?} {} -> {}{job}", edge.kind, end(&edge.from), end(&edge.to))
}

#[tokio::test]
async fn the_trail_is_read_on_from_where_it_was_read_to() {
    on_each_database(async |server| {
        for port in ["a", "b"] {
            server.lena().register_contract(&contract("lending", port, "1.0.0")).await.expect("registered");
        }
        let officer = server.officer();
        let after = async |after: u64| {
            let call = async |PageRequest { cursor, limit }: PageRequest| {
                officer.audit(&AuditQuery { after: Some(after), cursor, limit, ..AuditQuery::default() }).await
            };
            all(call).await.iter().map(|record| record.sequence).collect::<Vec<_>>()
        };
        assert_eq!(after(0).await, [1, 2, 3, 4, 5, 6]);
        assert_eq!(after(4).await, [5, 6]);
        assert_eq!((after(6).await, after(u64::MAX).await), (vec![], vec![]));
    })
    .await;
}
