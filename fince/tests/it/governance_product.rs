//! What governance knows, queried like any other data: by who governs, by who was granted access, and by nobody else.

use std::fs;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mesh_api::{AgreementQuery, AuditQuery, Client, PageRequest, ReportedResultsQuery};

use crate::mesh::{Mesh, fince};
use crate::run::{Ran, ran};
use crate::small_product::write_mesh;

/// How long the first snapshots may take on a loaded machine.
const SOON: Duration = Duration::from_secs(120);

const TABLES: [&str; 5] = ["ports", "lineage_edges", "agreements", "quality_results", "audit"];

struct Ground {
    folder: tempfile::TempDir,
    mesh: Mesh,
}

impl Ground {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        write_mesh(&folder.path().join("mesh"));
        let mesh = Mesh::up(&folder.path().join("mesh"), &folder.path().join("data"));
        Self { folder, mesh }
    }

    fn data(&self) -> PathBuf {
        self.folder.path().join("data")
    }

    fn run(&self, arguments: &[&str]) -> Ran {
        let mut command = fince(&self.folder.path().join("mesh"), &self.data(), self.mesh.base);
        ran(command.args(arguments).output().expect("runs"))
    }

    /// Asks governance's own door.
    fn ask(&self, who: &str, query: &str) -> Ran {
        let url = format!("http://127.0.0.1:{}", self.mesh.base + 5);
        self.run(&["sql", "--as", who, "--url", &url, "-f", "csv", query])
    }

    /// The one value of an answer to the officer.
    fn value(&self, query: &str) -> String {
        let answer = self.ask("officer", query);
        assert_eq!(answer.code, 0, "{query}\n{}", answer.stderr);
        answer.stdout.lines().nth(1).unwrap_or_default().to_owned()
    }

    fn until(&self, what: &str, wanted: impl Fn() -> bool) {
        let end = Instant::now() + SOON;
        while !wanted() {
            assert!(Instant::now() < end, "{what} does not come");
            std::thread::sleep(Duration::from_millis(200));
        }
    }

    /// Publishes what is news, until nothing is: what a publish leaves in governance must not be news for ever.
    fn publish(&self) -> usize {
        for rounds in 0..8 {
            let published = self.run(&["publish", "governance"]);
            // `up` itself may be publishing.
            if published.code == 4 {
                std::thread::sleep(Duration::from_millis(200));
                continue;
            }
            assert_eq!(published.code, 0, "{}", published.stderr);
            if published.stderr.contains("governance has no news") {
                return rounds;
            }
        }
        panic!("it does not come to rest");
    }

    /// The version of a table's newest snapshot.
    fn newest(&self, table: &str) -> u64 {
        let listed = self.run(&["snapshots", &format!("governance.{table}"), "-f", "json"]);
        let snapshots: serde_json::Value = serde_json::from_str(&listed.stdout).expect("JSON");
        snapshots[0]["version"].as_u64().expect("a snapshot")
    }

    fn commits(&self) -> usize {
        let log = |table: &&str| self.data().join("lake/governance").join(table).join("_delta_log");
        let entries = |log: PathBuf| fs::read_dir(log).expect("a log").flatten();
        let is_commit = |path: &Path| path.extension().is_some_and(|ending| ending == "json");
        TABLES.iter().map(|table| entries(log(table)).filter(|entry| is_commit(&entry.path())).count()).sum()
    }

    fn client(&self) -> Client {
        let token = self.run(&["token", "officer"]).stdout.trim().to_owned();
        let url = format!("http://127.0.0.1:{}", self.mesh.base).parse().expect("a url");
        Client::new(url, Some(token)).expect("a client")
    }
}

