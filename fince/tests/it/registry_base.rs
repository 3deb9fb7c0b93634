//! Contracts are compared with what governance has accepted.

use std::fs;
use std::path::Path;

use crate::registration::Bank;
use crate::run::{Ran, run};

const EVENTS: &str = "mesh/contracts/crash/events.v1.odcs.yaml";

#[tokio::test(flavor = "multi_thread")]
async fn contracts_are_compared_with_what_governance_accepted() {
    let bank = Bank::new();
    let governance = bank.governance("127.0.0.1:0").await;
    bank.start(&bank.folder.path().join("data"), &governance.url).await;
    let root = bank.folder.path();
    let token = bank.token("product:crash", "service:crash");
    let port = governance.url.port().expect("a port").to_string();
    let asking = ["mesh/contracts", "--base", "registry", "--token", &token, "--port-base", &port];

    let same = run(root, &[&["contract", "diff"], asking.as_slice()].concat());
    assert_eq!((same.code, same.stderr.as_str()), (0, ""), "{}", same.stdout);
    assert!(same.stdout.contains("2 contracts: no faults"), "{}", same.stdout);

    // A narrower limit under the same version announces too little, and breaks who writes.
    edit(&root.join(EVENTS), "minimum: -1000000", "minimum: 0");
    let narrower = run(root, &[&["contract", "diff"], asking.as_slice()].concat());
    assert_eq!(narrower.code, 1, "{}{}", narrower.stdout, narrower.stderr);
    for told in ["registry:crash.events@1.0.0", "minimum", EVENTS] {
        assert!(narrower.stdout.contains(told), "{told}: {}", narrower.stdout);
    }
    let breaking = run(root, &[&["contract", "breaking"], asking.as_slice()].concat());
    assert_eq!(breaking.code, 1, "{}{}", breaking.stdout, breaking.stderr);

    // A port that governance does not know is new; one that asks as nobody, or while governance is away, is told so.
    edit(&root.join(EVENTS), "name: events\n    description", "name: happenings\n    description");
    let new = run(root, &[&["contract", "diff", "--format", "json"], asking.as_slice()].concat());
    let entries: serde_json::Value = serde_json::from_str(&new.stdout).expect("JSON");
    let outcomes: Vec<&str> =
        entries.as_array().expect("entries").iter().filter_map(|entry| entry["outcome"].as_str()).collect();
    assert_eq!(outcomes, ["new", "same"], "{}{}", new.stdout, new.stderr);
    let nobody = nobody(root, &port);
    assert_eq!(nobody.code, 2, "{}", nobody.stderr);
    governance.end().await;
    let away = run(root, &[&["contract", "diff"], asking.as_slice()].concat());
    assert_ne!(away.code, 0, "{}", away.stdout);
    assert!(away.stderr.contains("governance"), "{}", away.stderr);
}

fn nobody(root: &Path, port: &str) -> Ran {
    run(root, &["contract", "diff", "mesh/contracts", "--base", "registry", "--port-base", port])
}

fn edit(path: &Path, from: &str, to: &str) {
    let text = fs::read_to_string(path).expect("a contract");
    assert!(text.contains(from), "{from}");
    fs::write(path, text.replacen(from, to, 1)).expect("written");
}
