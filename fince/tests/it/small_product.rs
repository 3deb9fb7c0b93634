//! A small product of two ports, one made of the other: what tests publish that need no real data.

use std::fs;
use std::path::Path;

/// Rows of the small product's input.
pub(crate) const ROWS: i64 = 40_000;

const MANIFEST: &str = "\
apiVersion: v1.0.0
kind: DataProduct
id: urn:test:crash
name: Crash
version: 1.0.0
status: active
domain: crash
inputPorts:
  - {name: events, version: 1.0.0, contractId: urn:test:crash:input:events}
outputPorts:
  - {name: events, version: 1.0.0, contractId: urn:test:crash:events}
  - {name: totals, version: 1.0.0, contractId: urn:test:crash:totals}
";

/// A contract of `crash` that describes one table of whole numbers.
pub(crate) fn contract(id: &str, name: &str, servers: &str, columns: &[&str]) -> String {
    let properties: String = columns
        .iter()
        .map(|column| {
            let key = if *column == "id" { "\n        primaryKey: true\n        primaryKeyPosition: 1" } else { "" };
            format!("      - name: {column}\n        description: A number\n        classification: internal\n        logicalType: integer\n        physicalType: bigint\n        required: true\n        logicalTypeOptions: {{minimum: -1000000}}\n        customProperties: [{{property: unit, value: count}}]{key}\n")
        })
        .collect();
    format!(
        "apiVersion: v3.1.0\nkind: DataContract\nid: {id}\nname: {name}\nversion: 1.0.0\nstatus: active\ndomain: crash\n\
         description: {{purpose: Test, limitations: No data}}\n\
         team: {{members: [{{username: lena, role: owner}}]}}\n\
         support: [{{channel: crash, url: 'mailto:crash@bank.example'}}]\n\
         slaProperties:\n  - {{property: latency, value: 1, unit: d}}\n  - {{property: retention, value: 1, unit: 'y'}}\n\
         {servers}schema:\n  - name: {name}\n    description: Numbers\n    dataGranularityDescription: one row a number\n    properties:\n{properties}"
    )
}

/// A mesh folder with one small product: two ports, one made of the other.
pub(crate) fn write_mesh(root: &Path) {
    write_mesh_of("crash", root);
}

/// The same, of another domain.
pub(crate) fn write_mesh_of(name: &str, root: &Path) {
    let domain = root.join("domains").join(name);
    for folder in ["inputs", "models", "sample"] {
        fs::create_dir_all(domain.join(folder)).expect("a folder");
    }
    fs::create_dir_all(root.join("contracts").join(name)).expect("a folder");
    let servers = "servers:\n  - {server: sample, type: local, path: sample/events.csv, format: csv}\n";
    let files = [
        ("domains/crash/product.odps.yaml", MANIFEST.to_owned()),
        (
            "domains/crash/inputs/events.odcs.yaml",
            contract("urn:test:crash:input:events", "events", servers, &["id", "value"]),
        ),
        ("domains/crash/models/events.sql", "SELECT id, value FROM input.events".to_owned()),
        (
            "domains/crash/models/totals.sql",
            "SELECT value AS id, count(*) AS events FROM crash.events GROUP BY value".to_owned(),
        ),
        ("contracts/crash/events.v1.odcs.yaml", contract("urn:test:crash:events", "events", "", &["id", "value"])),
        ("contracts/crash/totals.v1.odcs.yaml", contract("urn:test:crash:totals", "totals", "", &["id", "events"])),
    ];
    for (file, text) in files {
        fs::write(root.join(file.replace("crash", name)), text.replace("crash", name)).expect("a file");
    }
    let rows: String = (0..ROWS).map(|id| format!("{id},{}\n", id % 1_000)).collect();
    fs::write(domain.join("sample/events.csv"), format!("id,value\n{rows}")).expect("a file");
}
