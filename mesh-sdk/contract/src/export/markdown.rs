//! A contract's page as Markdown (with tables as GitHub and most wikis read them).

use std::fmt::Write as _;

use super::page::{Block, Cell, Page};
use crate::model::Contract;

/// The page. Text of the contract cannot become markup.
#[must_use]
pub fn markdown(contract: &Contract) -> String {
    let page = Page::of(contract);
    let badges: Vec<String> = page.badges.iter().map(|badge| format!("**{}**", escape(badge))).collect();
    let mut text = format!("# {}\n\n{}\n", escape(&page.title), badges.join(" · "));
    for block in &page.blocks {
        text.push('\n');
        match block {
            Block::Heading(title) => {
                let _ = writeln!(text, "## {}", escape(title));
            }
            Block::Text(words) => {
                let _ = writeln!(text, "{}", escape(words));
            }
            Block::Facts(facts) => {
                for (name, value) in facts {
                    let _ = writeln!(text, "- **{name}**: {}", cell(value));
                }
            }
            Block::Table { head, rows } => table(head, rows, &mut text),
        }
    }
    text
}

fn table(head: &[&str], rows: &[Vec<Cell>], text: &mut String) {
    let _ = writeln!(text, "| {} |", head.join(" | "));
    let _ = writeln!(text, "|{}", " --- |".repeat(head.len()));
    for row in rows {
        let cells: Vec<String> = row.iter().map(cell).collect();
        let _ = writeln!(text, "| {} |", cells.join(" | "));
    }
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Text(words) | Cell::Badge(words) => escape(words),
        Cell::Code(words) => code(words),
        Cell::Codes(words) => words.iter().map(|word| code(word)).collect::<Vec<_>>().join("<br>"),
        Cell::Link(address) if is_safe(address) => format!("<{}>", one_line(address)),
        Cell::Link(address) => escape(address),
    }
}

/// Only what leads somewhere: a script behind a link runs in the reader's wiki.
pub(super) fn is_safe(address: &str) -> bool {
    let plain = !address.contains(|c: char| c.is_whitespace() || c.is_control() || "<>\"'`|".contains(c));
    plain && ["https://", "http://", "mailto:"].iter().any(|scheme| address.starts_with(scheme))
}

/// A code span closes with more backticks than it holds; a pipe would end the field even there.
fn code(words: &str) -> String {
    if words.is_empty() {
        return String::new();
    }
    let words = one_line(words).replace('|', "\\|");
    let longest = words.split(|c| c != '`').map(str::len).max().unwrap_or(0);
    let fence = "`".repeat(longest + 1);
    if longest == 0 { format!("`{words}`") } else { format!("{fence} {words} {fence}") }
}

fn escape(words: &str) -> String {
    let mut safe = String::with_capacity(words.len());
    for c in one_line(words).chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '\\' | '`' | '*' | '_' | '[' | ']' | '|' | '#' | '~' | '!' => {
                safe.push('\\');
                safe.push(c);
            }
            _ => safe.push(c),
        }
    }
    safe
}

fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ").chars().filter(|c| !c.is_control()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escape("a|b <svg onload=x>\n# c"), "a\\|b &lt;svg onload=x&gt; \\# c");
        assert_eq!(code("a`b|c"), "`` a`b\\|c ``");
        assert_eq!(cell(&Cell::Link("javascript:alert(1)".to_owned())), "javascript:alert(1)");
        assert_eq!(cell(&Cell::Link("https://bank.example/x".to_owned())), "<https://bank.example/x>");
    }
}
