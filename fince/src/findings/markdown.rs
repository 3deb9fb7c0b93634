//! Findings as a Markdown table, for a pull request.

use super::{Finding, Findings, Level};
use crate::output::one_line;

/// Code hosts refuse comments of more than 65,536 characters; a table this long stays below.
const ROWS_MAX: usize = 150;

pub(super) fn render(findings: &Findings) -> String {
    let mut lines = vec![format!("**fince {}**: {}", findings.command, findings.summary())];
    if findings.list.is_empty() {
        return lines.join("\n");
    }
    lines.extend(["", "| | what | where | message |", "|---|---|---|---|"].map(str::to_owned));
    // What must be mended comes first: the end of a long table is not read.
    let mut sorted: Vec<&Finding> = findings.list.iter().collect();
    sorted.sort_by_key(|finding| std::cmp::Reverse(finding.level));
    lines.extend(sorted.iter().take(ROWS_MAX).map(|finding| row(finding)));
    if sorted.len() > ROWS_MAX {
        lines.extend([String::new(), format!("… and {} more", sorted.len() - ROWS_MAX)]);
    }
    lines.join("\n")
}

fn row(finding: &Finding) -> String {
    let sign = match finding.level {
        Level::Error => "❌ error",
        Level::Warning => "⚠️ warning",
        Level::Note => "ℹ️ note",
    };
    let place = finding.place.as_ref().map(|place| code(&format!("{}:{}", place.source.file, place.line)));
    let help = finding.help.as_ref().map(|help| format!("<br>*help*: {}", cell(help))).unwrap_or_default();
    format!("| {sign} | {} | {} | {}{help} |", code(&finding.class), place.unwrap_or_default(), cell(&finding.message))
}

/// A code span in a cell.
fn code(text: &str) -> String {
    format!("`{}`", one_line(text).replace('`', "'").replace('|', "\\|"))
}

/// Text with code spans, such that nothing else in it is markup: a contract may hold anything.
fn cell(text: &str) -> String {
    let text = one_line(text);
    let pieces: Vec<&str> = text.split('`').collect();
    // An odd number of backticks pairs them wrongly: then none of them is one.
    let paired = pieces.len() % 2 == 1;
    let shown = pieces.iter().enumerate().map(|(index, piece)| match (paired, index % 2 == 1) {
        (true, true) => format!("`{}`", piece.replace('|', "\\|")),
        _ => plain(piece),
    });
    shown.collect::<Vec<_>>().join(if paired { "" } else { "&#96;" })
}

fn plain(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' | '<' | '>' | '@' | '#' | '|' | '\\' | '*' | '_' | '[' | ']' | '!' | '~' | '$' | ':' => {
                safe.push_str(&format!("&#{};", u32::from(c)));
            }
            _ => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::super::samples;
    use super::*;

    #[test]
    fn a_table_has_a_row_for_each_finding() {
        insta::assert_snapshot!(render(&samples::three()), @r"
        **fince contract lint**: 3 contracts: 1 error, 1 warning, 1 note

        | | what | where | message |
        |---|---|---|---|
        | ❌ error | `FC-0002` | `contracts/my loans.yaml:2` | the key `kind` stands twice<br>*help*: keep one of them |
        | ⚠️ warning | `FC-0009` | `claims.yaml:1` | `a\|b` is not &#60;known&#62;&#92;nhere |
        | ℹ️ note | `owner_changed` |  | the owner changed |
        ");
    }

    #[test]
    fn a_contract_cannot_write_markup() {
        assert_eq!(
            cell("`<img src=x>|` by @ana <script> [x](javascript:y) a|b"),
            "`<img src=x>\\|` by &#64;ana &#60;script&#62; &#91;x&#93;(javascript&#58;y) a&#124;b"
        );
        assert_eq!(cell("odd ` *tick*"), "odd &#96; &#42;tick&#42;");
        assert_eq!(cell("two\nlines"), "two&#92;nlines");
        assert_eq!(code("a`b|c"), "`a'b\\|c`");
    }

    #[test]
    fn a_long_table_is_cut_and_says_so() {
        let mut many = samples::three();
        let warning = many.list[1].clone();
        many.list = vec![warning; 200];
        many.list.push(samples::three().list.remove(0));
        let text = render(&many);
        assert!(text.ends_with("… and 51 more"), "{text}");
        assert!(text.lines().nth(4).is_some_and(|row| row.starts_with("| ❌ error")), "{text}");
    }
}
