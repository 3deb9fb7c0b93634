//! One layout for every document: indents, quotes and blanks alike, comments and the order of keys as they were.

use pretty_yaml::config::{DashSpacing, FormatOptions, LanguageOptions, LayoutOptions, LineBreak, ProseWrap, Quotes};

use crate::codes;
use crate::diagnostic::{Diagnostic, Report, Span};
use crate::yaml::{Node, read};

/// Characters of a line that a mapping or list in braces may fill.
const WIDTH: usize = 120;
/// Formatting what was formatted changes nothing; a layout that has not settled after this many passes never will.
const PASSES_MAX: usize = 4;

const START: Span = Span { start: 0, len: 0, line: 1, column: 1 };

/// The text of a contract or manifest (or any one YAML document) in the one layout.
///
/// The result holds the same values in the same order, and every comment line; formatting it again changes nothing.
///
/// # Errors
/// The report of a text that is not one YAML document, of YAML that the printer does not know, or of one that it would
/// print with another meaning. Nothing is guessed then: the text stays as it is.
pub fn format(file: &str, text: &str) -> Result<String, Report> {
    let refuse = |fault: Diagnostic| Report::new(file, text, vec![fault]);
    // Read first: what is too deep or expands too far must not reach the printer.
    let meaning = read(text).map_err(|faults| Report::new(file, text, faults))?;
    let options = options(text);
    let mut settled = print(text, &options).map_err(refuse)?;
    for _ in 1..PASSES_MAX {
        let again = print(&settled, &options).map_err(refuse)?;
        if again == settled {
            check(text, &meaning, &settled).map_err(refuse)?;
            return Ok(settled);
        }
        settled = again;
    }
    Err(refuse(unprintable("its layout does not settle", START)))
}

fn options(text: &str) -> FormatOptions {
    let crlf = text.lines().count() > 0 && text.split_inclusive('\n').all(|line| line.ends_with("\r\n"));
    FormatOptions {
        layout: LayoutOptions {
            print_width: WIDTH,
            indent_width: 2,
            line_break: if crlf { LineBreak::Crlf } else { LineBreak::Lf },
        },
        language: LanguageOptions {
            quotes: Quotes::PreferDouble,
            trailing_comma: false,
            brace_spacing: false,
            bracket_spacing: false,
            dash_spacing: DashSpacing::OneSpace,
            indent_block_sequence_in_map: true,
            // Columns of short mappings read as a table; whoever broke one over lines had a reason.
            prefer_single_line: false,
            prose_wrap: ProseWrap::Preserve,
            // Blanks at the end of a line belong to the value inside a block of text.
            trim_trailing_whitespaces: false,
            ..LanguageOptions::default()
        },
    }
}

fn print(text: &str, options: &FormatOptions) -> Result<String, Diagnostic> {
    let text = text.trim_start_matches('\u{feff}');
    // The printer panics on some blocks of text whose first line is indented more than the rest.
    let printed = std::panic::catch_unwind(|| pretty_yaml::format_text(text, options));
    let printed = printed.map_err(|_| unprintable("the printer does not understand it", START))?;
    printed.map_err(|error| {
        let line = error.message().lines().next().unwrap_or_default().to_owned();
        unprintable(&line, place(text, error.offset()))
    })
}

fn place(text: &str, offset: usize) -> Span {
    let before = text.get(..offset).unwrap_or(text);
    let line_start = before.rfind('\n').map_or(0, |end| end + 1);
    let column = before.get(line_start..).unwrap_or_default().chars().count() + 1;
    Span { start: before.len(), len: 0, line: before.matches('\n').count() + 1, column }
}

fn unprintable(why: &str, span: Span) -> Diagnostic {
    let why = why.trim().trim_end_matches('.');
    Diagnostic::error(codes::NOT_FORMATTED, format!("this YAML cannot be laid out: {why}"), span)
        .help("write it in a plainer way; the file is left as it is")
}

