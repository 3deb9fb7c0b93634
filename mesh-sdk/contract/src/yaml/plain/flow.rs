//! Collections in braces, on one line.

use super::{Line, Reader};
use crate::yaml::scalar::Asked;

impl Reader<'_> {
    /// A mapping or list that begins with the brace at `at`; the byte after its end.
    pub(super) fn braces(&mut self, line: Line, at: usize) -> Option<usize> {
        let list = self.lines.byte(at)? == b'[';
        let close = if list { b']' } else { b'}' };
        self.tree.begin(list, Asked::Nothing, 0, self.lines.span(line, at, at + 1)).ok()?;
        let mut at = self.lines.skip_blanks(line, at + 1)?;
        if self.lines.byte(at)? == close {
            self.tree.end().ok()?;
            return Some(at + 1);
        }
        loop {
            if !list {
                let end = self.lines.key_end(line, at)?;
                self.scalar(line, (at, end))?;
                at = self.lines.skip_blanks(line, end + 1)?;
            }
            at = self.item(line, at)?;
            at = self.lines.skip_blanks(line, at)?;
            match self.lines.byte(at)? {
                b',' => at = self.lines.skip_blanks(line, at + 1)?,
                end if end == close => {
                    self.tree.end().ok()?;
                    return Some(at + 1);
                }
                _ => return None,
            }
        }
    }

    /// A value within braces; the byte after its end.
    fn item(&mut self, line: Line, at: usize) -> Option<usize> {
        match self.lines.byte(at)? {
            b'{' | b'[' => self.braces(line, at),
            b'"' | b'\'' => self.quoted(line, at),
            _ => {
                let end = self.plain_end(line, at, true)?;
                self.scalar(line, (at, end))?;
                Some(end)
            }
        }
    }
}
