use std::fs;
use std::path::Path;

use crate::run::run;

const SAMPLE: &str = "domains/lending/sample/lending_club_loans_2018q1.csv";

fn mesh() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the mesh's folder")
}

#[test]
fn a_draft_lints_and_knows_its_domain_and_its_place() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("loans.odcs.yaml");
    let name = file.to_str().expect("a name");
    let infer = ["contract", "infer", SAMPLE, "--name", "loans", "--currency", "USD", "--output", name];
    let ran = run(mesh(), &infer);
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.as_str()), (0, "", ""));
    let text = fs::read_to_string(&file).expect("the draft");
    assert!(text.contains("domain: lending") && text.contains("path: sample/lending_club_loans_2018q1.csv"), "{text}");
    let lint = run(folder.path(), &["contract", "lint", "loans.odcs.yaml"]);
    assert_eq!(lint.code, 0, "{}", lint.stdout);

    let again = run(mesh(), &infer);
    assert!(again.code == 2 && again.stderr.contains("FC-5036"), "{}", again.stderr);
}

#[test]
fn a_query_is_drafted_without_a_server() {
    let sql = "SELECT grade, avg(interest_rate) AS rate FROM lending_club_loans_2018q1 GROUP BY grade";
    let ran = run(mesh(), &["contract", "infer", SAMPLE, "--sql", sql, "--name", "by_grade"]);
    assert_eq!((ran.code, ran.stderr.as_str()), (0, ""));
    assert!(
        ran.stdout.contains("id: \"urn:fince:lending:by_grade\"") && !ran.stdout.contains("servers:"),
        "{}",
        ran.stdout
    );
    let wrong = run(mesh(), &["contract", "infer", SAMPLE, "--sql", "DROP TABLE x"]);
    assert!(wrong.code == 1 && wrong.stderr.contains("FC-5034"), "{}", wrong.stderr);
    let named = run(mesh(), &["contract", "infer", SAMPLE, "--name", "By Grade"]);
    assert!(named.code == 2 && named.stderr.contains("`by_grade`"), "{}", named.stderr);
}
