//! A product that reads another product's port, over Flight, as any consumer would.

use std::fs;
use std::path::Path;

use crate::mesh::Bank;
use crate::small_product::{contract, write_mesh};

const MANIFEST: &str = "\
apiVersion: v1.0.0
kind: DataProduct
id: urn:test:about
name: About
version: 1.0.0
status: active
domain: about
inputPorts:
  - {name: events, version: 1.0.0, contractId: urn:test:crash:events}
outputPorts:
  - {name: totals, version: 1.0.0, contractId: urn:test:about:totals}
";
const MODEL: &str = "SELECT value AS id, count(*) AS events FROM input.events WHERE id < 5000 GROUP BY value";

/// The small product, and one by the name of `about`, which starts first by name and second by what it reads.
fn two_products(root: &Path) {
    write_mesh(root);
    fs::create_dir_all(root.join("domains/about/models")).expect("a folder");
    fs::create_dir_all(root.join("contracts/about")).expect("a folder");
    fs::write(root.join("domains/about/product.odps.yaml"), MANIFEST).expect("a file");
    fs::write(root.join("domains/about/models/totals.sql"), MODEL).expect("a file");
    let totals = contract("urn:test:about:totals", "totals", "", &["id", "events"]).replace("crash", "about");
    fs::write(root.join("contracts/about/totals.v1.odcs.yaml"), totals).expect("a file");
}

impl Bank {
    fn change(&self, file: &str, from: &str, to: &str) {
        let path = self.folder.path().join("mesh").join(file);
        let text = fs::read_to_string(&path).expect("the file");
        assert!(text.contains(from), "{file} has no `{from}`");
        fs::write(path, text.replace(from, to)).expect("written");
    }

    /// The OpenLineage events of a product's newest run.
    fn lineage(&self, domain: &str) -> Vec<serde_json::Value> {
        let folder = self.folder.path().join("data/runs").join(domain);
        let files = fs::read_dir(folder).expect("records").map(|entry| entry.expect("an entry").path());
        let newest = files.filter(|path| path.extension().is_some_and(|end| end == "jsonl")).max().expect("lineage");
        let text = fs::read_to_string(newest).expect("the events");
        text.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect()
    }

    /// What the newest commit of a table says it was made of.
    fn inputs(&self, table: &str) -> serde_json::Value {
        let log = self.folder.path().join("data/lake").join(table).join("_delta_log");
        let entries = fs::read_dir(log).expect("a log").map(|entry| entry.expect("an entry").path());
        let newest = entries.filter(|path| path.extension().is_some_and(|end| end == "json")).max().expect("a commit");
        let text = fs::read_to_string(newest).expect("the commit");
        let mut actions = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).expect("JSON"));
        actions.find_map(|action| action.get("commitInfo").cloned()).expect("a commit info")["fince.inputs"].clone()
    }
}

#[test]
fn a_product_reads_another_over_flight_and_says_which_snapshot() {
    let bank = Bank::new(two_products);
    let mesh = bank.up();
    let url = mesh.flight(11).to_string();
    let query = "SELECT count(*) AS n, sum(events) AS events FROM about.totals";
    let read = bank.run(mesh.base, &["sql", "--as", "omar", "--url", &url, "-f", "csv", query]);
    assert_eq!((read.code, read.stdout.as_str()), (0, "n,events\n1000,5000\n"), "{}", read.stderr);
    let expected = serde_json::json!([
        {"name": "input.events", "kind": "port", "port": "crash.events_v1", "snapshot": 0},
    ]);
    assert_eq!(bank.inputs("about/totals"), expected);

    let complete = bank.lineage("about").pop().expect("events");
    assert_eq!(complete["eventType"], "COMPLETE");
    assert_eq!(complete["inputs"][0]["name"], "crash.events_v1");
    assert_eq!(complete["inputs"][0]["facets"]["version"]["datasetVersion"], "0");
    let sources = &complete["outputs"][0]["facets"]["columnLineage"]["fields"]["id"]["inputFields"][0];
    assert_eq!((&sources["name"], &sources["field"]), (&"crash.events_v1".into(), &"value".into()));

    let again = bank.run(mesh.base, &["publish", "crash"]);
    assert_eq!(again.code, 0, "{}", again.stderr);
    // Nobody publishes the consumer: the new snapshot of what it reads is reason enough.
    let soon = (0..60).any(|_| {
        std::thread::sleep(std::time::Duration::from_secs(1));
        bank.inputs("about/totals")[0]["snapshot"] == 1
    });
    assert!(soon, "{}", bank.run(mesh.base, &["runs", "about"]).stdout);
    let listed = bank.run(mesh.base, &["snapshots", "about.totals"]);
    assert!(listed.stdout.contains("crash.events_v1 version 1"), "{} {}", listed.stdout, listed.stderr);
}

#[test]
fn an_upstream_that_is_away_or_has_changed_stops_the_run_and_nothing_else() {
    let bank = Bank::new(two_products);
    let mesh = bank.up();
    let base = mesh.base;
    // The consumer was made for a column that the port no longer has, under the same version.
    let contract = "contracts/crash/events.v1.odcs.yaml";
    bank.change(contract, "- name: value\n", "- name: amount\n");
    bank.change("domains/about/models/totals.sql", "value", "amount");
    let drifted = bank.run(base, &["publish", "about"]);
    assert_eq!(drifted.code, 1);
    let told =
        "totals: FC-1010 crash.events_v1: columns differ from input contract `events`:\ncolumn `amount` is missing";
    assert!(drifted.stderr.contains(told), "{}", drifted.stderr);
    bank.change(contract, "- name: amount\n", "- name: value\n");
    bank.change("domains/about/models/totals.sql", "amount", "value");

    drop(mesh);
    let away = bank.run(base, &["publish", "about"]);
    assert_eq!(away.code, 1);
    assert!(
        away.stderr.contains("totals: FC-1011 input `events`: `crash.events_v1` does not answer"),
        "{}",
        away.stderr
    );
    assert_eq!(bank.inputs("about/totals")[0]["snapshot"], 0, "the old snapshot is the newest");
    let runs = bank.folder.path().join("data/runs/about");
    let records = fs::read_dir(runs).expect("records").map(|entry| entry.expect("an entry").path());
    let records = records.filter(|path| path.extension().is_some_and(|end| end == "json")).count();
    assert_eq!(records, 3, "every run left a record");
    let listed = bank.run(base, &["runs", "about"]);
    assert_eq!(listed.stdout.matches("FC-1011: input `events`").count(), 1, "{}", listed.stdout);
}

#[test]
fn a_major_that_is_not_served_is_named() {
    let bank = Bank::new(two_products);
    // The consumer asks for a major that its supplier has written and does not serve.
    let events =
        fs::read_to_string(bank.folder.path().join("mesh/contracts/crash/events.v1.odcs.yaml")).expect("a file");
    let second = events.replace("version: 1.0.0", "version: 2.0.0");
    fs::write(bank.folder.path().join("mesh/contracts/crash/events.v2.odcs.yaml"), second).expect("written");
    bank.change("domains/about/product.odps.yaml", "{name: events, version: 1.0.0", "{name: events, version: 2.0.0");
    let mesh = bank.up();
    let refused = bank.run(mesh.base, &["publish", "about"]);
    assert_eq!(refused.code, 1);
    let told = "totals: FC-1012 input `events`: `crash.events_v2` cannot be read: ";
    assert!(refused.stderr.contains(told), "{}", refused.stderr);
    assert!(!bank.folder.path().join("data/lake/about").join("totals/_delta_log").exists());
}
