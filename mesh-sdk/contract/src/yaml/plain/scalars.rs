//! Scalars: on the line of their key or dash, and blocks of text below it.

use std::borrow::Cow;

use super::{Line, Reader};

impl Reader<'_> {
    /// A value on the line of the key or dash that stands in the column `indent`, and whatever belongs to it below.
    pub(super) fn inline(&mut self, line: Line, at: usize, indent: usize) -> Option<()> {
        let end = match self.lines.byte(at)? {
            b'|' | b'>' => return self.text_block(line, at, indent),
            b'"' | b'\'' => self.quoted(line, at)?,
            b'{' | b'[' => self.braces(line, at)?,
            _ => {
                let end = self.plain_end(line, at, false)?;
                self.scalar(line, (at, end))?;
                end
            }
        };
        if !self.lines.ends_at(line, end) {
            return None;
        }
        self.lines.next();
        Some(())
    }

    /// Where a scalar without quotes ends, if it is one that ends on its line.
    pub(super) fn plain_end(&self, line: Line, at: usize, in_braces: bool) -> Option<usize> {
        let bytes = self.lines.text.as_bytes().get(at..line.end)?;
        let begins = match bytes.first()? {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'_' | b'/' | b'.' | b'+' | b'$' | b'(' | b'^' | b'~' => true,
            b'-' => bytes.get(1).is_some_and(|next| next.is_ascii_alphanumeric() || *next == b'.'),
            first => !first.is_ascii(),
        };
        let mut end = 0;
        let mut rest = bytes.iter().enumerate().peekable();
        while let Some((index, byte)) = rest.next() {
            let next = rest.peek().map(|(_, next)| **next);
            match byte {
                b' ' if next == Some(b'#') => break,
                b' ' => continue,
                b',' | b']' | b'}' if in_braces => break,
                b'[' | b'{' if in_braces => return None,
                // A colon that could separate a key.
                b':' if matches!(next, None | Some(b' ' | b',' | b'[' | b']' | b'{' | b'}')) => return None,
                _ => end = index + 1,
            }
        }
        begins.then_some(at + end)
    }

    /// A scalar in quotes that ends on its line; the byte after the closing quote.
    pub(super) fn quoted(&mut self, line: Line, at: usize) -> Option<usize> {
        let inner = self.lines.text.get(at + 1..line.end)?;
        let (len, text) =
            if self.lines.byte(at)? == b'\'' { in_single_quotes(inner)? } else { in_double_quotes(inner)? };
        let end = at + 1 + len + 1;
        self.put(text, false, self.lines.span(line, at, end))?;
        Some(end)
    }

    /// A block of text: its lines as they are, or folded into one another.
    fn text_block(&mut self, line: Line, at: usize, indent: usize) -> Option<()> {
        let folded = self.lines.byte(at)? == b'>';
        let strip = self.lines.byte(at + 1) == Some(b'-');
        if !self.lines.ends_at(line, at + 1 + usize::from(strip)) {
            return None;
        }
        let first = self.lines.raw().filter(|first| first.indent > indent && first.start + first.indent < first.end)?;
        let mut text = String::new();
        let mut blank = 0;
        let mut next = Some(first);
        let after = loop {
            let Some(line) = next else { break None };
            let says_something = line.start + line.indent < line.end;
            if says_something && line.indent < first.indent {
                break Some(line);
            }
            if says_something {
                let content = self.lines.text.get(line.start + first.indent..line.end)?;
                // Lines further in are not folded, and blanks at an end count or not.
                if folded && line.indent > first.indent || content.ends_with(' ') {
                    return None;
                }
                match (blank, folded) {
                    _ if text.is_empty() => {}
                    (0, true) => text.push(' '),
                    (0, false) => text.push('\n'),
                    (lines, _) => (0..lines + usize::from(!folded)).for_each(|_| text.push('\n')),
                }
                text.push_str(content);
                blank = 0;
            } else if line.start < line.end {
                return None;
            } else {
                blank += 1;
            }
            next = self.lines.raw();
        };
        // What ends a block is its place's end too.
        let after = after
            .filter(|after| after.indent <= indent && self.lines.byte(after.start + after.indent) != Some(b'#'))?;
        if !strip {
            text.push('\n');
        }
        let start = first.start + first.indent;
        self.put(Cow::Owned(text), false, self.lines.span(first, start, after.start + after.indent))?;
        self.lines.back_to(after);
        Some(())
    }
}

/// The length of what stands before the closing quote, and what it says: two quotes are one.
fn in_single_quotes(inner: &str) -> Option<(usize, Cow<'_, str>)> {
    let mut at = 0;
    let mut doubled = false;
    loop {
        at += inner.get(at..)?.find('\'')?;
        if inner.as_bytes().get(at + 1) != Some(&b'\'') {
            break;
        }
        doubled = true;
        at += 2;
    }
    let text = inner.get(..at)?;
    Some((at, if doubled { Cow::Owned(text.replace("''", "'")) } else { Cow::Borrowed(text) }))
}

/// The same for double quotes, within which the commonest escapes are read here.
fn in_double_quotes(inner: &str) -> Option<(usize, Cow<'_, str>)> {
    let at = inner.find(['"', '\\'])?;
    if inner.as_bytes().get(at) == Some(&b'"') {
        return Some((at, Cow::Borrowed(inner.get(..at)?)));
    }
    let mut text = inner.get(..at)?.to_owned();
    let mut rest = inner.get(at..)?.char_indices();
    while let Some((offset, character)) = rest.next() {
        match character {
            '"' => return Some((at + offset, Cow::Owned(text))),
            '\\' => text.push(match rest.next()?.1 {
                same @ ('\\' | '"' | '/') => same,
                'n' => '\n',
                't' => '\t',
                _ => return None,
            }),
            _ => text.push(character),
        }
    }
    None
}
