//! Findings as JUnit XML: a suite for each document, a failed case for each error.

use quick_junit::{NonSuccessKind, Report, TestCase, TestCaseStatus, TestSuite};

use super::{Finding, Findings, Level, text};
use crate::failure::{Failure, codes};
use crate::output::Paint;

pub(super) fn render(findings: &Findings) -> Result<String, Failure> {
    let mut report = Report::new(format!("fince {}", findings.command));
    for file in &findings.files {
        let of_file = |finding: &&Finding| finding.place.as_ref().is_some_and(|place| place.source.file == *file);
        report.add_test_suite(suite(file, findings.list.iter().filter(of_file)));
    }
    let elsewhere =
        |finding: &&Finding| finding.place.as_ref().is_none_or(|place| !findings.files.contains(&place.source.file));
    if findings.list.iter().any(|finding| elsewhere(&finding)) {
        report.add_test_suite(suite(findings.command, findings.list.iter().filter(elsewhere)));
    }
    let text = report
        .to_string()
        .map_err(|error| Failure::failed(codes::OUTPUT, "cannot write the findings").because(&error))?;
    Ok(text.trim_end().to_owned())
}

fn suite<'a>(name: &str, findings: impl Iterator<Item = &'a Finding>) -> TestSuite {
    let mut suite = TestSuite::new(name);
    suite.add_test_cases(findings.map(|finding| case(name, finding)));
    if suite.test_cases.is_empty() {
        let mut clean = TestCase::new("no faults", TestCaseStatus::success());
        clean.set_classname(name);
        suite.add_test_case(clean);
    }
    suite
}

/// A build server fails a build for any failed case, and warnings are no reason to: they pass, with their text.
fn case(suite: &str, finding: &Finding) -> TestCase {
    let place = finding.place.as_ref().map(|place| format!(" {}:{}", place.line, place.column)).unwrap_or_default();
    let name = format!("{}{place}", finding.class);
    let story = text::story(finding, Paint(false));
    let mut case = if finding.level == Level::Error {
        let mut status = TestCaseStatus::non_success(NonSuccessKind::Failure);
        status.set_type(finding.class.as_str()).set_message(finding.message.as_str()).set_description(story);
        TestCase::new(name, status)
    } else {
        let mut case = TestCase::new(name, TestCaseStatus::success());
        case.set_system_out(story);
        case
    };
    case.set_classname(suite);
    case
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn errors_fail_warnings_pass_and_clean_files_count() {
        insta::assert_snapshot!(render(&samples::three()).expect("XML"), @r#"
        <?xml version="1.0" encoding="UTF-8"?>
        <testsuites name="fince contract lint" tests="4" skipped="0" failures="1" errors="0">
            <testsuite name="contracts/my loans.yaml" tests="1" skipped="0" errors="0" failures="1">
                <testcase name="FC-0002 2:1" classname="contracts/my loans.yaml">
                    <failure message="the key `kind` stands twice" type="FC-0002">error[FC-0002]: the key `kind` stands twice
          --&gt; contracts/my loans.yaml:2:1
            2 | kind: DataContract
              | ^^^^
          --&gt; contracts/my loans.yaml:1:1
            1 | kind: DataContract
              | ^^^^ first here
          help: keep one of them</failure>
                </testcase>
            </testsuite>
            <testsuite name="claims.yaml" tests="1" skipped="0" errors="0" failures="0">
                <testcase name="FC-0009 1:4" classname="claims.yaml">
                    <system-out>warning[FC-0009]: `a|b` is not &lt;known&gt;\nhere
          --&gt; claims.yaml:1:4
            1 | a: &lt;b&gt;
              |    ^^^</system-out>
                </testcase>
            </testsuite>
            <testsuite name="clean.yaml" tests="1" skipped="0" errors="0" failures="0">
                <testcase name="no faults" classname="clean.yaml"/>
            </testsuite>
            <testsuite name="contract lint" tests="1" skipped="0" errors="0" failures="0">
                <testcase name="owner_changed" classname="contract lint">
                    <system-out>note[owner_changed]: the owner changed</system-out>
                </testcase>
            </testsuite>
        </testsuites>
        "#);
    }
}
