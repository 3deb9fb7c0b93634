//! A new major of a port, with the old one as a view of its rows, from the first start to the old one's retirement.

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::mesh::Bank;
use crate::small_product::{ROWS, contract, write_mesh};

/// Governance is asked once a minute what is over.
const WITHDRAWN: Duration = Duration::from_secs(90);

/// Where the mesh serves the first product of a bank's own.
const PLACE: u16 = 11;

impl Bank {
    fn sql(&self, base: u16, sql: &str) -> String {
        let product = format!("http://127.0.0.1:{}", base + PLACE);
        let ran = self.run(base, &["sql", "--as", "omar", "--url", &product, "--format", "csv", sql]);
        format!("{}{}", ran.stdout, ran.stderr)
    }
}

/// Major 2 of `events` calls `value` `amount`; major 1 is a view of it from now on.
pub(crate) fn second_major(mesh: &Path) {
    let file = |name: &str| mesh.join(name);
    let manifest = fs::read_to_string(file("domains/crash/product.odps.yaml")).expect("the manifest");
    let first = "  - {name: events, version: 1.0.0, contractId: urn:test:crash:events}\n";
    let view = "customProperties: [{property: materialization, value: view}]";
    let both = format!("{}{}", first.replace("1.0.0", "2.0.0"), first.replace('}', &format!(", {view}}}")));
    assert!(manifest.contains(first));
    let second = contract("urn:test:crash:events", "events", "", &["id", "amount"]);
    let files = [
        ("domains/crash/product.odps.yaml", manifest.replace(first, &both)),
        ("contracts/crash/events.v2.odcs.yaml", second.replace("\nversion: 1.0.0", "\nversion: 2.0.0")),
        ("domains/crash/models/events.sql", "SELECT id, value AS amount FROM input.events".to_owned()),
        ("domains/crash/models/events_v1.sql", "SELECT id, amount AS value FROM crash.events_v2".to_owned()),
        (
            "domains/crash/models/totals.sql",
            "SELECT amount AS id, count(*) AS events FROM crash.events GROUP BY amount".to_owned(),
        ),
    ];
    for (name, text) in files {
        fs::write(file(name), text).expect("a file");
    }
}

#[expect(clippy::disallowed_methods, reason = "the process under test knows the day too")]
fn next_month() -> String {
    (chrono::Utc::now() + chrono::TimeDelta::days(30)).date_naive().to_string()
}

#[test]
fn the_old_major_lives_on_as_a_view_until_it_is_retired() {
    let bank = Bank::new(write_mesh);
    let mesh = bank.up();
    assert_eq!(bank.sql(mesh.base, "SELECT sum(value) AS s FROM crash.events"), "s\n19980000\n");
    drop(mesh);

    second_major(&bank.folder.path().join("mesh"));
    let mesh = bank.up();
    let base = mesh.base;
    assert_eq!(bank.sql(base, "SELECT sum(amount) AS s FROM crash.events"), "s\n19980000\n");
    assert_eq!(bank.sql(base, "SELECT sum(value) AS s, count(*) AS n FROM crash.events_v1"), "s,n\n19980000,40000\n");
    assert_eq!(ROWS, 40_000);
    assert!(bank.sql(base, "SELECT amount FROM crash.events_v1").contains("there is no column `amount`"));
    let before = bank.sql(base, "SELECT count(*) AS n FROM crash.events_v1 VERSION AS OF 0");
    assert_eq!(before, "n\n40000\n", "what it held itself stays readable");
    let snapshots = bank.run(base, &["snapshots", "crash.events_v1", "-f", "json"]).stdout;
    let snapshots: serde_json::Value = serde_json::from_str(&snapshots).expect("JSON");
    let versions: Vec<_> = snapshots.as_array().expect("a list").iter().map(|info| info["version"].as_u64()).collect();
    assert_eq!(versions, [Some(1), Some(0)]);
    assert_eq!(snapshots[0]["inputs"][0]["name"], "crash.events_v2");
    let lineage = bank.run(base, &["lineage", "crash.events_v1", "--as", "officer"]);
    assert!(lineage.stdout.contains("crash.events_v2"), "{}{}", lineage.stdout, lineage.stderr);

    // Rows that only the old contract refuses.
    fs::write(bank.folder.path().join("mesh/domains/crash/sample/events.csv"), "id,value\n1,-2000000\n").expect("rows");
    let contract = bank.folder.path().join("mesh/contracts/crash/events.v2.odcs.yaml");
    let text = fs::read_to_string(&contract).expect("the contract");
    fs::write(&contract, text.replace("minimum: -1000000", "minimum: -9000000").replace("2.0.0", "2.1.0")).expect("it");
    let manifest = bank.folder.path().join("mesh/domains/crash/product.odps.yaml");
    let text = fs::read_to_string(&manifest).expect("the manifest");
    fs::write(&manifest, text.replace("2.0.0", "2.1.0")).expect("it");
    let refused = bank.run(base, &["publish", "crash", "--port", "events"]);
    assert!(refused.code != 0 && refused.stderr.contains("FC-1050"), "{}", refused.stderr);
    assert!(refused.stderr.contains("events_v1: FC-1031"), "{}", refused.stderr);
    assert_eq!(bank.sql(base, "SELECT count(*) AS n FROM crash.events"), "n\n40000\n");

    let step = |step: &str, more: &[&str]| {
        let mut arguments = vec!["contract", step, "crash.events", "1.0.0", "--reason", "over", "--as", "officer"];
        arguments.extend(more);
        let ran = bank.run(base, &arguments);
        assert_eq!(ran.code, 0, "{}{}", ran.stdout, ran.stderr);
    };
    step("deprecate", &["--sunset", &next_month()]);
    step("retire", &[]);
    let end = Instant::now() + WITHDRAWN;
    while bank.sql(base, "SELECT count(*) AS n FROM crash.events_v1").starts_with('n') {
        assert!(Instant::now() < end, "the retired major is still served");
        std::thread::sleep(Duration::from_millis(200));
    }
    assert_eq!(bank.sql(base, "SELECT count(*) AS n FROM crash.events_v2"), "n\n40000\n");
}
