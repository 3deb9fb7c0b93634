//! The first line of a CSV file.

use std::fs::File;
use std::io::{BufRead as _, BufReader, Read as _};
use std::path::Path;

use csv_core::ReadRecordResult;

use super::ProfileError;

/// Longest header looked at, in bytes.
const HEADER_BYTES_MAX: u64 = 1 << 20;

/// What the header's fields are separated by: of the usual characters the most frequent one.
pub(super) fn delimiter(path: &Path) -> Result<u8, ProfileError> {
    let line = first_line(path)?;
    let count = |byte: u8| line.iter().filter(|found| **found == byte).count();
    let found = [b',', b';', b'\t', b'|'].into_iter().rev().max_by_key(|byte| count(*byte));
    Ok(found.filter(|byte| count(*byte) > 0).unwrap_or(b','))
}

/// The names in the header, in order.
pub(super) fn names(path: &Path, delimiter: u8) -> Result<Vec<String>, ProfileError> {
    let line = first_line(path)?;
    let mut reader = csv_core::ReaderBuilder::new().delimiter(delimiter).build();
    let (mut output, mut ends) = (vec![0; line.len() + 1], vec![0; line.len() + 2]);
    let (mut input, mut filled, mut fields) = (line.as_slice(), 0, 0);
    loop {
        let (result, taken, written, ended) = reader.read_record(
            input,
            output.get_mut(filled..).unwrap_or_default(),
            ends.get_mut(fields..).unwrap_or_default(),
        );
        input = input.get(taken..).unwrap_or_default();
        filled += written;
        fields += ended;
        if !matches!(result, ReadRecordResult::InputEmpty) {
            break;
        }
    }
    let mut start = 0;
    let mut names = Vec::with_capacity(fields);
    for end in ends.iter().take(fields) {
        let name = output.get(start..*end).unwrap_or_default();
        names.push(String::from_utf8_lossy(name).trim_start_matches('\u{feff}').trim().to_owned());
        start = *end;
    }
    if names.is_empty() {
        return Err(ProfileError::Unreadable {
            path: path.to_owned(),
            cause: "the file is empty, and a header line is required".to_owned(),
        });
    }
    Ok(names)
}

fn first_line(path: &Path) -> Result<Vec<u8>, ProfileError> {
    let unreadable =
        |cause: std::io::Error| ProfileError::Unreadable { path: path.to_owned(), cause: cause.to_string() };
    let file = File::open(path).map_err(unreadable)?;
    let mut line = Vec::new();
    BufReader::new(file).take(HEADER_BYTES_MAX).read_until(b'\n', &mut line).map_err(unreadable)?;
    Ok(line)
}
