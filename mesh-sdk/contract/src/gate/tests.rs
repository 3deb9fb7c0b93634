//! What the tests of the rules share: a contract that keeps all of them.

use super::*;

/// Keeps every rule.
pub(super) const GOOD: &str = r#"apiVersion: v3.2.0
kind: DataContract
id: urn:bank:lending:loans
version: 1.0.0
status: active
domain: lending
description:
  purpose: Say what was lent
  limitations: Say nothing of applicants
schema:
  - name: loans
    description: Loans of the book
    dataGranularityDescription: one row a loan
    properties:
      - {name: loan_id, logicalType: integer, description: The loan, classification: internal, primaryKey: true, primaryKeyPosition: 1, logicalTypeOptions: {minimum: 1}}
      - {name: loan_amount, logicalType: number, physicalType: 'decimal(18,2)', description: Principal lent, classification: internal, customProperties: [{property: unit, value: USD}]}
      - {name: branch, logicalType: integer, description: Number of the branch, classification: internal}
      - {name: tax_number, logicalType: string, description: Tax number of the borrower, classification: restricted, customProperties: [{property: mask, value: hash}]}
      - {name: status, logicalType: string, description: Where the loan stands, classification: internal, criticalDataElement: true}
      - name: grade
        logicalType: string
        description: Credit grade
        classification: internal
        quality: [{metric: invalidValues, arguments: {validValues: [A, B]}, mustBe: 0}]
      - name: address
        logicalType: object
        description: Where the borrower lives
        classification: internal
        properties:
          - {name: city, logicalType: string, description: City of the borrower, classification: internal}
    quality:
      - {name: status_known, type: sql, query: "SELECT count(*) FROM {object} WHERE status = ''", mustBe: 0}
slaProperties:
  - {property: latency, value: 1, unit: d}
  - {property: retention, value: 10, unit: y}
team:
  members: [{username: lena@bank.example, role: owner}]
support:
  - {channel: lending, tool: email, url: "mailto:lending@bank.example"}
"#;

/// A port that refers to `loans`, kept so long.
pub(super) fn schedules(retention: &str) -> String {
    GOOD.replace("loans", "schedules")
        .replace("value: 10, unit: y", &format!("value: {retention}"))
        .replace(
            "The loan, classification: internal",
            "The loan, classification: internal, relationships: [{to: loans.loan_id}]",
        )
        .replace("status = ''", "loan_id = 0")
        .replace(", criticalDataElement: true", "")
}

fn gate() -> Gate {
    Gate::new("2026-11-22".parse().expect("a day"))
}

/// The codes found in each of the contracts given together.
pub(super) fn codes_with(texts: &[&str]) -> Vec<String> {
    let documents: Vec<(&str, &str)> = texts.iter().map(|text| ("c.yaml", *text)).collect();
    let codes = |report: &Report| report.iter().map(|fault| fault.code.to_string()).collect::<Vec<_>>();
    let mut found = Vec::new();
    for (contract, report) in gate().lint(&documents) {
        assert!(contract.is_some(), "{report}");
        let mut codes = codes(&report);
        codes.sort();
        found.push(codes.join(" "));
    }
    found
}

/// The codes found in one contract.
pub(super) fn codes_of(text: &str) -> String {
    codes_with(&[text]).remove(0)
}

fn changed(from: &str, to: &str) -> String {
    assert!(GOOD.contains(from), "the contract has no `{from}`");
    GOOD.replacen(from, to, 1)
}

/// With the change the contract breaks that rule and no other, and the text that is underlined is `at`.
pub(super) fn breaks(code: &str, from: &str, to: &str, at: &str) {
    let text = changed(from, to);
    let (contract, report) = gate().lint(&[("c.yaml", &text)]).remove(0);
    assert!(contract.is_some(), "{report}");
    let found: Vec<_> = report.iter().filter(|fault| fault.code.to_string() == code).collect();
    let [fault] = found.as_slice() else { panic!("expected one {code}:\n{report}") };
    let span = fault.span;
    assert_eq!(text.get(span.start..span.start + span.len), Some(at), "{report}");
    assert!(fault.help.is_some(), "{report}");
}

/// With the change the contract still keeps the rule.
pub(super) fn keeps(code: &str, from: &str, to: &str) {
    let found = codes_of(&changed(from, to));
    assert!(!found.contains(code), "{found}");
}

#[test]
fn the_sample_keeps_every_rule() {
    assert_eq!(codes_of(GOOD), "");
    assert_eq!(codes_of(&schedules("10, unit: y")), "");
}

#[test]
fn rules_are_told_apart() {
    let waivers = super::WAIVER_CODES.iter().map(|(code, _)| *code);
    let codes = (101..).map(Code).filter(|code| waivers.clone().all(|waiver| waiver != *code));
    for (rule, code) in RULES.iter().zip(codes) {
        assert_eq!(rule.code, code, "{}", rule.name);
        assert!(RULES.iter().filter(|other| other.name == rule.name).count() == 1, "{}", rule.name);
    }
}

#[test]
fn what_a_draft_lacks_is_a_warning_until_it_is_registered() {
    let text = changed("status: active", "status: draft").replace("role: owner", "role: steward");
    let errors = |gate: Gate| gate.lint(&[("c.yaml", &text)]).remove(0).1.has_errors();
    assert!(!errors(gate()));
    assert!(errors(gate().registering()));
}

#[test]
fn an_invalid_contract_tells_its_faults_and_is_not_judged() {
    let text = GOOD.replace("status: active", "status: activ").replace("role: owner", "role: steward");
    let (contract, report) = gate().lint(&[("c.yaml", &text)]).remove(0);
    assert!(contract.is_none());
    assert!(report.iter().all(|fault| fault.code == codes::UNKNOWN_WORD), "{report}");
}

#[test]
fn a_column_that_explains_nothing_is_told_once_by_each_rule() {
    let text = changed("description: Principal lent, classification: internal, ", "");
    assert_eq!(codes_of(&text), "FC-0106 FC-0107");
}
