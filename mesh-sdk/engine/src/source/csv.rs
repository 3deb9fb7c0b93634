//! CSV: a header, then records; fields by name.

use std::sync::Arc;

use csv_core::ReadRecordResult;

use super::error::{SourceError, nearest, shown};
use super::rows::{Layout, Rows};

/// Most fields of a record: far more than any table has columns, so that a line of commas stays small in memory.
const FIELDS_MAX: usize = 65_536;

/// Reads CSV that arrives in pieces. Memory is bounded by the record limit.
#[derive(Debug)]
pub(super) struct CsvReader {
    tokens: csv_core::Reader,
    rows: Rows,
    /// Unescaped bytes of the record under way, and how many of them are filled.
    output: Vec<u8>,
    filled: usize,
    /// Ends of its fields in `output`, and how many there are.
    ends: Vec<usize>,
    fields: usize,
    /// Line now, and where the record under way began.
    line: u64,
    record_line: u64,
    in_record: bool,
    /// For each column its field; empty before the header.
    positions: Vec<usize>,
    width: usize,
}

impl CsvReader {
    pub(super) fn new(layout: Arc<Layout>, file: String, delimiter: u8) -> Self {
        let buffer = layout.record_bytes_max.min(4 * 1024);
        Self {
            tokens: csv_core::ReaderBuilder::new().delimiter(delimiter).build(),
            rows: Rows::new(layout, file),
            output: vec![0; buffer],
            filled: 0,
            ends: vec![0; 128],
            fields: 0,
            line: 1,
            record_line: 1,
            in_record: false,
            positions: Vec::new(),
            width: 0,
        }
    }

    pub(super) fn rows(&mut self) -> &mut Rows {
        &mut self.rows
    }

    /// Takes the next piece of the file.
    pub(super) fn feed(&mut self, mut input: &[u8]) -> Result<(), SourceError> {
        while !input.is_empty() {
            if !self.in_record {
                input = self.skip_line_ends(input);
                if input.is_empty() {
                    return Ok(());
                }
                (self.in_record, self.record_line) = (true, self.line);
            }
            let taken = self.step(input)?;
            input = input.get(taken..).unwrap_or_default();
        }
        Ok(())
    }

    /// Ends the file.
    pub(super) fn finish(&mut self) -> Result<(), SourceError> {
        if self.in_record {
            while self.in_record {
                self.step(&[])?;
            }
        }
        if self.width == 0 {
            return Err(self.rows.malformed(1, "the file is empty, and a header line is required"));
        }
        self.rows.flush()
    }

    /// Blank lines carry no record; skipping them here keeps the line numbers of records exact.
    fn skip_line_ends<'a>(&mut self, input: &'a [u8]) -> &'a [u8] {
        let blank = input.iter().take_while(|byte| matches!(byte, b'\n' | b'\r')).count();
        let (skipped, rest) = input.split_at(blank);
        self.line += newlines(skipped);
        rest
    }

    fn step(&mut self, input: &[u8]) -> Result<usize, SourceError> {
        let (output, ends) = (self.output.get_mut(self.filled..), self.ends.get_mut(self.fields..));
        let (result, taken, written, ended) =
            self.tokens.read_record(input, output.unwrap_or_default(), ends.unwrap_or_default());
        self.line += newlines(input.get(..taken).unwrap_or_default());
        self.filled += written;
        self.fields += ended;
        let limit = self.rows.layout().record_bytes_max;
        match result {
            ReadRecordResult::OutputFull | ReadRecordResult::OutputEndsFull
                if self.filled >= limit || self.fields >= FIELDS_MAX =>
            {
                return Err(self.rows.too_long(self.record_line));
            }
            ReadRecordResult::OutputFull => self.output.resize((self.output.len() * 2).min(limit), 0),
            ReadRecordResult::OutputEndsFull => self.ends.resize((self.ends.len() * 2).min(FIELDS_MAX), 0),
            ReadRecordResult::InputEmpty => {}
            ReadRecordResult::Record => {
                self.in_record = false;
                self.record()?;
                (self.filled, self.fields) = (0, 0);
            }
            ReadRecordResult::End => self.in_record = false,
        }
        Ok(taken)
    }

    fn record(&mut self) -> Result<(), SourceError> {
        let output = std::mem::take(&mut self.output);
        let bytes = output.get(..self.filled).unwrap_or_default();
        let done = if self.width == 0 { self.header(bytes) } else { self.row(bytes) };
        self.output = output;
        done
    }

    fn header(&mut self, bytes: &[u8]) -> Result<(), SourceError> {
        let line = self.record_line;
        let mut names = Vec::with_capacity(self.fields);
        for position in 0..self.fields {
            let name = field(bytes, &self.ends, position).ok_or_else(|| self.rows.malformed(line, NOT_UTF8))?;
            names.push(if position == 0 { name.trim_start_matches('\u{feff}').trim() } else { name.trim() });
        }
        let layout = Arc::clone(self.rows.layout());
        for column in &layout.columns {
            let mut found = names.iter().enumerate().filter(|(_, name)| **name == column.stored_name);
            let Some((position, _)) = found.next() else {
                return Err(SourceError::MissingColumn {
                    place: self.rows.place(line),
                    column: column.stored_name.clone(),
                    nearest: nearest(&column.stored_name, names.iter().copied()),
                    present: names.iter().map(|name| (*name).to_owned()).collect(),
                });
            };
            if found.next().is_some() {
                let what = format!("column `{}` stands twice in the header", shown(&column.stored_name));
                return Err(self.rows.malformed(line, what));
            }
            self.positions.push(position);
        }
        self.width = names.len();
        Ok(())
    }

    fn row(&mut self, bytes: &[u8]) -> Result<(), SourceError> {
        let line = self.record_line;
        if self.fields != self.width {
            let what = format!("the record has {} fields, the header {}", self.fields, self.width);
            return Err(self.rows.malformed(line, what));
        }
        for (at, position) in self.positions.iter().enumerate() {
            let text = field(bytes, &self.ends, *position).ok_or_else(|| self.rows.malformed(line, NOT_UTF8))?;
            self.rows.push_text(at, line, text)?;
        }
        self.rows.end_row()
    }
}

const NOT_UTF8: &str = "the record is not valid UTF-8";

fn field<'a>(bytes: &'a [u8], ends: &[usize], position: usize) -> Option<&'a str> {
    let start = position.checked_sub(1).and_then(|before| ends.get(before)).copied().unwrap_or(0);
    let bytes = ends.get(position).and_then(|end| bytes.get(start..*end))?;
    std::str::from_utf8(bytes).ok()
}

fn newlines(bytes: &[u8]) -> u64 {
    u64::try_from(bytes.iter().filter(|byte| **byte == b'\n').count()).unwrap_or(u64::MAX)
}
