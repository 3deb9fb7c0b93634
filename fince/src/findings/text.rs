//! Findings for people: message, place, the line with what is meant underlined, and what to do.

use unicode_width::UnicodeWidthStr as _;

use super::{Finding, Findings, Level, Place};
use crate::output::{Paint, one_line};

/// How much of a long line is shown before what is meant, and in all.
const SHOWN_BEFORE_CHARS: usize = 80;
const SHOWN_CHARS: usize = 160;

pub(super) fn render(findings: &Findings, paint: Paint) -> String {
    let mut lines = Vec::new();
    for finding in &findings.list {
        lines.push(story(finding, paint));
        lines.push(String::new());
    }
    lines.push(findings.summary());
    lines.join("\n")
}

/// One finding, without a last line end.
pub(super) fn story(finding: &Finding, paint: Paint) -> String {
    let mut lines = Vec::new();
    tell(finding, paint, &mut lines);
    lines.join("\n")
}

fn tell(finding: &Finding, paint: Paint, lines: &mut Vec<String>) {
    let title = format!("{}[{}]", finding.level.word(), one_line(&finding.class));
    let title = match finding.level {
        Level::Error => paint.red(&title),
        Level::Warning => paint.yellow(&title),
        Level::Note => paint.cyan(&title),
    };
    lines.push(format!("{title}: {}", paint.bold(&one_line(&finding.message))));
    if let Some(place) = &finding.place {
        show(place, "", paint, lines);
    }
    for (place, label) in &finding.labels {
        show(place, label, paint, lines);
    }
    if let Some(help) = &finding.help {
        lines.push(format!("  {}: {}", paint.cyan("help"), one_line(help)));
    }
}

fn show(place: &Place, label: &str, paint: Paint, lines: &mut Vec<String>) {
    let file = one_line(&place.source.file);
    lines.push(format!("  {} {file}:{}:{}", paint.dim("-->"), place.line, place.column));
    let Some(line) = line_of(place) else {
        if !label.is_empty() {
            lines.push(format!("      {} {}", paint.dim("|"), one_line(label)));
        }
        return;
    };
    // A line can be a megabyte long; what is shown starts near what is meant.
    let before = place.column.saturating_sub(1);
    let skip = before.saturating_sub(SHOWN_BEFORE_CHARS);
    let shown: String = line.chars().skip(skip).take(SHOWN_CHARS).collect();
    let lead: String = shown.chars().take(before - skip).collect();
    let marked: String = marked(place).chars().take(SHOWN_CHARS - lead.chars().count().min(SHOWN_CHARS)).collect();
    lines.push(format!("{:>5} {} {}", place.line, paint.dim("|"), visible(&shown)));
    // Wide characters take two cells, and hostile ones as many as their escape.
    let pad = " ".repeat(visible(&lead).width());
    let carets = "^".repeat(visible(&marked).width().max(1));
    let label = if label.is_empty() { String::new() } else { format!(" {}", one_line(label)) };
    lines.push(format!("      {} {pad}{}", paint.dim("|"), paint.red(&format!("{carets}{label}"))));
}

/// The line that a place begins in; `None` when the text is not at hand.
fn line_of(place: &Place) -> Option<&str> {
    if place.source.text.is_empty() {
        return None;
    }
    place.source.text.split('\n').nth(place.line.saturating_sub(1)).map(|line| line.trim_end_matches('\r'))
}

/// What is underlined: what is meant, as far as it stands in its first line.
fn marked(place: &Place) -> &str {
    let marked = place.source.text.get(place.start..place.start.saturating_add(place.len)).unwrap_or_default();
    marked.lines().next().unwrap_or_default().trim_end()
}

fn visible(text: &str) -> String {
    one_line(&text.replace('\t', " "))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::super::{Source, samples};
    use super::*;

    #[test]
    fn each_finding_shows_its_line_and_what_to_do() {
        insta::assert_snapshot!(render(&samples::three(), Paint(false)), @r"
        error[FC-0002]: the key `kind` stands twice
          --> contracts/my loans.yaml:2:1
            2 | kind: DataContract
              | ^^^^
          --> contracts/my loans.yaml:1:1
            1 | kind: DataContract
              | ^^^^ first here
          help: keep one of them

        warning[FC-0009]: `a|b` is not <known>\nhere
          --> claims.yaml:1:4
            1 | a: <b>
              |    ^^^

        note[owner_changed]: the owner changed

        3 contracts: 1 error, 1 warning, 1 note
        ");
    }

    #[test]
    fn colour_changes_no_word() {
        let mut text = render(&samples::three(), Paint(true));
        assert!(text.contains("\u{1b}[1;31merror[FC-0002]\u{1b}[0m"));
        for code in ["\u{1b}[1;31m", "\u{1b}[1m", "\u{1b}[2m", "\u{1b}[33m", "\u{1b}[36m", "\u{1b}[0m"] {
            text = text.replace(code, "");
        }
        assert_eq!(text, render(&samples::three(), Paint(false)));
    }

    #[test]
    fn carets_stand_under_wide_hostile_and_far_characters() {
        let at = |text: &str, column: usize, word: &str| {
            let source = Arc::new(Source { file: "f".to_owned(), text: text.to_owned() });
            let place = Place { source, line: 1, column, start: text.find(word).expect("word"), len: word.len() };
            let mut lines = Vec::new();
            show(&place, "", Paint(false), &mut lines);
            lines.split_off(1).join("\n")
        };
        insta::assert_snapshot!(at("利率: bad", 5, "bad"), @r"
            1 | 利率: bad
              |       ^^^
        ");
        insta::assert_snapshot!(at("\u{1b}[2J x\tbad", 8, "bad"), @r"
            1 | \u{1b}[2J x bad
              |             ^^^
        ");
        let far = at(&format!("{}bad", "x".repeat(1_000_000)), 1_000_001, "bad");
        assert!(far.len() < 400 && far.ends_with(&format!("{}^^^", " ".repeat(80))), "{far}");
    }
}
