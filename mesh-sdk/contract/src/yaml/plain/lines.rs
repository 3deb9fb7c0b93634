//! The lines of a text that say something.

use crate::yaml::node::Span;

/// The longest key read here; the whole language allows 1024 characters before the colon.
const KEY_LEN_MAX: usize = 255;

/// A line with something other than a comment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Its first byte.
    pub(super) start: usize,
    /// The byte after its last.
    pub(super) end: usize,
    /// Blanks before its first character.
    pub(super) indent: usize,
    /// 1-based.
    number: usize,
}

/// A text, and the line that is read.
pub(super) struct Lines<'a> {
    pub(super) text: &'a str,
    pub(super) line: Option<Line>,
    /// Where the line after it begins, which number it has, and whether the text has no characters of several bytes.
    rest: usize,
    number: usize,
    ascii: bool,
}

impl<'a> Lines<'a> {
    pub(super) fn new(text: &'a str) -> Self {
        let mut lines = Self { text, line: None, rest: 0, number: 0, ascii: text.is_ascii() };
        lines.next();
        lines
    }

    /// Goes to the next line that says something.
    pub(super) fn next(&mut self) {
        self.line = loop {
            let Some(line) = self.raw() else { break None };
            if !matches!(self.byte(line.start + line.indent), Some(b'\n' | b'#') | None) {
                break Some(line);
            }
        };
    }

    /// The next line, whatever it says.
    pub(super) fn raw(&mut self) -> Option<Line> {
        let rest = self.text.get(self.rest..).filter(|rest| !rest.is_empty())?;
        let len = rest.find('\n').unwrap_or(rest.len());
        let indent = rest.bytes().take(len).take_while(|byte| *byte == b' ').count();
        let (start, end) = (self.rest, self.rest + len);
        self.number += 1;
        self.rest = end + 1;
        Some(Line { start, end, indent, number: self.number })
    }

    /// Takes a line back that [`Self::raw`] gave last, and goes to it or to the next one that says something.
    pub(super) fn back_to(&mut self, line: Line) {
        self.rest = line.start;
        self.number = line.number - 1;
        self.next();
    }

    pub(super) fn byte(&self, at: usize) -> Option<u8> {
        self.text.as_bytes().get(at).copied()
    }

    /// Whether the line is an item of a list.
    pub(super) fn is_item(&self, line: Line) -> bool {
        let at = line.start + line.indent;
        self.byte(at) == Some(b'-') && matches!(self.byte(at + 1), Some(b' ' | b'\n') | None)
    }

    /// The first character at or after `at` that is no blank, unless the line ends or a comment begins.
    pub(super) fn skip_blanks(&self, line: Line, at: usize) -> Option<usize> {
        let blanks = self.text.as_bytes().get(at..line.end)?.iter().take_while(|byte| **byte == b' ').count();
        let at = at + blanks;
        (at < line.end && self.byte(at) != Some(b'#')).then_some(at)
    }

    /// Whether nothing follows a value but blanks and a comment.
    pub(super) fn ends_at(&self, line: Line, at: usize) -> bool {
        at == line.end || self.byte(at) == Some(b' ') && self.skip_blanks(line, at).is_none()
    }

    /// The end of a key at `at` which a colon and a blank follow.
    pub(super) fn key_end(&self, line: Line, at: usize) -> Option<usize> {
        let bytes = self.text.as_bytes().get(at..line.end)?;
        if !matches!(bytes.first()?, b'a'..=b'z' | b'A'..=b'Z' | b'_' | b'$') {
            return None;
        }
        let in_key = |byte: &u8| matches!(byte, b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'$' | b'.' | b'-');
        let len = bytes.iter().take_while(|byte| in_key(byte)).count();
        let followed = bytes.get(len) == Some(&b':') && matches!(bytes.get(len + 1), Some(b' ') | None);
        (followed && len <= KEY_LEN_MAX).then_some(at + len)
    }

    pub(super) fn span(&self, line: Line, at: usize, end: usize) -> Span {
        let column = if self.ascii {
            at - line.start
        } else {
            self.text.get(line.start..at).map_or(0, |before| before.chars().count())
        };
        Span { start: at, len: end - at, line: line.number, column: column + 1 }
    }
}
