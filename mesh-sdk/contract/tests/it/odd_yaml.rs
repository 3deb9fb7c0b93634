//! Texts that readers of YAML disagree about, or choke on: each is read in the one way stated here, or refused with a
//! place, within a bounded memory.

use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use mesh_contract::gate::Gate;
use mesh_contract::{Contract, Report};

use crate::resolved::LOANS;

/// More than any document of the corpus takes, and far less than what a bomb would: a tree of 200,000 values.
const MEMORY_BYTES_MAX: u64 = 400 << 20;

/// Not a measurement: a reader that never ends fails instead of hanging the build.
const HANGS_AFTER: Duration = Duration::from_secs(120);

/// How a document is received.
enum Expected {
    /// As a contract without errors.
    Read,
    /// As the same contract as [`LOANS`].
    Same,
    /// Not: the first error has this code and stands in this line.
    Refused(&'static str, usize),
}
use Expected::{Read, Refused, Same};

fn with(from: &str, to: &str) -> String {
    assert!(LOANS.contains(from), "the sample has no `{from}`");
    LOANS.replacen(from, to, 1)
}

/// The sample with another description of its purpose.
fn purpose(yaml: &str) -> String {
    with("purpose: Know the loans", &format!("purpose: {yaml}"))
}

/// The sample with a custom property of that value.
fn custom(yaml: &str) -> String {
    format!("{LOANS}customProperties:\n  - {{property: odd, value: {yaml}}}\n")
}

fn ordinary() -> Vec<(&'static str, String, Expected)> {
    vec![
        ("line ends of Windows", LOANS.replace('\n', "\r\n"), Same),
        ("a byte order mark", format!("\u{feff}{LOANS}"), Same),
        ("a document start", format!("---{LOANS}"), Same),
        ("a document start and end", format!("---{LOANS}...\n"), Same),
        ("comments everywhere", LOANS.replace("\n", " # loans\n"), Same),
        ("blank lines", LOANS.replace('\n', "\n\n"), Same),
        ("quotes where none are needed", with("status: active", "\"status\": 'active'"), Same),
        (
            "a folded scalar",
            purpose("x").replace(
                "{purpose: x, usage: Join by loan_id}",
                "\n  usage: Join by loan_id\n  purpose: >-\n    Know\n    the loans",
            ),
            Same,
        ),
        ("an anchor that is not used", with("status: active", "status: &state active"), Same),
        (
            "an alias of a scalar",
            with("domain: lending\ndataProduct: lending", "domain: &d lending\ndataProduct: *d"),
            Same,
        ),
        ("tabs between tokens", with("status: active", "status:\tactive\t"), Same),
        ("a tag of the core schema", with("status: active", "status: !!str active"), Same),
        (
            "a tag of a program's object, which nothing here obeys",
            with("status: active", "status: !!python/object:os.system active"),
            Same,
        ),
        (
            "a literal scalar",
            purpose("x").replace(
                "{purpose: x, usage: Join by loan_id}",
                "\n  purpose: |\n    Know\n      the loans\n\n    # no comment",
            ),
            Read,
        ),
        ("every plane of unicode", purpose("größe 利率 🏦 \u{10FFFF} e\u{301}"), Read),
        ("a line separator", purpose("\"one\u{2028}two\""), Read),
        ("an escape", purpose(r#""tab\t, \u20AC and \U0001F3E6""#), Read),
        ("Norway", custom("NO"), Read),
        ("words that were booleans once", custom("[yes, no, on, off, y, n, Y, N]"), Read),
        ("a date without quotes", custom("2026-11-22"), Read),
        ("a time without quotes", custom("2026-11-22T10:00:00Z"), Read),
        ("a number of base sixty", custom("12:30:45"), Read),
        ("octal numbers old and new", custom("[017, 0o17, 0x1F]"), Read),
        ("numbers with underscores", custom("1_000"), Read),
        ("numbers beyond 64 bits", custom("[18446744073709551616, -1e-400]"), Read),
        ("an empty value", custom("~"), Read),
        ("keys that are numbers and words", custom("{1: one, true: two, 1.5: three}"), Read),
        ("a megabyte of text", purpose(&"word ".repeat(210_000)), Read),
        ("a megabyte of columns", columns(4_000), Read),
        ("a megabyte of comments", format!("{}{LOANS}", "# word word word word\n".repeat(50_000)), Same),
    ]
}

fn columns(count: usize) -> String {
    let column = |index| {
        format!(
            "      - {{name: column_{index}, logicalType: string, physicalType: 'varchar(100)', required: true, \
             classification: internal, description: 'The column of number {index}, with some words, such as people write \
             them, that make the document long enough'}}\n"
        )
    };
    let columns: String = (0..count).map(column).collect();
    let text = with("    properties:\n", &format!("    properties:\n{columns}"));
    assert!(text.len() > 900_000, "{}", text.len());
    text
}

fn refused() -> Vec<(&'static str, String, Expected)> {
    let nines = |levels: usize| {
        let mut text = String::from("a0: &a0 [x, x, x, x, x, x, x, x, x]\n");
        for level in 1..levels {
            text += &format!("a{level}: &a{level} [{}]\n", vec![format!("*a{}", level - 1); 9].join(", "));
        }
        text
    };
    vec![
        ("nothing", String::new(), Refused("FC-0007", 1)),
        ("a comment alone", "# nothing\n".to_owned(), Refused("FC-0007", 0)),
        ("a list", "- a\n- b\n".to_owned(), Refused("FC-0007", 1)),
        ("a key that stands twice", with("status: active", "status: active\nstatus: draft"), Refused("FC-0002", 8)),
        (
            "a key that stands twice, quoted once",
            with("status: active", "status: active\n'status': draft"),
            Refused("FC-0002", 8),
        ),
        ("a merge key", format!("{LOANS}base: &base {{a: 1}}\nmore: {{<<: *base}}\n"), Refused("FC-0005", 0)),
        ("two documents", format!("{LOANS}---\n{LOANS}"), Refused("FC-0005", 0)),
        ("tabs as indentation", with("  - name: loans", "\t- name: loans"), Refused("FC-0001", 0)),
        ("a boolean of old", with("        required: true", "        required: yes"), Refused("FC-0008", 0)),
        ("a version that is a number", with("version: 1.2.0", "version: 1.0"), Refused("FC-0008", 6)),
        ("a date that is no date", format!("{LOANS}contractCreatedTs: 2026-02-30\n"), Refused("FC-0026", 0)),
        ("an alias of nothing", with("status: active", "status: *nobody"), Refused("FC-0001", 7)),
        ("an alias of itself", with("description: {", "description: &d {limitations: *d, "), Refused("FC-0001", 0)),
        ("9⁹ aliases", nines(9), Refused("FC-0003", 0)),
        ("a depth of 100,000 in brackets", format!("{LOANS}x: {}", "[".repeat(100_000)), Refused("FC-0003", 0)),
        ("a depth of 100,000 in braces", format!("{LOANS}x: {}", "{a: ".repeat(100_000)), Refused("FC-0003", 0)),
        ("a depth of 100,000 in dashes", format!("{LOANS}x:\n  {}", "- ".repeat(100_000)), Refused("FC-0003", 0)),
        ("a depth of 100,000 question marks", format!("{LOANS}x:\n  {}", "? ".repeat(100_000)), Refused("FC-0003", 0)),
        ("a scalar that never ends", with("status: active", "status: \"active"), Refused("FC-0001", 0)),
        ("a list that never ends", format!("{LOANS}x: [a, b\n"), Refused("FC-0001", 0)),
        ("a key without an end", format!("{LOANS}{}\n", "k".repeat(2_000_000)), Refused("FC-0001", 0)),
        ("a list as a key", format!("{LOANS}? [a, b]\n: c\n"), Refused("FC-0001", 0)),
        ("not a number", custom(".nan"), Refused("FC-0001", 0)),
        ("an infinity", custom("[-.inf]"), Refused("FC-0001", 0)),
        ("a number that is infinite in 64 bits", custom("1e400"), Refused("FC-0001", 0)),
        ("a key of nothing", custom("{~: x}"), Refused("FC-0001", 0)),
        ("a NUL", with("status: active", "status: act\0ive"), Refused("FC-0004", 7)),
        ("a NUL that is an escape", purpose(r#""a\0b""#), Refused("FC-0004", 0)),
        ("a direction mark", purpose("a\u{202E}b"), Refused("FC-0004", 10)),
        ("a direction mark that is an escape", purpose(r#""a\u202Eb""#), Refused("FC-0004", 0)),
        ("half a surrogate pair", purpose(r#""\uD83C""#), Refused("FC-0001", 0)),
        ("five thousand columns", columns(5_000), Refused("FC-0003", 0)),
        ("five megabytes", purpose(&"x".repeat(5 << 20)), Refused("FC-0003", 1)),
    ]
}

#[test]
fn odd_documents_are_read_in_one_way() {
    check(ordinary());
}

#[test]
fn what_cannot_be_read_is_refused_with_a_place() {
    check(refused());
}

fn check(corpus: Vec<(&'static str, String, Expected)>) {
    let same = Contract::parse("loans", LOANS).expect("the sample").hash;
    let mut wrong = Vec::new();
    for (name, text, expected) in corpus {
        let (contract, report) = read(name, text);
        spans_lie_within(name, &report);
        let errors: Vec<(String, usize)> = report
            .iter()
            .filter(|fault| fault.severity == mesh_contract::diagnostic::Severity::Error)
            .map(|fault| (fault.code.to_string(), fault.span.line))
            .collect();
        let as_expected = match (&expected, &contract) {
            (Read, Some(_)) => true,
            (Same, Some(contract)) => contract.hash == same,
            (Refused(code, line), None) => {
                errors.first().is_some_and(|(found, at)| found == code && *at >= 1 && (*line == 0 || at == line))
            }
            _ => false,
        };
        if !as_expected {
            let read = contract.map(|contract| contract.hash == same);
            wrong.push(format!(
                "{name}: read as the same: {read:?}, errors {:?}",
                errors.iter().take(3).collect::<Vec<_>>()
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Reads on a thread with the stack of an ordinary thread, watching memory.
fn read(name: &'static str, text: String) -> (Option<Contract>, Report) {
    let before = peak_memory_bytes();
    let (sender, receiver) = mpsc::channel();
    let reader = thread::spawn(move || {
        let (contract, report) = Contract::lint(name, &text);
        let gate = Gate::new("2026-11-22".parse().expect("a day"));
        let judged = gate.lint(&[(name, &text)]).remove(0);
        assert_eq!(judged.0, contract, "the gate reads as everybody does");
        let _ = sender.send((contract, report));
    });
    let read = receiver.recv_timeout(HANGS_AFTER);
    assert!(read.is_ok(), "{name}: the reader panicked or does not end");
    assert!(reader.join().is_ok(), "{name}: the reader panicked");
    if let (Some(before), Some(after)) = (before, peak_memory_bytes()) {
        assert!(
            after.saturating_sub(before) < MEMORY_BYTES_MAX,
            "{name} took {} MiB",
            after.saturating_sub(before) >> 20
        );
    }
    read.expect("checked above")
}

/// The most memory this process has held, where the system tells.
fn peak_memory_bytes() -> Option<u64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().trim_end_matches(" kB").parse::<u64>().ok().map(|kib| kib << 10)
}

fn spans_lie_within(name: &str, report: &Report) {
    for fault in report {
        for span in std::iter::once(&fault.span).chain(fault.labels.iter().map(|(span, _)| span)) {
            assert!(report.text().get(span.start..span.start + span.len).is_some(), "{name}: {fault:?}");
            assert!(span.line >= 1 && span.column >= 1, "{name}: {fault:?}");
        }
    }
}
