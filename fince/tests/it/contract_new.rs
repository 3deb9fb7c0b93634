use std::fs;
use std::path::Path;

use crate::mesh::{Mesh, fince, free_base};
use crate::run::{Ran, ran, run};

fn publish(mesh: &Path, data: &Path, domain: &str) -> Ran {
    ran(fince(mesh, data, free_base()).args(["publish", domain]).output().expect("the binary runs"))
}

#[test]
fn a_new_domain_lints_publishes_and_answers() {
    let folder = tempfile::tempdir().expect("a folder");
    let (root, data) = (folder.path().join("mesh"), folder.path().join("data"));
    for made in ["contracts", "domains"] {
        fs::create_dir_all(root.join(made)).expect("a folder");
    }
    let new = run(&root, &["new", "domain", "treasury"]);
    assert_eq!((new.code, new.stderr.as_str()), (0, "next: fince publish treasury\n"));
    assert_eq!(new.stdout.lines().count(), 6, "{}", new.stdout);
    let lint = run(&root, &["contract", "lint", "contracts", "domains"]);
    assert!(lint.code == 0 && lint.stdout.trim_end().ends_with("no faults"), "{}", lint.stdout);
    let format = run(&root, &["contract", "fmt", "--check", "contracts", "domains"]);
    assert_eq!((format.code, format.stdout.as_str()), (0, ""));

    let port = run(&root, &["contract", "new", "amounts", "--domain", "treasury"]);
    assert_eq!(port.code, 0, "{}", port.stderr);
    let lint = run(&root, &["contract", "lint", "contracts", "domains"]);
    assert_eq!(lint.code, 0, "{}", lint.stdout);
    assert!(fs::read_to_string(root.join("domains/treasury/product.odps.yaml")).expect("it").contains("name: amounts"));

    let mesh = Mesh::up(&root, &data);
    let url = mesh.flight(11).to_string();
    let ask = |sql: &str| {
        let ask = ["sql", "--as", "omar", "--url", &url, "-f", "csv", sql];
        ran(fince(&root, &data, mesh.base).args(ask).output().expect("the binary runs"))
    };
    let total = ask("SELECT count(*) AS n, sum(change) AS change FROM treasury.entries");
    assert_eq!((total.code, total.stdout.as_str()), (0, "n,change\n10,2879.40\n"), "{}", total.stderr);
    let notes = ask("SELECT count(note) AS notes FROM treasury.amounts WHERE booked_on >= DATE '2026-02-01'");
    assert_eq!((notes.code, notes.stdout.as_str()), (0, "notes\n2\n"), "{}", notes.stderr);
    assert_eq!(mesh.interrupt(), Some(0));
    let again = publish(&root, &data, "treasury");
    assert_eq!(again.code, 0, "{}", again.stderr);
}

#[test]
fn nothing_is_written_over_what_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let root = folder.path();
    fs::create_dir_all(root.join("domains/lending")).expect("a folder");
    fs::create_dir_all(root.join("contracts")).expect("a folder");
    let there = run(root, &["new", "domain", "lending"]);
    assert!(there.code == 2 && there.stderr.starts_with("error[FC-5036]"), "{}", there.stderr);
    let name = run(root, &["new", "domain", "Private Wealth"]);
    assert!(name.code == 2 && name.stderr.contains("`private_wealth`"), "{}", name.stderr);
    assert_eq!(fs::read_dir(root.join("domains")).expect("listed").count(), 1);

    assert_eq!(run(root, &["new", "domain", "deposits"]).code, 0);
    let port = run(root, &["contract", "new", "entries", "--domain", "deposits"]);
    assert!(port.code == 2 && port.stderr.starts_with("error[FC-5036]"), "{}", port.stderr);
    let input = run(root, &["contract", "new", "fees", "--domain", "deposits", "--from", "nothing"]);
    assert!(input.code == 2 && input.stderr.contains("it has `entries`"), "{}", input.stderr);
}
