//! `fince policy test`: rules and their cases, for a build to run.

use crate::run::run;

const RULES: &str = "@id(\"no-marketing\") forbid (principal, action, resource) when { resource.personal && \
                     context.purposes.contains(\"marketing\") };";

fn cases(refused_by: &str) -> String {
    format!(
        r#"{{"cases": [{{"name": "no marketing", "refused_by": [{refused_by}], "ask": {{"action": "request", "days": 30,
           "principal": {{"name": "omar"}}, "purposes": ["marketing"],
           "port": {{"name": "lending.loans", "classification": "internal", "personal": true}}}}}}]}}"#
    )
}

#[test]
fn cases_hold_or_end_the_build() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).expect("written");
    let test = || {
        let ran = run(folder.path(), &["policy", "test", "marketing.cedar"]);
        (ran.code, ran.stdout, ran.stderr)
    };
    write("marketing.cedar", RULES);
    let (code, _, told) = test();
    assert!(code == 4 && told.contains("marketing.cases.json"), "{told}");
    write("marketing.cases.json", &cases("\"no-marketing\""));
    assert_eq!(test(), (0, "1 cases, all as expected\n".to_owned(), String::new()));
    write("marketing.cases.json", &cases(""));
    let (code, _, told) = test();
    let expected = "no marketing: expected it to be allowed, found a refusal by `no-marketing`";
    assert!(code == 1 && told.contains("FC-5057") && told.contains(expected), "{told}");
    write("marketing.cedar", "permit (principal, action, resource);");
    let (code, _, told) = test();
    assert!(code == 1 && told.contains("FC-5056"), "{told}");
}