/// The guard: the formatter's own reading of YAML is not trusted with a contract's meaning.
fn check(text: &str, meaning: &Node, formatted: &str) -> Result<(), Diagnostic> {
    let changed = |span: Span, what: &str| {
        Diagnostic::error(codes::FORMAT_CHANGES_MEANING, format!("laying it out would change {what}"), span)
            .help("write this value in a plainer way; the file is left as it is")
    };
    let after = read(formatted).map_err(|_| changed(START, "it into something that cannot be read"))?;
    if let Some(span) = meaning.first_difference(&after) {
        return Err(changed(span, "the meaning of this value"));
    }
    let (before, after) = (comment_lines(text), comment_lines(formatted));
    match before.iter().find(|(comment, count)| after.get(*comment) < Some(count)) {
        Some((comment, _)) => Err(changed(START, &format!("the comment `{comment}`"))),
        None => Ok(()),
    }
}

/// Lines that are a comment (or look like one inside a block of text, which keeps its lines too), each with its count.
fn comment_lines(text: &str) -> std::collections::BTreeMap<&str, usize> {
    let mut lines = std::collections::BTreeMap::new();
    for line in text.trim_start_matches('\u{feff}').lines().map(str::trim).filter(|line| line.starts_with('#')) {
        *lines.entry(line).or_default() += 1;
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn formatted(text: &str) -> String {
        format("x.yaml", text).unwrap_or_else(|report| panic!("{report}"))
    }

    #[test]
    fn layout_changes_and_comments_and_order_stay() {
        let text = "# head\nb:   1   # one\n\n\n\na:\n- {x:   1,y: 'it'}\n-   [1,2 ,3]\n# inside\n- 'say \"so\"'\nc: |\n  # text\n    keeps\n\n  its lines\n# end\n";
        insta::assert_snapshot!(formatted(text), @r#"
        # head
        b: 1 # one

        a:
          - {x: 1, y: "it"}
          - [1, 2, 3]
          # inside
          - 'say "so"'
        c: |
          # text
            keeps

          its lines
        # end
        "#);
    }

    #[test]
    fn line_ends_stay_and_a_mark_at_the_start_goes() {
        assert_eq!(formatted("a:  1\r\nb:  2\r\n"), "a: 1\r\nb: 2\r\n");
        assert_eq!(formatted("\u{feff}a:  1\n"), "a: 1\n");
    }

    #[test]
    fn what_is_not_one_document_is_reported_and_left() {
        let report = format("x.yaml", "a: [1\nb: 2\n").expect_err("not YAML");
        assert_eq!(report.iter().next().map(|fault| fault.code), Some(codes::SYNTAX));
        let deep = format("x.yaml", &format!("a: {}", "[".repeat(100_000))).expect_err("too deep");
        assert_eq!(deep.iter().next().map(|fault| fault.code), Some(codes::LIMIT));
    }

    #[test]
    fn the_guard_sees_another_meaning_and_a_lost_comment() {
        let text = "a: {b: 01}\n# why\nc: 1\n";
        let meaning = read(text).expect("YAML");
        let code = |after: &str| check(text, &meaning, after).err().map(|fault| (fault.code, fault.span.line));
        assert_eq!(code("a: {b: 01}\n# why\nc: 1\n"), None);
        assert_eq!(code("a: {b: 01}\n# why\nc: \"1\"\n"), Some((codes::FORMAT_CHANGES_MEANING, 3)));
        assert_eq!(code("c: 1\n# why\na: {b: 01}\n"), Some((codes::FORMAT_CHANGES_MEANING, 1)));
        assert_eq!(code("a: {b: 01}\nc: 1\n"), Some((codes::FORMAT_CHANGES_MEANING, 1)));
        assert_eq!(code("a: {b: 01\n# why\nc: 1\n"), Some((codes::FORMAT_CHANGES_MEANING, 1)));
    }
}
