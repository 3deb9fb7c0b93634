//! Rows as `COPY … TO STDOUT` writes them in its text format: fields between tabs, `\N` for null, escapes with `\`.

use std::borrow::Cow;
use std::sync::Arc;

use crate::source::column::{Column, Kind};
use crate::source::error::{Place, SourceError};
use crate::source::rows::{Layout, Rows};

/// Rows out of pieces that begin and end anywhere.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    /// A row that has not ended yet.
    pending: Vec<u8>,
}

impl Lines {
    /// Takes the next piece, and gives every row that ends in it. Line ends inside values are escaped.
    pub(crate) fn feed<E>(&mut self, mut piece: &[u8], mut row: impl FnMut(&[u8]) -> Result<(), E>) -> Result<(), E> {
        while let Some(end) = piece.iter().position(|byte| *byte == b'\n') {
            let (line, rest) = piece.split_at(end);
            if self.pending.is_empty() {
                row(line)?;
            } else {
                self.pending.extend_from_slice(line);
                row(&std::mem::take(&mut self.pending))?;
            }
            piece = rest.get(1..).unwrap_or_default();
        }
        self.pending.extend_from_slice(piece);
        Ok(())
    }
}

/// The values of a row; `None` is null.
pub(crate) fn values(row: &str) -> impl Iterator<Item = Option<Cow<'_, str>>> {
    row.split('\t').map(unescaped)
}

/// Makes batches of rows that arrive in pieces.
#[derive(Debug)]
pub(in crate::source) struct CopyReader {
    rows: Rows,
    table: String,
    /// Positions of the columns that tell rows apart.
    key: Vec<usize>,
    lines: Lines,
    row: u64,
}

impl CopyReader {
    /// `table` is what messages name; `key` are the columns that tell its rows apart.
    pub(super) fn new(layout: Arc<Layout>, table: String, key: &[String]) -> Self {
        let key = key.iter().map(|name| layout.columns.iter().position(|column| column.name == *name)).collect();
        // A part of a key names no row.
        let key: Option<Vec<usize>> = key;
        let rows = Rows::new(layout, table.clone());
        Self { rows, table, key: key.unwrap_or_default(), lines: Lines::default(), row: 1 }
    }

    pub(in crate::source) fn rows(&mut self) -> &mut Rows {
        &mut self.rows
    }

    /// Takes the next piece.
    pub(in crate::source) fn feed(&mut self, piece: &[u8]) -> Result<(), SourceError> {
        let mut lines = std::mem::take(&mut self.lines);
        let fed = lines.feed(piece, |row| self.row(row));
        self.lines = lines;
        fed?;
        if self.lines.pending.len() > self.rows.layout().record_bytes_max { Err(self.too_long()) } else { Ok(()) }
    }

    /// Ends the table.
    pub(in crate::source) fn finish(&mut self) -> Result<(), SourceError> {
        if !self.lines.pending.is_empty() {
            return Err(self.malformed("it breaks off"));
        }
        self.rows.flush()
    }

    fn row(&mut self, row: &[u8]) -> Result<(), SourceError> {
        let layout = Arc::clone(self.rows.layout());
        if row.len() > layout.record_bytes_max {
            return Err(self.too_long());
        }
        let row = std::str::from_utf8(row).map_err(|_| self.malformed("it is not valid UTF-8"))?;
        // Without columns rows are only counted.
        if !layout.columns.is_empty() {
            let mut fields = row.split('\t');
            for (at, column) in layout.columns.iter().enumerate() {
                let field = fields.next().ok_or_else(|| self.malformed("it has too few fields"))?;
                self.field(at, column, field).map_err(|error| placed(error, || self.place(row)))?;
            }
            if fields.next().is_some() {
                return Err(self.malformed("it has too many fields"));
            }
        }
        self.row += 1;
        self.rows.end_row()
    }

    fn field(&mut self, at: usize, column: &Column, field: &str) -> Result<(), SourceError> {
        let Some(text) = unescaped(field) else { return self.rows.push_null(at, 0) };
        let written = match (&column.kind, text.as_ref()) {
            (Kind::Boolean, "t") => "true",
            (Kind::Boolean, "f") => "false",
            // The session's zone is UTC.
            (Kind::Timestamp { utc: true, .. }, instant) => instant.strip_suffix("+00").unwrap_or(instant),
            (_, text) => text,
        };
        self.rows.push_text(at, 0, written)
    }

    /// The row by its key, or by its number in this read where the key was not asked for.
    fn place(&self, row: &str) -> Place {
        let fields: Vec<&str> = row.split('\t').collect();
        let named = self.key.iter().filter_map(|at| {
            let (column, field) = self.rows.layout().columns.get(*at).zip(fields.get(*at))?;
            let text = unescaped(field).unwrap_or(Cow::Borrowed("null"));
            Some(format!("{} = {}", column.name, column.shown(&text)))
        });
        let named: Vec<String> = named.collect();
        let file = if named.is_empty() {
            format!("{}, row {} as read", self.table, self.row)
        } else {
            format!("{} ({})", self.table, named.join(", "))
        };
        Place { file: file.into(), line: 0 }
    }

    fn numbered(&self) -> Place {
        Place { file: format!("{}, row {} as read", self.table, self.row).into(), line: 0 }
    }

    fn malformed(&self, what: &str) -> SourceError {
        SourceError::Malformed { place: self.numbered(), what: what.to_owned() }
    }

    fn too_long(&self) -> SourceError {
        SourceError::RecordTooLong { place: self.numbered(), limit: self.rows.layout().record_bytes_max }
    }
}

/// The error with a place that says more.
fn placed(error: SourceError, place: impl FnOnce() -> Place) -> SourceError {
    match error {
        SourceError::Value { column, text, expected, .. } => {
            SourceError::Value { place: place(), column, text, expected }
        }
        SourceError::RequiredValue { column, .. } => SourceError::RequiredValue { place: place(), column },
        other => other,
    }
}

/// The value of a field; `None` is null.
fn unescaped(field: &str) -> Option<Cow<'_, str>> {
    if field == "\\N" {
        return None;
    }
    let Some(first) = field.find('\\') else { return Some(Cow::Borrowed(field)) };
    let (plain, rest) = field.split_at(first);
    let mut text = String::with_capacity(field.len());
    text.push_str(plain);
    let mut rest = rest.chars();
    while let Some(c) = rest.next() {
        if c != '\\' {
            text.push(c);
            continue;
        }
        match rest.next() {
            Some('b') => text.push('\u{8}'),
            Some('f') => text.push('\u{c}'),
            Some('n') => text.push('\n'),
            Some('r') => text.push('\r'),
            Some('t') => text.push('\t'),
            Some('v') => text.push('\u{b}'),
            Some(other) => text.push(other),
            None => text.push('\\'),
        }
    }
    Some(Cow::Owned(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_undone() {
        let text = |field| unescaped(field).map(Cow::into_owned);
        assert_eq!(text("\\N"), None);
        assert_eq!(text("").as_deref(), Some(""));
        assert_eq!(text("\\\\N").as_deref(), Some("\\N"));
        assert_eq!(text("a\\tb\\nc\\\\d\\re\\bf\\fg\\vh").as_deref(), Some("a\tb\nc\\d\re\u{8}f\u{c}g\u{b}h"));
        assert_eq!(text("größe \u{1f600}").as_deref(), Some("größe \u{1f600}"));
    }
}
