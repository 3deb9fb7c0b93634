use std::fs;
use std::path::Path;
use std::process::Command;

use serde_json::Value;

use crate::run::{Ran, run};

const CONTRACT: &str = "contracts/lending/loans.v1.odcs.yaml";

/// A repository with the bank's contract of loans, committed.
fn repository() -> tempfile::TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let mesh = Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the mesh's folder");
    let text = fs::read_to_string(mesh.join(CONTRACT)).expect("a contract");
    fs::create_dir_all(folder.path().join("contracts/lending")).expect("a folder");
    fs::write(folder.path().join(CONTRACT), text).expect("written");
    git(folder.path(), &["init", "-q", "-b", "main"]);
    commit(folder.path());
    folder
}

fn commit(folder: &Path) {
    git(folder, &["add", "-A"]);
    git(folder, &["-c", "user.name=t", "-c", "user.email=t@bank.example", "commit", "-q", "-m", "contracts"]);
}

fn git(folder: &Path, arguments: &[&str]) {
    let done = Command::new("git").arg("-C").arg(folder).args(arguments).status().expect("git runs");
    assert!(done.success(), "git {arguments:?}");
}

fn edit(folder: &Path, edits: &[(&str, &str)]) {
    let path = folder.join(CONTRACT);
    let text = edits.iter().fold(fs::read_to_string(&path).expect("a contract"), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replacen(from, to, 1)
    });
    fs::write(path, text).expect("written");
}

fn breaking(folder: &Path, more: &[&str]) -> Ran {
    run(folder, &[&["contract", "breaking", "contracts", "--base", "main"], more].concat())
}

#[test]
fn nothing_changed_and_nothing_breaks() {
    let folder = repository();
    for command in ["diff", "breaking"] {
        let ran = run(folder.path(), &["contract", command, "contracts", "--base", "main"]);
        assert_eq!((ran.code, ran.stderr.as_str()), (0, ""), "{}", ran.stdout);
        assert!(ran.stdout.contains("1 contract: no faults"), "{}", ran.stdout);
    }
    let ran = run(folder.path(), &["contract", "changelog", "contracts", "--base", "HEAD"]);
    assert_eq!((ran.code, ran.stdout.trim()), (0, "Nothing changed."));
}

#[test]
fn what_breaks_is_told_with_both_places_and_whom_it_breaks() {
    let folder = repository();
    edit(
        folder.path(),
        &[
            ("physicalType: varchar(80)", "physicalType: varchar(40)"),
            ("      - name: emp_length\n", "      - name: employed_years\n"),
        ],
    );
    fs::write(
        folder.path().join("readers.json"),
        r#"{"readings": [{"principal": "omar", "object": "loans", "columns": ["emp_length"]}]}"#,
    )
    .expect("written");
    let ran = breaking(folder.path(), &["--readers", "readers.json"]);
    assert_eq!(ran.code, 1, "{}{}", ran.stdout, ran.stderr);
    assert!(ran.stdout.contains("error[property-renamed]"), "{}", ran.stdout);
    assert!(ran.stdout.contains("read by omar"), "{}", ran.stdout);
    assert!(ran.stdout.contains("error[length-tightened]"), "{}", ran.stdout);
    assert!(ran.stdout.contains(&format!("--> {CONTRACT}:")), "{}", ran.stdout);

    let consumers = breaking(folder.path(), &["--for", "consumers"]);
    assert!(!consumers.stdout.contains("length-tightened"), "{}", consumers.stdout);

    let diff = run(folder.path(), &["contract", "diff", "contracts", "--base", "main", "--format", "json"]);
    assert_eq!(diff.code, 1, "the version was not raised");
    let entries: Value = serde_json::from_str(&diff.stdout).expect("JSON");
    assert_eq!(entries[0]["version"]["suggested"], "2.0.0", "{}", diff.stdout);
    let classes: Vec<&str> = entries[0]["changes"]
        .as_array()
        .expect("changes")
        .iter()
        .filter_map(|change| change["class"].as_str())
        .collect();
    assert!(classes.contains(&"property-renamed") && classes.contains(&"length-tightened"), "{classes:?}");
}