/// How many entries governance itself lists: ports, edges, agreements, results of other products, records.
async fn listed(client: &Client) -> [usize; 5] {
    let limit = Some(PageRequest::LIMIT_MAX);
    let page = PageRequest { cursor: None, limit };
    let ports = client.report_ports(&page).await.expect("ports");
    let edges = client.report_lineage_edges(&page).await.expect("edges");
    let agreements =
        client.agreements(&AgreementQuery { limit, ..AgreementQuery::default() }).await.expect("agreements");
    let query = ReportedResultsQuery { limit, ..ReportedResultsQuery::default() };
    let results = client.report_quality_results(&query).await.expect("results");
    let audit = client.audit(&AuditQuery { limit, ..AuditQuery::default() }).await.expect("records");
    // One page holds everything of a mesh as small as this.
    assert!([&ports.next, &edges.next, &agreements.next, &results.next, &audit.next].iter().all(|next| next.is_none()));
    let others = results.items.iter().filter(|result| result.port.domain() != "governance").count();
    [ports.items.len(), edges.items.len(), agreements.items.len(), others, audit.items.len()]
}

#[test]
fn what_governance_knows_is_data() {
    let ground = Ground::new();
    ground.until("the last table", || ground.ask("officer", "SELECT 1 FROM governance.audit LIMIT 1").code == 0);
    let records = the_tables_hold_what_is_listed(&ground);
    for table in TABLES {
        let refused = ground.ask("ana", &format!("SELECT count(*) FROM governance.{table}"));
        assert!(refused.code != 0 && refused.stderr.contains("there is no table"), "{}", refused.stderr);
    }
    the_tables_say_what_they_should(&ground);
    it_rests(&ground);
    what_is_granted_is_in_the_next_snapshot(&ground);
    it_can_be_made_anew(&ground, records);
    assert_eq!(ground.mesh.interrupt(), Some(0));
}

/// Whether the tables have as many rows as governance lists; how many records of the audit trail those are.
///
/// What governance is told in the background, such as lineage, may come while it is published: what is compared is a publish
/// before and after which governance lists the same.
fn the_tables_hold_what_is_listed(ground: &Ground) -> usize {
    let (runtime, client) = (tokio::runtime::Runtime::new().expect("a runtime"), ground.client());
    let published = (0..8).find_map(|_| {
        let before = runtime.block_on(listed(&client));
        ground.publish();
        (runtime.block_on(listed(&client)) == before).then_some(before)
    });
    let entries = published.expect("governance comes to rest");
    for (table, listed) in TABLES.iter().zip(entries) {
        let others = if *table == "quality_results" { "WHERE port NOT LIKE 'governance.%'" } else { "" };
        let counted = ground.value(&format!("SELECT count(*) FROM governance.{table} {others}"));
        assert_eq!(counted, listed.to_string(), "{table}");
        assert!(listed > 0, "{table}");
    }
    entries[4]
}

fn the_tables_say_what_they_should(ground: &Ground) {
    let loans = "SELECT concat_ws(' ', status, classification, owners[1], last_run_state, CAST(rules_broken AS VARCHAR)) \
                 FROM governance.ports WHERE port = 'crash.totals'";
    assert_eq!(ground.value(loans), "active internal lena complete 0");
    let audit = "SELECT concat_ws(' ', status, classification) FROM governance.ports WHERE port = 'governance.audit'";
    assert_eq!(ground.value(audit), "active restricted");
    let edge = "SELECT count(*) FROM governance.lineage_edges WHERE kind = 'observed' AND source_name = 'crash.events_v1' \
                AND source_column = 'value' AND target_name = 'crash.totals_v1' AND target_column = 'id'";
    assert_eq!(ground.value(edge), "1");
    let own = "SELECT count(*) FROM governance.lineage_edges WHERE source_name = 'governance.input.audit' \
               AND target_name = 'governance.audit_v1' AND kind = 'declared' AND source_kind = 'dataset'";
    assert_eq!(ground.value(own), "1");
    let approved = "SELECT concat_ws(' ', actor, detail) FROM governance.audit WHERE action = 'contract.approve' \
                    AND subject = 'governance.audit 1.0.0'";
    let approved = ground.value(approved);
    assert!(approved.contains("this-machine") && approved.contains("reason"), "{approved}");
    let gaps = "SELECT max(sequence) - count(*) FROM governance.audit";
    assert_eq!(ground.value(gaps), "0");
}

