//! Places as editors count them: lines and UTF-16 units, both from zero.

use mesh_contract::diagnostic::Span;
use serde_json::{Value, json};

/// A span as a range; one of several lines ends with its first, since the underlining of a whole document helps nobody.
pub(super) fn range(text: &str, span: Span) -> Value {
    let rest = text.get(span.start..span.start.saturating_add(span.len)).unwrap_or_default();
    let first = rest.lines().next().unwrap_or_default().trim_end();
    let line_start = text.get(..span.start).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1);
    let start = units(text.get(line_start..span.start).unwrap_or_default());
    let line = span.line.saturating_sub(1);
    json!({
        "start": {"line": line, "character": start},
        "end": {"line": line, "character": start + units(first)},
    })
}

/// The byte at a place; `None` when the text has no such line. A place behind the end of a line is its end.
pub(super) fn byte_at(text: &str, line: usize, character: usize) -> Option<usize> {
    let line = text.split('\n').nth(line)?;
    let start = line.as_ptr() as usize - text.as_ptr() as usize;
    let mut seen = 0;
    for (offset, c) in line.char_indices() {
        if seen >= character {
            return Some(start + offset);
        }
        seen += c.len_utf16();
    }
    Some(start + line.len())
}

fn units(text: &str) -> usize {
    text.chars().map(char::len_utf16).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_in_utf_16() {
        let text = "a\n🏦é: x\nlast";
        let start = text.find("x").expect("x");
        let span = Span { start, len: 1, line: 2, column: 5 };
        assert_eq!(
            range(text, span),
            json!({"start": {"line": 1, "character": 5}, "end": {"line": 1, "character": 6}})
        );
        assert_eq!(byte_at(text, 1, 5), Some(start));
        assert_eq!(byte_at(text, 2, 99), Some(text.len()));
        assert_eq!(byte_at(text, 3, 0), None);
    }
}