#[test]
fn a_version_that_announces_the_changes_is_enough() {
    let folder = repository();
    let change = ("      - name: emp_length\n", "      - name: employed_years\n");
    edit(folder.path(), &[change, ("version: 1.0.0", "version: 1.1.0")]);
    let low = run(folder.path(), &["contract", "diff", "contracts", "--base", "main"]);
    assert_eq!(low.code, 1, "{}", low.stdout);
    assert!(low.stdout.contains("error[FC-0201]") && low.stdout.contains("`2.0.0` or later"), "{}", low.stdout);
    edit(folder.path(), &[("version: 1.1.0", "version: 2.0.0")]);
    let enough = run(folder.path(), &["contract", "diff", "contracts", "--base", "main"]);
    assert_eq!(enough.code, 0, "{}", enough.stdout);
    edit(folder.path(), &[("version: 2.0.0", "version: 0.9.0")]);
    let back = run(folder.path(), &["contract", "diff", "contracts", "--base", "main"]);
    assert!(back.stdout.contains("error[FC-0202]"), "{}", back.stdout);
}

#[test]
fn a_bank_decides_about_versions_and_misspelt_classes_are_refused() {
    let folder = repository();
    edit(folder.path(), &[("name: Personal loans", "name: Loans to persons"), ("version: 1.0.0", "version: 1.0.1")]);
    let asked = |rules: &str| {
        fs::write(folder.path().join("rules.yaml"), rules).expect("written");
        run(folder.path(), &["contract", "diff", "contracts", "--base", "main", "--version-rules", "rules.yaml"])
    };
    assert_eq!(asked("name-changed: patch\n").code, 0);
    assert_eq!(asked("name-changed: minor\n").code, 1);
    let wrong = asked("name-chnged: minor\n");
    assert_eq!(wrong.code, 4);
    assert!(
        wrong.stderr.contains("FC-5043") && wrong.stderr.contains("did you mean `name-changed`?"),
        "{}",
        wrong.stderr
    );
}

#[test]
fn moved_files_are_still_their_contract_and_gone_ones_are_seen() {
    let folder = repository();
    fs::rename(folder.path().join(CONTRACT), folder.path().join("contracts/loans.odcs.yaml")).expect("moved");
    let moved = breaking(folder.path(), &[]);
    assert_eq!(moved.code, 0, "{}", moved.stdout);
    assert!(moved.stdout.contains("1 contract: no faults"), "{}", moved.stdout);
    fs::remove_file(folder.path().join("contracts/loans.odcs.yaml")).expect("removed");
    fs::write(folder.path().join("contracts/product.odps.yaml"), "kind: DataProduct\n").expect("written");
    let gone = breaking(folder.path(), &[]);
    assert_eq!(gone.code, 1, "{}{}", gone.stdout, gone.stderr);
    assert!(gone.stdout.contains("error[contract-removed]"), "{}", gone.stdout);
}

#[test]
fn files_and_folders_are_bases_too_and_nonsense_is_not() {
    let folder = repository();
    fs::create_dir_all(folder.path().join("old/lending")).expect("a folder");
    fs::copy(folder.path().join(CONTRACT), folder.path().join("old/lending/loans.v1.odcs.yaml")).expect("copied");
    edit(folder.path(), &[("name: Personal loans", "name: Loans to persons")]);
    for (what, base) in [(CONTRACT, "old/lending/loans.v1.odcs.yaml"), ("contracts", "old")] {
        let ran = run(folder.path(), &["contract", "changelog", what, "--base", base]);
        assert_eq!(ran.code, 0, "{}", ran.stderr);
        assert!(ran.stdout.contains("name-changed"), "{}", ran.stdout);
    }
    for (what, base, code) in [("contracts", "mian", 4), ("contracts", CONTRACT, 2), (CONTRACT, "contracts", 2)] {
        let ran = run(folder.path(), &["contract", "diff", what, "--base", base]);
        assert_eq!(ran.code, code, "{base}: {}", ran.stderr);
        assert!(ran.stderr.starts_with("error[FC-5041]"), "{}", ran.stderr);
    }
}
