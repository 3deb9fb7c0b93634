//! The part of YAML that contracts are written in, read line by line: mappings and lists by indents, and on one line
//! scalars, quoted or not, and collections in braces. What is anything else (anchors, tags, tabs, texts over lines
//! without `|` or `>`, and whatever is wrong) is not read here but by the parser of the whole language, which takes
//! five times as long. A test holds the two to the same tree with the same places.

mod flow;
mod lines;
mod scalars;
#[cfg(test)]
mod tests;

use super::node::Span;
use super::scalar::{Asked, Scalar};
use super::tree::Tree;
use lines::{Line, Lines};
use std::borrow::Cow;

/// The whole text as a tree, if it is plain.
pub(super) fn plain(text: &str) -> Option<Tree<'_>> {
    // Characters that the parser takes for line ends, marks or nothing printable; a `\r` is one in any place.
    let odd = |character: char| {
        matches!(character, '\u{85}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
    };
    if text.contains(['\t', '\r']) || !text.is_ascii() && text.contains(odd) {
        return None;
    }
    let mut reader = Reader { lines: Lines::new(text), tree: Tree::default() };
    let first = reader.lines.line?;
    reader.block(first)?;
    reader.lines.line.is_none().then_some(reader.tree)
}

struct Reader<'a> {
    lines: Lines<'a>,
    tree: Tree<'a>,
}

impl<'a> Reader<'a> {
    /// A mapping or list that begins a line.
    fn block(&mut self, line: Line) -> Option<()> {
        let at = line.start + line.indent;
        if self.lines.is_item(line) { self.list(line.indent, at) } else { self.mapping(line.indent, at) }
    }

    /// A mapping whose first key stands at `at`, in the column that all of its keys have.
    fn mapping(&mut self, indent: usize, mut at: usize) -> Option<()> {
        let mut line = self.lines.line?;
        self.tree.begin(false, Asked::Nothing, 0, self.lines.span(line, at, at)).ok()?;
        loop {
            let end = self.lines.key_end(line, at)?;
            self.scalar(line, (at, end))?;
            self.value(line, end + 1, indent)?;
            match self.lines.line {
                Some(next) if next.indent == indent && !self.lines.is_item(next) => {
                    line = next;
                    at = next.start + indent;
                }
                Some(next) if next.indent >= indent => return None,
                _ => return self.tree.end().ok(),
            }
        }
    }

    /// A list whose first dash stands in the column that all of its dashes have; its place is `place`.
    fn list(&mut self, indent: usize, place: usize) -> Option<()> {
        let mut line = self.lines.line?;
        self.tree.begin(true, Asked::Nothing, 0, self.lines.span(line, place, place)).ok()?;
        loop {
            let at = self.lines.skip_blanks(line, line.start + indent + 1)?;
            if self.lines.key_end(line, at).is_some() {
                self.mapping(at - line.start, at)?;
            } else {
                self.inline(line, at, indent)?;
            }
            match self.lines.line {
                Some(next) if next.indent == indent && self.lines.is_item(next) => line = next,
                Some(next) if next.indent > indent => return None,
                // At the same indent it may be the next key of the mapping whose value this list is.
                _ => return self.tree.end().ok(),
            }
        }
    }

    /// The value of a key of a mapping with that indent; `at` is behind the colon.
    fn value(&mut self, line: Line, at: usize, indent: usize) -> Option<()> {
        if let Some(at) = self.lines.skip_blanks(line, at) {
            return self.inline(line, at, indent);
        }
        self.lines.next();
        match self.lines.line? {
            next if next.indent > indent => self.block(next),
            // Lists need not be indented further than the key; the place of one that is not is its first item.
            next if next.indent == indent && self.lines.is_item(next) => {
                let first = self.lines.skip_blanks(next, next.start + indent + 1)?;
                self.list(indent, first)
            }
            _ => None,
        }
    }

    fn put(&mut self, text: Cow<'a, str>, plain: bool, span: Span) -> Option<()> {
        self.tree.scalar(Scalar { text, plain, asked: Asked::Nothing }, 0, span).ok()
    }

    /// A scalar without quotes.
    fn scalar(&mut self, line: Line, (at, end): (usize, usize)) -> Option<()> {
        let text = self.lines.text.get(at..end)?;
        self.put(Cow::Borrowed(text), true, self.lines.span(line, at, end))
    }
}
