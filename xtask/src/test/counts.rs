//! How many tests passed and failed, from the runners' own reports.

use std::fs;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use super::postgres;
use crate::house::House;
use crate::run::{self, Runner};
use crate::say;

/// Passed and failed tests; skipped ones are neither.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Counts {
    pub(super) passed: u64,
    pub(super) failed: u64,
}

impl Counts {
    /// Nothing that is counted, or one failure.
    pub(super) fn check(ok: bool) -> Self {
        Self { passed: 0, failed: u64::from(!ok) }
    }

    /// Adds to the sum.
    pub(super) fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
    }

    /// A runner that failed without counting a failure broke before it could count.
    fn of_run(self, succeeded: bool) -> Self {
        Self { failed: if succeeded { self.failed } else { self.failed.max(1) }, ..self }
    }
}

/// Runs the workspace's Rust tests: with `cargo nextest` where it is present, else with `cargo test`.
pub(super) fn rust(house: &House, runner: &Runner, postgres_url: &str, nightly: bool) -> Result<Counts> {
    let mut command = house.cargo();
    command.env(postgres::URL, postgres_url);
    if run::is_present("cargo-nextest") {
        command.args(["nextest", "run", "--workspace", "--locked", "--no-fail-fast"]);
        if nightly {
            command.args(["--run-ignored", "all"]);
        }
        // nextest's own folder is in the workspace, wherever Cargo builds.
        return junit(&house.root().join("target/nextest/default/junit.xml"), || runner.run(&mut command));
    }
    command.args(["test", "--workspace", "--locked", "--no-fail-fast", "--bins", "--lib", "--tests"]);
    if nightly {
        command.args(["--", "--include-ignored"]);
    }
    cargo_test(&mut command)
}

/// Runs a test runner that writes a JUnit report to `path`, and counts what the report says.
pub(super) fn junit(path: &Path, run: impl FnOnce() -> Result<bool>) -> Result<Counts> {
    // The report of an earlier run must not be taken for this one's.
    if path.exists() {
        fs::remove_file(path).with_context(|| format!("cannot remove `{}`", path.display()))?;
    }
    let succeeded = run()?;
    match fs::read_to_string(path) {
        Ok(report) => Ok(of_junit(&report).of_run(succeeded)),
        Err(error) if succeeded => {
            Err(error).with_context(|| format!("the runner left no report `{}`", path.display()))
        }
        Err(_) => Ok(Counts::check(false)),
    }
}

/// Runs `cargo test`, shows what it prints, and counts the lines in which it sums up.
pub(super) fn cargo_test(command: &mut Command) -> Result<Counts> {
    let output = command.stdin(Stdio::null()).stderr(Stdio::inherit()).output().context("cannot run `cargo test`")?;
    let printed = String::from_utf8_lossy(&output.stdout);
    say::line(printed.trim_end());
    Ok(of_cargo_test(&printed).of_run(output.status.success()))
}

fn of_junit(report: &str) -> Counts {
    let mut counts = Counts::default();
    for suite in report.split("<testsuite ").skip(1) {
        let tag = suite.split('>').next().unwrap_or("");
        let attribute = |name: &str| -> u64 {
            let value = tag.split_once(&format!("{name}=\"")).and_then(|(_, rest)| rest.split('"').next());
            value.and_then(|value| value.parse().ok()).unwrap_or(0)
        };
        let failed = attribute("failures") + attribute("errors");
        let skipped = attribute("skipped") + attribute("disabled");
        counts.add(Counts { passed: attribute("tests").saturating_sub(failed + skipped), failed });
    }
    counts
}

fn of_cargo_test(printed: &str) -> Counts {
    let mut counts = Counts::default();
    for line in printed.lines().filter(|line| line.starts_with("test result: ")) {
        let count = |what: &str| -> u64 {
            let before = line.split(what).next().filter(|before| before.len() < line.len()).unwrap_or("");
            before.split_whitespace().next_back().and_then(|number| number.parse().ok()).unwrap_or(0)
        };
        counts.add(Counts { passed: count(" passed"), failed: count(" failed") });
    }
    counts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suites_of_a_junit_report_are_summed() {
        let report = r#"<testsuites name="run" tests="9" failures="9" errors="9">
            <testsuite name="a" tests="5" disabled="1" errors="1" failures="1"><testcase name="x"/></testsuite>
            <testsuite name="b" errors="0" failures="0" skipped="2" tests="4" time="1.0"></testsuite></testsuites>"#;
        assert_eq!(of_junit(report), Counts { passed: 4, failed: 2 });
    }

    #[test]
    fn the_lines_of_cargo_test_are_summed() {
        let printed = "running 3 tests\ntest result: FAILED. 2 passed; 1 failed; 4 ignored; 0 measured\n\n\
                       test result: ok. 10 passed; 0 failed; 0 ignored; 0 measured\n";
        assert_eq!(of_cargo_test(printed), Counts { passed: 12, failed: 1 });
    }

    #[test]
    fn a_run_that_breaks_before_it_counts_is_a_failure() {
        assert_eq!(of_junit("").of_run(false), Counts { passed: 0, failed: 1 });
        assert_eq!(of_junit("").of_run(true), Counts { passed: 0, failed: 0 });
    }

    #[test]
    fn an_earlier_report_is_not_counted() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("junit.xml");
        fs::write(&path, r#"<testsuite name="a" tests="5" failures="0" errors="0">"#).expect("a report");
        assert_eq!(junit(&path, || Ok(false)).expect("counts"), Counts { passed: 0, failed: 1 });
        assert!(junit(&path, || Ok(true)).is_err(), "success without a report is not believed");
    }
}
