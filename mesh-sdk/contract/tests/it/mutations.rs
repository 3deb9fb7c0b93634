//! The fuzzer's seeds, and mutations of them, without a fuzzer.
#![expect(clippy::indexing_slicing, reason = "every index is drawn below the length")]

use std::io::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use crate::exercise::exercise;

/// Pieces that documents are made of, and those that break readers.
const PIECES: &[&str] = &[
    "\n",
    "\r\n",
    "\t",
    " ",
    "  ",
    "- ",
    ": ",
    "? ",
    "{",
    "}",
    "[",
    "]",
    ",",
    "'",
    "\"",
    "|",
    ">-",
    "#",
    "&a",
    "*a",
    "<<: *a",
    "---\n",
    "...\n",
    "!!str ",
    "!x ",
    "%YAML 1.2\n",
    "~",
    "null",
    "true",
    "NO",
    "0",
    "-1",
    "1e9",
    ".nan",
    "2026-11-22",
    "\u{feff}",
    "é",
    "🏦",
    "\u{2028}",
    "\0",
    "\u{202e}",
    "\\u0000",
    "name: ",
    "properties:",
    "items:",
    "logicalType: ",
    "object",
    "array",
    "integer",
    "decimal(18,2)",
    "primaryKey: true",
    "quality:",
    "metric: ",
    "mustBe: ",
    "customProperties:",
    "waivers",
    "property: unit",
    "value: ",
    "retention",
    "schema:",
    "apiVersion: v3.2.0",
    "enum: [{value: a}]",
    "relationships:",
    "to: a.b",
];

#[test]
fn every_seed_is_read_or_refused() {
    let seeds = seeds();
    assert!(seeds.len() >= 20, "{}", seeds.len());
    for (name, text) in &seeds {
        assert!(std::panic::catch_unwind(|| exercise(text)).is_ok(), "{name}");
    }
}

#[test]
fn some_mutations_of_every_seed_are_read_or_refused() {
    let mut left = 300;
    run(1, || {
        left -= 1;
        left > 0
    });
}

#[test]
#[ignore = "nightly: takes ten minutes"]
fn nightly_ten_minutes_of_mutations() {
    let start = Instant::now();
    let runs = run(start.elapsed().subsec_nanos().into(), || start.elapsed() < Duration::from_secs(600));
    writeln!(std::io::stderr(), "{runs} documents in {:?}", start.elapsed()).expect("told");
    assert!(runs > 10_000, "{runs} documents in ten minutes are too few to mean anything");
}

/// Mutates until told to stop; a text that breaks something is shown with the failure.
fn run(seed: u64, mut go_on: impl FnMut() -> bool) -> u64 {
    let seeds = seeds();
    // What was accepted is mutated further: two slips deep is where readers break.
    let mut pool: Vec<String> = seeds.into_iter().map(|(_, text)| text).filter(|text| text.len() < 20_000).collect();
    let kept = pool.len();
    let mut random = Random(seed);
    let mut runs = 0;
    while go_on() {
        let text = mutated(&pool, &mut random);
        let ended = std::panic::catch_unwind(|| exercise(&text));
        assert!(ended.is_ok(), "run {runs} with the seed {seed} ended in a panic:\n{text:?}");
        runs += 1;
        if text.len() < 20_000 && mesh_contract::Contract::parse("any", &text).is_ok() {
            if pool.len() < kept + 200 {
                pool.push(text);
            } else {
                let at = kept + random.below(200);
                pool[at] = text;
            }
        }
    }
    runs
}

fn seeds() -> Vec<(String, String)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz/seeds");
    let mut seeds: Vec<(String, String)> = std::fs::read_dir(folder)
        .expect("the seeds")
        .map(|entry| entry.expect("a seed").path())
        .map(|path| (path.display().to_string(), std::fs::read_to_string(&path).expect("a text")))
        .collect();
    seeds.sort();
    seeds
}

fn mutated(pool: &[String], random: &mut Random) -> String {
    let mut text = pool[random.below(pool.len())].clone();
    for _ in 0..=random.below(4) {
        let at = boundary(&text, random.below(text.len() + 1));
        let end = boundary(&text, (at + random.below(40)).min(text.len()));
        match random.below(8) {
            0 => text.replace_range(at..end, ""),
            1 => text.insert_str(at, PIECES[random.below(PIECES.len())]),
            2 => text.replace_range(at..end, PIECES[random.below(PIECES.len())]),
            3 => {
                let other = &pool[random.below(pool.len())];
                let from = boundary(other, random.below(other.len() + 1));
                let to = boundary(other, (from + random.below(300)).min(other.len()));
                text.insert_str(at, &other[from..to]);
            }
            4 => move_a_line(&mut text, random),
            5 => {
                let piece = text[at..end].repeat(random.below(30));
                text.insert_str(at, &piece);
            }
            6 => another_word(&mut text, random),
            _ => change_a_digit(&mut text, random),
        }
    }
    text
}

/// The nearest place at or before `at` where a character begins.
fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn move_a_line(text: &mut String, random: &mut Random) {
    let mut lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if lines.len() < 2 {
        return;
    }
    let line = lines[random.below(lines.len())].clone();
    match random.below(3) {
        0 => lines.insert(random.below(lines.len()), line),
        1 => {
            lines.remove(random.below(lines.len()));
        }
        _ => {
            let at = random.below(lines.len());
            let indent = " ".repeat(random.below(12));
            lines[at] = format!("{indent}{}", lines[at].trim_start());
        }
    }
    *text = lines.join("\n") + "\n";
}

/// A word of the document in the place of another: what stays valid most often.
fn another_word(text: &mut String, random: &mut Random) {
    let words: Vec<(usize, usize)> = text
        .match_indices(|c: char| c.is_alphanumeric())
        .filter(|(at, _)| !text[..*at].ends_with(|c: char| c.is_alphanumeric() || c == '_'))
        .map(|(at, _)| {
            let len = text[at..].find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len() - at);
            (at, at + len)
        })
        .collect();
    if words.is_empty() {
        return;
    }
    let (from, to) = words[random.below(words.len())];
    let (at, end) = words[random.below(words.len())];
    let word = text[from..to].to_owned();
    text.replace_range(at..end, &word);
}

fn change_a_digit(text: &mut String, random: &mut Random) {
    let digits: Vec<usize> = text.match_indices(|c: char| c.is_ascii_digit()).map(|(at, _)| at).collect();
    if let Some(at) = digits.get(random.below(digits.len().max(1))) {
        text.replace_range(*at..at + 1, &random.below(12).to_string());
    }
}

/// SplitMix64: every run of a seed is the same.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((mixed ^ (mixed >> 31)) % end.max(1) as u64).expect("fits")
    }
}
