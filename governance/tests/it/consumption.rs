//! Reads that are told, and what they are good for.

use chrono::{DateTime, TimeDelta, Utc};
use mesh_api::{
    ImpactQuery, LineageDirection, LineageQuery, PageRequest, PortRead, PortReader, ReadersQuery, RecordReads,
    UnusedPortsQuery,
};
use mesh_contract::{Code, PortName};
use serde_json::json;

use crate::documents::contract;
use crate::lineage::{event, table};
use crate::server::{Server, now, on_each_database};

fn loans() -> PortName {
    "lending.loans".parse().expect("a name")
}

fn read(id: &str, principal: &str, at: DateTime<Utc>, columns: &[&str]) -> PortRead {
    PortRead {
        id: id.into(),
        at,
        principal: principal.into(),
        purpose: Some("risk".into()),
        port: loans(),
        major: 1,
        columns: columns.iter().map(|column| (*column).into()).collect(),
        rows: 10,
        snapshot: None,
    }
}

async fn record(server: &Server, reads: Vec<PortRead>) -> (usize, usize) {
    let service = server.client("lending", &["service:lending"]);
    let recorded = service.record_reads(&RecordReads { reads }).await.expect("recorded");
    (recorded.new, recorded.known)
}

async fn readers(server: &Server, days: Option<u32>) -> Vec<PortReader> {
    server.lena().readers(&loans(), &ReadersQuery { days, ..ReadersQuery::default() }).await.expect("readers").items
}

#[tokio::test]
async fn reads_count_once_and_are_rolled_up_by_reader() {
    on_each_database(async |server| {
        server.lena().register_contract(&contract("lending", "loans", "1.0.0")).await.expect("registered");
        let (today, before) = (now(), now() - TimeDelta::days(40));
        let reads = vec![
            read("1", "omar", today, &["loan_id"]),
            read("2", "omar", before, &["amount"]),
            read("3", "ana", today, &[]),
            read("1", "omar", today, &["loan_id"]),
        ];
        assert_eq!(record(&server, reads.clone()).await, (3, 1));
        assert_eq!(record(&server, reads).await, (0, 4));
        let found = readers(&server, None).await;
        let told: Vec<_> =
            found.iter().map(|of| (of.principal.as_str(), of.reads, of.rows, of.columns.len())).collect();
        assert_eq!(told, [("ana", 1, 10, 0), ("omar", 2, 20, 2)]);
        assert!(found[0].columns_unknown && !found[1].columns_unknown);
        assert_eq!((found[1].first_read, found[1].last_read), (before.date_naive(), today.date_naive()));
        assert_eq!(found[1].purposes, ["risk"]);
        let lately = readers(&server, Some(30)).await;
        assert_eq!(lately[1].columns, ["loan_id"]);
        assert_eq!(lately[1].reads, 1);
        // One by one, by cursor.
        let first = ReadersQuery { limit: Some(1), ..ReadersQuery::default() };
        let page = server.lena().readers(&loans(), &first).await.expect("a page");
        let next = server.lena().readers(&loans(), &ReadersQuery { cursor: page.next, ..first }).await.expect("a page");
        assert_eq!((page.items[0].principal.as_str(), next.items[0].principal.as_str()), ("ana", "omar"));
        assert_eq!(next.next, None);
    })
    .await;
}

#[tokio::test]
async fn only_the_domains_service_tells_and_only_its_people_are_told() {
    on_each_database(async |server| {
        server.lena().register_contract(&contract("lending", "loans", "1.0.0")).await.expect("registered");
        let reads = RecordReads { reads: vec![read("1", "omar", now(), &[])] };
        for (name, role) in [("lena", "owner:lending"), ("deposits", "service:deposits"), ("omar", "analyst")] {
            let refused = server.client(name, &[role]).record_reads(&reads).await.expect_err("refused");
            assert_eq!(refused.code(), Code(4003), "{role}");
        }
        let query = ReadersQuery::default();
        assert_eq!(server.omar().readers(&loans(), &query).await.expect_err("refused").code(), Code(4003));
        assert!(server.client("officer", &["governance"]).readers(&loans(), &query).await.is_ok());
        let none = "lending.none".parse().expect("a name");
        assert_eq!(server.lena().readers(&none, &query).await.expect_err("refused").code(), Code(4004));
    })
    .await;
}

