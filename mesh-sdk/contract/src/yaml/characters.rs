//! Characters that no document may hold.

use super::node::Span;
use crate::codes;
use crate::diagnostic::Diagnostic;

/// Places told of one document.
pub(super) const FORBIDDEN_MAX: usize = 20;

/// Characters that make a text read differently from how it looks, or that end it early in other programs.
pub(super) fn forbidden_characters(text: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if !suspicious(text.as_bytes()) {
        return found;
    }
    for (line_index, line) in text.split('\n').enumerate() {
        let start = line.as_ptr() as usize - text.as_ptr() as usize;
        for (column_index, (offset, character)) in line.char_indices().enumerate() {
            let Some(what) = forbidden(character) else { continue };
            let span = Span {
                start: start + offset,
                len: character.len_utf8(),
                line: line_index + 1,
                column: column_index + 1,
            };
            found.push(not_allowed(what, character, span));
            if found.len() >= FORBIDDEN_MAX {
                return found;
            }
        }
    }
    found
}

/// The first such character of a text that was written with escapes, reported at the text.
pub(super) fn deceiving(text: &str, span: Span) -> Option<Diagnostic> {
    if !suspicious(text.as_bytes()) {
        return None;
    }
    text.chars().find_map(|character| Some(not_allowed(forbidden(character)?, character, span)))
}

/// Whether a byte stands there that a forbidden character has: a cheap look that most documents end with.
fn suspicious(bytes: &[u8]) -> bool {
    // Without a branch inside a chunk, so that many bytes are looked at at once.
    bytes.chunks(256).any(|chunk| {
        chunk.iter().fold(false, |found, byte| {
            let control = (*byte < 0x20) & (*byte != b'\n') & (*byte != b'\t') & (*byte != b'\r');
            // First bytes of U+0080 to U+00BF, U+0600 to U+063F and U+2000 to U+2FFF.
            found | control | (*byte == 0x7F) | (*byte == 0xC2) | (*byte == 0xD8) | (*byte == 0xE2)
        })
    })
}

fn forbidden(character: char) -> Option<&'static str> {
    match character {
        '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{200E}' | '\u{200F}' | '\u{061C}' => {
            Some("a bidirectional control character")
        }
        '\0' => Some("a NUL character"),
        '\u{1}'..='\u{8}' | '\u{B}' | '\u{C}' | '\u{E}'..='\u{1F}' | '\u{7F}'..='\u{9F}' => Some("a control character"),
        _ => None,
    }
}

fn not_allowed(what: &str, character: char, span: Span) -> Diagnostic {
    let message = format!("{what} `U+{:04X}` is not allowed", u32::from(character));
    Diagnostic::error(codes::FORBIDDEN_CHARACTER, message, span)
        .help("remove it; it makes the text read differently from how it looks")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_forbidden_character_escapes_the_cheap_look() {
        let all = (0..=0x10_FFFF).filter_map(char::from_u32).filter(|character| forbidden(*character).is_some());
        let missed: Vec<char> = all.filter(|character| !suspicious(character.to_string().as_bytes())).collect();
        assert_eq!(missed, Vec::<char>::new());
        assert!(!suspicious("größe: 利率 🏦\t\r\n".as_bytes()));
    }
}
