use std::fs;
use std::path::Path;
use std::process::Stdio;

use crate::run::{fince, ran, run};

fn mesh() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the mesh's folder")
}

#[test]
fn the_banks_own_contracts_have_no_errors() {
    let ran = run(mesh(), &["contract", "lint", "contracts", "domains"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
}

#[test]
fn every_fault_is_told_with_place_and_code() {
    let folder = tempfile::tempdir().expect("a folder");
    let good = fs::read_to_string(mesh().join("contracts/lending/loans.v1.odcs.yaml")).expect("a contract");
    let bad = good.replacen("classification: internal", "classification: intrnal", 1).replacen(
        "status: active",
        "status: activ",
        1,
    );
    assert_ne!(good, bad);
    fs::write(folder.path().join("bad.yaml"), bad).expect("a contract");

    let text = run(folder.path(), &["contract", "lint", "bad.yaml"]);
    assert_eq!(text.code, 1);
    assert!(text.stdout.contains("error[FC-") && text.stdout.contains("  --> bad.yaml:"), "{}", text.stdout);
    assert!(
        text.stdout.trim_end().lines().last().expect("a summary").starts_with("1 contract: 2 errors"),
        "{}",
        text.stdout
    );

    let json = run(folder.path(), &["contract", "lint", "bad.yaml", "--format", "json"]);
    assert_eq!(json.code, 1);
    let faults: Vec<serde_json::Value> = serde_json::from_str(&json.stdout).expect("JSON");
    let errors = faults.iter().filter(|fault| fault["severity"] == "error").count();
    assert_eq!(errors, 2, "{}", json.stdout);
    assert!(
        faults
            .iter()
            .all(|fault| fault["line"].is_u64() && fault["code"].as_str().is_some_and(|code| code.starts_with("FC-")))
    );
}

#[test]
fn what_cannot_be_read_ends_with_4() {
    let folder = tempfile::tempdir().expect("a folder");
    for (argument, code) in [("missing.yaml", "FC-5011"), (".", "FC-5016")] {
        let ran = run(folder.path(), &["contract", "lint", argument]);
        assert_eq!(ran.code, 4, "{argument}");
        assert!(ran.stderr.starts_with(&format!("error[{code}]")), "{}", ran.stderr);
    }
}

#[test]
fn a_reader_that_leaves_early_is_no_error() {
    let mut child = fince(mesh())
        .args(["contract", "lint", "contracts"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the binary runs");
    drop(child.stdout.take());
    let ended = ran(child.wait_with_output().expect("ends"));
    assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
}