#[tokio::test]
async fn an_impact_is_what_lineage_reaches_and_who_really_reads_it() {
    on_each_database(async |server| {
        let lena = server.lena();
        for port in ["loans", "exposure"] {
            lena.register_contract(&contract("lending", port, "1.0.0")).await.expect("registered");
        }
        let mut run = event("-", 1, "COMPLETE", 0, &["lending.loans_v1"], json!([]));
        run["job"] = json!({"namespace": "mesh", "name": "lending.exposure_v1"});
        run["outputs"] = json!([table("lending.exposure_v1", &[("held", "lending.loans_v1", "loan_id")])]);
        server.client("lending", &["service:lending"]).tell(&run).await.expect("taken");
        let spark =
            event("j", 2, "COMPLETE", 0, &["lending.exposure_v1"], json!([{"namespace": "dwh", "name": "copy"}]));
        server.client("spark", &[]).tell(&spark).await.expect("taken");
        let of = |port: &str, id: &str, principal: &str, column: &str| PortRead {
            port: port.parse().expect("a name"),
            ..read(id, principal, now(), &[column])
        };
        let reads = vec![
            of("lending.loans", "1", "omar", "loan_id"),
            of("lending.loans", "2", "ana", "amount"),
            of("lending.exposure", "3", "ida", "held"),
            of("lending.exposure", "4", "eve", "other"),
        ];
        record(&server, reads).await;

        let query =
            ImpactQuery { port: "lending.loans".into(), column: Some("loan_id".into()), ..ImpactQuery::default() };
        let told = async |client: mesh_api::Client, query: &ImpactQuery| {
            let page = client.impact(query).await.expect("an impact");
            let line = |of: &mesh_api::Affected| {
                let readers: Vec<_> = of.readers.iter().map(|reader| reader.principal.as_str()).collect();
                let name =
                    of.node.column.as_ref().map_or(of.node.name.clone(), |column| format!("{}.{column}", of.node.name));
                format!("{} {name} [{}] +{}", of.path.len(), readers.join(","), of.readers_untold)
            };
            (page.items.iter().map(line).collect::<Vec<_>>(), page.next)
        };
        let (whole, _) = told(server.lena(), &query).await;
        assert_eq!(
            whole,
            ["0 lending.loans_v1.loan_id [omar] +0", "1 lending.exposure_v1.held [ida] +0", "2 copy [] +0"]
        );
        let (hidden, _) = told(server.omar(), &query).await;
        assert_eq!(hidden[..2], ["0 lending.loans_v1.loan_id [omar] +0", "1 lending.exposure_v1.held [] +1"]);
        let (port, _) =
            told(server.client("officer", &["governance"]), &ImpactQuery { column: None, ..query.clone() }).await;
        assert_eq!(port[..2], ["0 lending.loans [ana,omar] +0", "1 lending.exposure [eve,ida] +0"]);

        let (mut seen, mut page) = (Vec::new(), ImpactQuery { limit: Some(1), ..query });
        loop {
            let (lines, next) = told(server.lena(), &page).await;
            seen.extend(lines);
            page.cursor = next;
            if page.cursor.is_none() {
                break;
            }
        }
        assert_eq!(seen, whole, "page by page it is the same");

        let graph = LineageQuery {
            port: Some("lending.loans".into()),
            direction: LineageDirection::Downstream,
            ..LineageQuery::default()
        };
        let graph_of =
            async |client: mesh_api::Client| crate::lineage::shown(&client.lineage(&graph).await.expect("a graph"));
        assert!(graph_of(lena).await.contains("lending.exposure -> ida Consumed"));
        let of_omar = graph_of(server.omar()).await;
        assert!(of_omar.contains("lending.loans -> omar Consumed") && !of_omar.iter().any(|edge| edge.contains("ida")));
        assert!(server.omar().lineage(&graph).await.expect("a graph").readers_untold);
    })
    .await;
}

#[tokio::test]
async fn ports_that_nobody_reads_are_reported() {
    on_each_database(async |server| {
        let lena = server.lena();
        for port in ["loans", "mortgages", "schedules"] {
            lena.register_contract(&contract("lending", port, "1.0.0")).await.expect("registered");
        }
        record(&server, vec![read("1", "omar", now(), &[])]).await;
        // The ports are new, and nobody can be blamed yet.
        let query = UnusedPortsQuery { domain: Some("lending".into()), limit: Some(1), ..UnusedPortsQuery::default() };
        assert_eq!(lena.unused_ports(&query).await.expect("a report").items, []);
        let later = server.stop().await.start_at(now() + TimeDelta::days(91)).await;
        let token = later.token("lena", &["owner:lending"], TimeDelta::days(100));
        let lena = later.anonymous().with_token(token);
        let (mut unused, mut page) = (Vec::new(), query);
        loop {
            let found = lena.unused_ports(&page).await.expect("a report");
            unused.extend(found.items.into_iter().map(|of| (of.port.to_string(), of.last_read)));
            page.cursor = found.next;
            if page.cursor.is_none() {
                break;
            }
        }
        let day = Some(now().date_naive());
        let expected = [("lending.loans", day), ("lending.mortgages", None), ("lending.schedules", None)];
        assert_eq!(unused, expected.map(|(port, day)| (port.to_owned(), day)));
        let whole = UnusedPortsQuery::default();
        assert_eq!(lena.unused_ports(&whole).await.expect_err("refused").code(), Code(4003));
        assert_eq!(lena.ports(&PageRequest::default()).await.expect("ports").items.len(), 3);
    })
    .await;
}

#[tokio::test]
async fn a_refused_version_names_who_reads_what_it_takes_away() {
    on_each_database(async |server| {
        let lena = server.lena();
        let before = contract("lending", "loans", "1.0.0");
        lena.register_contract(&before).await.expect("registered");
        let mut after = contract("lending", "loans", "1.1.0");
        after.document = after.document.replace("loan_id", "number");
        let told = async || {
            let error = lena.register_contract(&after).await.expect_err("too low a version");
            error.problem().expect("a problem").to_string()
        };
        assert!(!told().await.contains("read by"), "{}", told().await);
        let reads =
            vec![read("1", "omar", now(), &["loan_id"]), read("2", "ana", now() - TimeDelta::days(91), &["loan_id"])];
        record(&server, reads).await;
        let refusal = told().await;
        assert!(refusal.contains("read by `omar`") && !refusal.contains("ana"), "{refusal}");
    })
    .await;
}
