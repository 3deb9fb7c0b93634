//! Nothing is silenced: no `allow`, and a test is left out only of the daily run, never of all.

use super::finding::Finding;
use super::tree::Tree;

/// The one reason to ignore a test; `cargo xtask test --nightly` runs these, and docs/testing.md lists them.
const NIGHTLY: &str = "#[ignore = \"nightly: ";

const TESTING: &str = "docs/testing.md";

pub(crate) fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    for file in tree.rust() {
        let mut ignored = None;
        for (number, line) in file.lines() {
            let code = line.trim_start();
            let mut found = |message: &str| findings.push(Finding::new(&file.path, number, message));
            if code.starts_with("#[allow(") || code.starts_with("#![allow(") {
                found("write `#[expect(lint, reason = \"…\")]`: an `allow` outlives its cause");
            }
            if code.starts_with("#[ignore") {
                if code.starts_with(NIGHTLY) {
                    ignored = Some(number);
                } else {
                    found("a test is ignored only as `#[ignore = \"nightly: why\"]`");
                }
            }
            if let (Some(at), Some(name)) = (ignored, function_name(code)) {
                ignored = None;
                if !tree.file(TESTING).is_some_and(|file| file.text.contains(name)) {
                    let message = format!("list `{name}` among the nightly tests of {TESTING}");
                    findings.push(Finding::new(&file.path, at, message));
                }
            }
        }
    }
    findings
}

fn function_name(code: &str) -> Option<&str> {
    let after = code.strip_prefix("async ").unwrap_or(code).strip_prefix("fn ")?;
    after.split('(').next()
}

#[cfg(test)]
mod tests {
    use super::super::finding::lines;
    use super::super::tree::planted;
    use super::*;

    #[test]
    fn silenced_lints_and_lost_tests_are_found() {
        let source = "#![allow(dead_code)]\n#[allow(unused)]\nfn a() {}\n#[test]\n#[ignore]\nfn lost() {}\n\
                      #[test]\n#[ignore = \"nightly: slow\"]\nasync fn listed() {}\n#[ignore = \"nightly: slow\"]\nfn unlisted() {}\n";
        let (_folder, tree) = planted(&[("a.rs", source), ("docs/testing.md", "- `listed`\n")]);
        assert_eq!(
            lines(&check(&tree)),
            [
                "a.rs:1: write `#[expect(lint, reason = \"…\")]`: an `allow` outlives its cause",
                "a.rs:2: write `#[expect(lint, reason = \"…\")]`: an `allow` outlives its cause",
                "a.rs:5: a test is ignored only as `#[ignore = \"nightly: why\"]`",
                "a.rs:10: list `unlisted` among the nightly tests of docs/testing.md",
            ]
        );
    }
}
