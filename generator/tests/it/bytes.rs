//! The same bytes from the same seed, however many threads make them and whatever else is made.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use fince_generator::{Event, Format, GenerateError, Order, Table, to_files};
use tempfile::TempDir;

use crate::made::{bank, order};

fn files(folder: &Path) -> BTreeMap<String, Vec<u8>> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    entries.map(|path| (path.file_name().unwrap().display().to_string(), fs::read(&path).unwrap())).collect()
}

fn made(order: &Order, format: Format) -> BTreeMap<String, Vec<u8>> {
    let folder = TempDir::new().unwrap();
    to_files(order, folder.path(), format, &mut |_| {}).unwrap();
    files(folder.path())
}

/// Tables that are small enough to be made in many parts.
const IN_PARTS: [Table; 5] =
    [Table::Customers, Table::Instruments, Table::Portfolios, Table::Claims, Table::ClaimMovements];

#[test]
fn threads_change_no_byte() {
    for format in [Format::Parquet, Format::Csv] {
        let one = made(&order(0.16, 7, &IN_PARTS, 1), format);
        assert_eq!(one.len(), IN_PARTS.len());
        assert!(one == made(&order(0.16, 7, &IN_PARTS, 4), format), "{format:?}: four threads make the same");
        assert!(one != made(&order(0.16, 8, &IN_PARTS, 1), format), "{format:?}: another seed makes another bank");
    }
    let one = made(&order(0.004, 42, &Table::ALL, 1), Format::Parquet);
    assert!(one == files(bank()), "every table is the same from one thread as from two");
}

#[test]
fn a_table_alone_is_the_same_as_among_all() {
    let all = files(bank());
    for table in Table::ALL {
        let alone = made(&order(0.004, 42, &[table], 2), Format::Parquet);
        let name = format!("{table}.parquet");
        assert!(alone.len() == 1 && alone[&name] == all[&name], "{table}");
    }
}

#[test]
fn both_formats_hold_the_same_rows() {
    let csv = made(&order(0.004, 42, &Table::ALL, 2), Format::Csv);
    for table in Table::ALL {
        let text = String::from_utf8(csv[&format!("{table}.csv")].clone()).unwrap();
        let header: Vec<&str> = table.columns().map(|(name, _, _)| name).collect();
        assert_eq!(text.lines().next(), Some(header.join(",").as_str()));
        assert_eq!(text.lines().count() - 1, crate::made::table(table).count(), "{table}");
    }
}

#[test]
fn every_row_is_told() {
    let folder = TempDir::new().unwrap();
    let (mut parts, mut ended, mut rows) = (0, 0, 0);
    let made = to_files(&order(0.16, 7, &IN_PARTS, 3), folder.path(), Format::Csv, &mut |event| match event {
        Event::Started { parts: all } => parts = all,
        Event::Written { rows: written, .. } => rows += written as u64,
        Event::PartEnded => ended += 1,
        _ => {}
    });
    let made = made.unwrap();
    assert_eq!(made.iter().map(|(table, _)| *table).collect::<Vec<_>>(), IN_PARTS);
    assert_eq!(made.iter().map(|(_, rows)| rows).sum::<u64>(), rows);
    assert!(parts == ended && parts > 6, "{parts} {ended}");
}

#[test]
fn a_folder_that_cannot_be_written_is_named() {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("a file");
    fs::write(&file, "here").unwrap();
    let error = to_files(&order(0.004, 1, &[Table::Customers], 1), &file, Format::Csv, &mut |_| {}).unwrap_err();
    assert!(matches!(error, GenerateError::File { .. }), "{error}");
    assert_eq!(fs::read_to_string(&file).unwrap(), "here");
}