/// Without anything new nothing is published, however often somebody looks.
fn it_rests(ground: &Ground) {
    ground.publish();
    let commits = ground.commits();
    assert_eq!(ground.publish(), 0);
    assert_eq!(ground.publish(), 0);
    assert_eq!(ground.commits(), commits);
}

fn what_is_granted_is_in_the_next_snapshot(ground: &Ground) {
    let before = ground.newest("agreements");
    let request = [
        "access",
        "request",
        "governance.ports",
        "--purpose",
        "marketing",
        "--column",
        "port",
        "--column",
        "status",
        "--days",
        "30",
        "--reason",
        "to see what there is",
        "--as",
        "ana",
        "--format",
        "json",
    ];
    let asked = ground.run(&request);
    let told: serde_json::Value = serde_json::from_str(&asked.stdout).unwrap_or_else(|_| panic!("{}", asked.stderr));
    let id = told["id"].as_str().expect("an id");
    let approved = ground.run(&["access", "approve", id, "--reason", "agreed", "--as", "officer"]);
    assert_eq!(approved.code, 0, "{}", approved.stderr);
    ground.publish();

    let of_ana =
        |asked: &str| format!("SELECT count(*) FROM governance.agreements {asked} WHERE agreement_id = '{id}'");
    let status = format!("SELECT status FROM governance.agreements WHERE agreement_id = '{id}'");
    assert_eq!(ground.value(&status), "active");
    assert_eq!(ground.value(&of_ana(&format!("VERSION AS OF {before}"))), "0", "as it was");
    assert_eq!(ground.value(&of_ana("")), "1");

    // The agreement is over a port of governance itself, and opens what was asked for.
    ground.until("access", || ground.ask("ana", "SELECT port FROM governance.ports").code == 0);
    let seen = ground.ask("ana", "SELECT * FROM governance.ports ORDER BY port LIMIT 1");
    assert_eq!(seen.stdout, "port,status\ncrash.events,active\n");
    assert_ne!(ground.ask("ana", "SELECT count(*) FROM governance.audit").code, 0);
    // Whom it concerns is confidential: the owner alone cannot grant it.
    let request = request.map(|word| match word {
        "governance.ports" => "governance.agreements",
        "port" => "principal",
        word => word,
    });
    let asked: serde_json::Value = serde_json::from_str(&ground.run(&request).stdout).expect("JSON");
    assert_eq!(asked["needs_governance"], true);
}

fn it_can_be_made_anew(ground: &Ground, records: usize) {
    let anew = ground.run(&["publish", "governance", "--full", "--port", "audit"]);
    assert_eq!(anew.code, 0, "{}", anew.stderr);
    let counted: usize = ground.value("SELECT count(*) FROM governance.audit").parse().expect("a number");
    assert!(counted > records, "what happened since is there too");
    let files = fs::read_dir(ground.data().join("governance/domains/governance/feed/audit")).expect("a folder");
    assert_eq!(files.count(), 1);
    let unknown = ground.run(&["publish", "governance", "--port", "loans"]);
    assert!(unknown.stderr.starts_with("error[FC-5107]"), "{}", unknown.stderr);
}

#[test]
fn the_domain_is_the_meshs_own() {
    let folder = tempfile::tempdir().expect("a folder");
    let mesh = folder.path().join("mesh");
    write_mesh(&mesh);
    fs::create_dir_all(mesh.join("domains/governance")).expect("a folder");
    fs::write(mesh.join("domains/governance/product.odps.yaml"), "kind: DataProduct\n").expect("a file");
    for arguments in [vec!["up"], vec!["new", "domain", "governance"]] {
        let mut command = fince(&mesh, &folder.path().join("data"), crate::mesh::free_base());
        let refused = ran(command.args(&arguments).output().expect("runs"));
        assert_eq!(refused.code, 2, "{arguments:?}");
        assert!(refused.stderr.starts_with("error[FC-5058]: the domain `governance`"), "{}", refused.stderr);
    }
}
