//! A contract's page as one HTML file that needs nothing else.

use std::fmt::Write as _;

use super::markdown::is_safe;
use super::page::{Block, Cell, Page};
use crate::model::Contract;

const STYLE: &str = include_str!("html/style.css");

/// The page: style inside, no script, nothing fetched. A policy in the page itself says so to the browser.
#[must_use]
pub fn html(contract: &Contract) -> String {
    let page = Page::of(contract);
    let title = escape(&page.title);
    let mut body = format!("<header>\n<h1>{title}</h1>\n<p class=\"badges\">");
    for word in &page.badges {
        body.push_str(&badge(word));
    }
    body.push_str("</p>\n</header>\n");
    for block in &page.blocks {
        match block {
            Block::Heading(title) => {
                let _ = writeln!(body, "<h2>{}</h2>", escape(title));
            }
            Block::Text(words) => {
                let _ = writeln!(body, "<p>{}</p>", escape(words));
            }
            Block::Facts(facts) => {
                body.push_str("<dl>\n");
                for (name, value) in facts {
                    let _ = writeln!(body, "<dt>{name}</dt><dd>{}</dd>", cell(value));
                }
                body.push_str("</dl>\n");
            }
            Block::Table { head, rows } => table(head, rows, &mut body),
        }
    }
    format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'unsafe-inline'\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <title>{title}</title>\n<style>\n{STYLE}</style>\n</head>\n<body>\n<main>\n{body}</main>\n</body>\n</html>\n"
    )
}

fn table(head: &[&str], rows: &[Vec<Cell>], body: &mut String) {
    body.push_str("<div class=\"scroll\"><table>\n<thead><tr>");
    for name in head {
        let _ = write!(body, "<th scope=\"col\">{name}</th>");
    }
    body.push_str("</tr></thead>\n<tbody>\n");
    for row in rows {
        body.push_str("<tr>");
        for field in row {
            let _ = write!(body, "<td>{}</td>", cell(field));
        }
        body.push_str("</tr>\n");
    }
    body.push_str("</tbody>\n</table></div>\n");
}

fn cell(cell: &Cell) -> String {
    match cell {
        Cell::Text(words) => escape(words),
        Cell::Code(words) | Cell::Badge(words) if words.is_empty() => String::new(),
        Cell::Code(words) => format!("<code>{}</code>", escape(words)),
        Cell::Codes(words) => {
            words.iter().map(|word| format!("<code>{}</code>", escape(word))).collect::<Vec<_>>().join("<br>")
        }
        Cell::Badge(word) => badge(word),
        Cell::Link(address) if is_safe(address) => {
            format!("<a href=\"{0}\" rel=\"noreferrer\">{0}</a>", escape(address))
        }
        Cell::Link(address) => escape(address),
    }
}

/// Colours are for the words this knows; a class is never made of the contract's own text.
fn badge(word: &str) -> String {
    let class = match word {
        "public" | "active" => "good",
        "internal" | "proposed" | "draft" => "calm",
        "confidential" | "deprecated" | "warning" => "warn",
        "restricted" | "retired" | "error" => "bad",
        _ => "plain",
    };
    format!("<span class=\"badge {class}\">{}</span>", escape(word))
}

fn escape(words: &str) -> String {
    let mut safe = String::with_capacity(words.len());
    for c in words.chars() {
        match c {
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '&' => safe.push_str("&amp;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            c if c.is_control() && c != '\n' => safe.push(' '),
            _ => safe.push(c),
        }
    }
    safe
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_cannot_become_markup() {
        assert_eq!(escape("<svg onload=\"x\">'&"), "&lt;svg onload=&quot;x&quot;&gt;&#39;&amp;");
        assert_eq!(cell(&Cell::Link("javascript:alert(1)".to_owned())), "javascript:alert(1)");
        assert!(cell(&Cell::Link("https://bank.example/\"onclick=\"x".to_owned())).starts_with("https://"));
    }
}
