//! The layout of documents: it settles, keeps the meaning and keeps the comments.

use std::path::{Path, PathBuf};

use mesh_contract::Contract;
use mesh_contract::format::format;
use mesh_contract::product::Manifest;
use proptest::prelude::*;

fn documents() -> Vec<(String, String)> {
    fn search(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                search(&path, found);
            } else if path.extension().is_some_and(|ending| ending == "yaml") {
                found.push(path);
            }
        }
    }
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut found = Vec::new();
    search(&root.join("contracts"), &mut found);
    search(&root.join("domains"), &mut found);
    found.sort();
    found.into_iter().map(|path| (path.display().to_string(), std::fs::read_to_string(&path).unwrap())).collect()
}

/// Those that are quickly printed many times over, without optimisation too.
fn short_documents() -> Vec<(String, String)> {
    let mut short = documents();
    short.retain(|(_, text)| text.len() < 9_000);
    assert!(short.len() >= 2, "{}", short.len());
    short
}

fn comments(text: &str) -> usize {
    text.matches("# mark").count()
}

#[test]
fn every_document_of_the_repository_settles_and_keeps_its_hash() {
    let documents = documents();
    assert!(documents.len() >= 6);
    for (file, text) in documents {
        let laid_out = format(&file, &text).unwrap_or_else(|report| panic!("{report}"));
        assert_eq!(format(&file, &laid_out).unwrap(), laid_out, "{file}");
        if file.ends_with(".odps.yaml") {
            assert_eq!(Manifest::parse(&file, &laid_out).unwrap(), Manifest::parse(&file, &text).unwrap());
        } else {
            let (before, after) = (Contract::parse(&file, &text).unwrap(), Contract::parse(&file, &laid_out).unwrap());
            assert_eq!(before, after);
        }
    }
}

/// One change that an author might make to the text of a document.
#[derive(Clone, Debug)]
enum Edit {
    CommentLine(prop::sample::Index, usize),
    CommentBehind(prop::sample::Index),
    Blank(prop::sample::Index),
    TrailingBlanks(prop::sample::Index),
    Delete(prop::sample::Index),
    Double(prop::sample::Index),
    Indent(prop::sample::Index),
    Quote(prop::sample::Index, &'static str),
    CarriageReturns,
}

fn edit() -> impl Strategy<Value = Edit> {
    let at = any::<prop::sample::Index>;
    prop_oneof![
        4 => (at(), 0_usize..8).prop_map(|(line, indent)| Edit::CommentLine(line, indent)),
        4 => at().prop_map(Edit::CommentBehind),
        2 => at().prop_map(Edit::Blank),
        2 => at().prop_map(Edit::TrailingBlanks),
        1 => at().prop_map(Edit::Delete),
        1 => at().prop_map(Edit::Double),
        1 => at().prop_map(Edit::Indent),
        2 => (at(), prop::sample::select(ODD)).prop_map(|(line, value)| Edit::Quote(line, value)),
        1 => Just(Edit::CarriageReturns),
    ]
}

const ODD: &[&str] = &[
    "'it''s'",
    "\"a\\tb\"",
    "'#'",
    "\"\"",
    "''",
    "~",
    "01",
    "1.0",
    "1e3",
    "0x1F",
    "2020-01-01",
    "No",
    "!!str 5",
    "&a x",
    "|\n        two\n        lines\n",
    ">-\n        folded\n        text\n\n        more\n",
    "[a, {b: c}, 'd e']",
    "{}",
    "[]",
    "plain text\n          over lines",
    "'quoted\n\n          over lines'",
    "\"é\\u00e9\"",
    "- x",
    "a: b",
    "\"a # b\"",
    "…€",
];

#[expect(clippy::indexing_slicing, reason = "an index of the strategy is within its list")]
fn apply(edits: &[Edit], text: &str) -> String {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    let mut carriage_returns = false;
    for (number, edit) in edits.iter().enumerate() {
        let count = lines.len();
        match edit {
            Edit::CommentLine(line, indent) => {
                lines.insert(line.index(count), format!("{}# mark {number}", " ".repeat(*indent)));
            }
            Edit::CommentBehind(line) => lines[line.index(count)].push_str(&format!("  # mark {number}")),
            Edit::Blank(line) => lines.insert(line.index(count), String::new()),
            Edit::TrailingBlanks(line) => lines[line.index(count)].push_str("   "),
            Edit::Delete(line) => drop(lines.remove(line.index(count))),
            Edit::Double(line) => {
                let line = line.index(count);
                lines.insert(line, lines[line].clone());
            }
            Edit::Indent(line) => lines[line.index(count)].insert_str(0, "  "),
            Edit::Quote(line, value) => {
                let line = &mut lines[line.index(count)];
                if let Some((key, _)) = line.split_once(": ") {
                    *line = format!("{key}: {value}");
                }
            }
            Edit::CarriageReturns => carriage_returns = true,
        }
    }
    lines.join(if carriage_returns { "\r\n" } else { "\n" }) + "\n"
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, ..ProptestConfig::default() })]

    #[test]
    fn edited_documents_settle_or_are_refused(
        which in any::<prop::sample::Index>(),
        edits in prop::collection::vec(edit(), 0..12),
    ) {
        let documents = short_documents();
        let (file, text) = &documents[which.index(documents.len())];
        let text = apply(&edits, text);
        // What is refused is left as it is; what is laid out must say the same.
        let Ok(laid_out) = format(file, &text) else { return Ok(()) };
        prop_assert_eq!(format(file, &laid_out).ok(), Some(laid_out.clone()));
        prop_assert_eq!(comments(&text), comments(&laid_out), "{}", laid_out);
        let hash = |text: &str| Contract::parse(file, text).ok().map(|contract| contract.hash);
        prop_assert_eq!(hash(&text), hash(&laid_out));
    }
}

#[test]
fn most_edits_are_laid_out_and_not_refused() {
    use proptest::strategy::ValueTree as _;
    use proptest::test_runner::TestRunner;
    let mut runner = TestRunner::deterministic();
    let documents = short_documents();
    let harmless = prop::collection::vec(
        prop_oneof![
            (any::<prop::sample::Index>(), 0_usize..8).prop_map(|(line, indent)| Edit::CommentLine(line, indent)),
            any::<prop::sample::Index>().prop_map(Edit::Blank),
            any::<prop::sample::Index>().prop_map(Edit::TrailingBlanks),
        ],
        1..6,
    );
    let (mut read, mut refused) = (0, Vec::new());
    for round in 0..100 {
        let edits = harmless.new_tree(&mut runner).unwrap().current();
        let (file, text) = &documents[round % documents.len()];
        let text = apply(&edits, text);
        let readable = if file.ends_with(".odps.yaml") {
            Manifest::parse(file, &text).is_ok()
        } else {
            Contract::parse(file, &text).is_ok()
        };
        read += usize::from(readable);
        if readable && let Err(report) = format(file, &text) {
            refused.push(report.to_string());
        }
    }
    assert!(read >= 90 && refused.is_empty(), "{} of {read}: {}", refused.len(), refused.join("\n"));
}
