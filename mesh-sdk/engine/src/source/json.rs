//! JSON lines: one object a line.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::de::IgnoredAny;

use super::cells::Cells;
use super::column::{Column, Kind};
use super::error::{Place, SourceError, shown};
use super::json_members::{items, members};
use super::rows::{Layout, Rows};

/// Reads JSON lines that arrive in pieces. Memory is bounded by the record limit.
#[derive(Debug)]
pub(super) struct JsonReader {
    rows: Rows,
    /// The line under way, when it began in an earlier piece.
    pending: Vec<u8>,
    line: u64,
}

impl JsonReader {
    pub(super) fn new(layout: Arc<Layout>, file: String) -> Self {
        Self { rows: Rows::new(layout, file), pending: Vec::new(), line: 1 }
    }

    pub(super) fn rows(&mut self) -> &mut Rows {
        &mut self.rows
    }

    /// Takes the next piece of the file.
    pub(super) fn feed(&mut self, mut input: &[u8]) -> Result<(), SourceError> {
        while let Some(end) = input.iter().position(|byte| *byte == b'\n') {
            let (line, rest) = input.split_at(end);
            input = rest.get(1..).unwrap_or_default();
            self.extend(line)?;
            self.end_line()?;
        }
        self.extend(input)
    }

    /// Ends the file.
    pub(super) fn finish(&mut self) -> Result<(), SourceError> {
        self.end_line()?;
        self.rows.flush()
    }

    fn extend(&mut self, bytes: &[u8]) -> Result<(), SourceError> {
        if self.pending.len() + bytes.len() > self.rows.layout().record_bytes_max {
            return Err(self.rows.too_long(self.line));
        }
        self.pending.extend_from_slice(bytes);
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), SourceError> {
        let mut bytes = std::mem::take(&mut self.pending);
        let text = std::str::from_utf8(&bytes).map_err(|_| self.rows.malformed(self.line, "not valid UTF-8"))?;
        let text = if self.line == 1 { text.trim_start_matches('\u{feff}') } else { text };
        if !text.trim().is_empty() {
            self.record(text)?;
        }
        self.line += 1;
        bytes.clear();
        self.pending = bytes;
        Ok(())
    }

    fn record(&mut self, text: &str) -> Result<(), SourceError> {
        let line = self.line;
        if let Err(error) = serde_json::from_str::<IgnoredAny>(text) {
            let what = format!("not valid JSON at column {}", error.column());
            return Err(self.rows.malformed(line, what));
        }
        let layout = Arc::clone(self.rows.layout());
        let place = self.rows.place(line);
        let object = members(text).ok_or_else(|| self.rows.malformed(line, "the line is not a JSON object"))?;
        let object = by_name(object, &place)?;
        for (at, column) in layout.columns.iter().enumerate() {
            let value = object.get(column.stored_name.as_str()).copied().unwrap_or("null");
            let reader = Reader { layout: &layout, place: &place, root: &column.name };
            self.rows.push_with(at, value.len(), |column, cells| reader.push(column, cells, value))?;
        }
        self.rows.end_row()
    }
}

/// A second member of the same name would silently win or lose, so it is refused.
fn by_name<'a>(object: Vec<(String, &'a str)>, place: &Place) -> Result<BTreeMap<String, &'a str>, SourceError> {
    let mut named = BTreeMap::new();
    for (name, value) in object {
        if named.contains_key(&name) {
            let what = format!("member `{}` stands twice", shown(&name));
            return Err(SourceError::Malformed { place: place.clone(), what });
        }
        named.insert(name, value);
    }
    Ok(named)
}

/// Turns written values into cells, however deep.
struct Reader<'a> {
    layout: &'a Layout,
    place: &'a Place,
    root: &'a str,
}

impl Reader<'_> {
    fn push(&self, column: &Column, cells: &mut Cells, value: &str) -> Result<(), SourceError> {
        let string: Option<String> = if value.starts_with('"') { serde_json::from_str(value).ok() } else { None };
        let is_null = value == "null" || string.as_deref().is_some_and(|text| self.layout.is_null(text));
        if is_null {
            if column.required {
                return Err(SourceError::RequiredValue { place: self.place.clone(), column: self.path(column) });
            }
            cells.push_null();
            return Ok(());
        }
        match (&column.kind, cells) {
            (Kind::Object(columns), Cells::Object { members: inner, valid }) => {
                let object = members(value).ok_or_else(|| self.refuse(column, value, ""))?;
                let object = by_name(object, self.place)?;
                for (column, cells) in columns.iter().zip(inner) {
                    let value = object.get(column.stored_name.as_str()).copied().unwrap_or("null");
                    self.push(column, cells, value)?;
                }
                valid.push(true);
                Ok(())
            }
            (Kind::Array(item), Cells::Array { items: inner, lengths, valid }) => {
                let values = items(value).ok_or_else(|| self.refuse(column, value, ""))?;
                for value in &values {
                    self.push(item, inner, value)?;
                }
                lengths.push(values.len());
                valid.push(true);
                Ok(())
            }
            (kind, cells) => self.scalar(column, kind, cells, value, string.as_deref()),
        }
    }

    fn scalar(
        &self,
        column: &Column,
        kind: &Kind,
        cells: &mut Cells,
        value: &str,
        string: Option<&str>,
    ) -> Result<(), SourceError> {
        let needs_string = matches!(kind, Kind::Text | Kind::Date(_) | Kind::Timestamp { .. } | Kind::Time);
        let text = match string {
            Some(text) => text,
            None if needs_string => return Err(self.refuse(column, value, "it is not a JSON string")),
            None => value,
        };
        cells.push_text(kind, text).map_err(|why| self.refuse(column, text, &why))
    }

    fn refuse(&self, column: &Column, text: &str, why: &str) -> SourceError {
        SourceError::Value {
            place: self.place.clone(),
            column: self.path(column),
            text: column.shown(text),
            expected: column.expected(why),
        }
    }

    fn path(&self, column: &Column) -> String {
        if column.name == self.root { column.name.clone() } else { format!("{}…{}", self.root, column.name) }
    }
}
