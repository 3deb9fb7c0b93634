//! Rows as a text table: the first ones shown, all of them counted.

use std::io::Write as _;

use arrow::array::RecordBatch;
use arrow::datatypes::{DataType, Schema};
use arrow::util::display::{ArrayFormatter, FormatOptions};

use super::destination::Sink;
use super::format::{RowWriter, failed};
use crate::failure::Failure;
use crate::output::Paint;
use crate::table::{Lean, Table};

/// Keeps the rows that will be shown, and no others.
pub(super) struct TextTable {
    sink: Sink,
    table: Table,
    rows_max: usize,
    count: u64,
    paint: Paint,
}

impl TextTable {
    /// A table of the schema's columns, showing at most `rows_max` rows.
    pub(super) fn new(sink: Sink, schema: &Schema, rows_max: usize, colour: bool) -> Self {
        let columns = schema.fields().iter().map(|field| (field.name().clone(), lean(field.data_type())));
        Self { sink, table: Table::new(columns), rows_max, count: 0, paint: Paint(colour) }
    }

    fn footer(&self) -> String {
        let shown = self.table.len() as u64;
        let rows = |n: u64| format!("{n} {}", if n == 1 { "row" } else { "rows" });
        if shown == self.count {
            return rows(shown);
        }
        format!("{} of {} shown; `-f csv` writes all, `--rows N` shows more", shown, rows(self.count))
    }
}

impl RowWriter for TextTable {
    fn write(&mut self, batch: &RecordBatch) -> Result<(), Failure> {
        self.count += batch.num_rows() as u64;
        let room = self.rows_max.saturating_sub(self.table.len()).min(batch.num_rows());
        if room == 0 {
            return Ok(());
        }
        let options = FormatOptions::new().with_null("NULL").with_display_error(true);
        let columns: Result<Vec<_>, _> =
            batch.columns().iter().map(|column| ArrayFormatter::try_new(column.as_ref(), &options)).collect();
        let columns = columns.map_err(failed)?;
        for row in 0..room {
            self.table.row(columns.iter().map(|column| column.value(row).to_string()));
        }
        Ok(())
    }

    fn finish(&mut self) -> Result<(), Failure> {
        let footer = self.paint.dim(&self.footer());
        writeln!(self.sink, "{}\n{footer}", self.table.render(self.paint))
            .and_then(|()| self.sink.flush())
            .map_err(failed)
    }
}

fn lean(data_type: &DataType) -> Lean {
    if data_type.is_numeric() { Lean::Right } else { Lean::Left }
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::{Arc, Mutex};

    use arrow::array::{Decimal128Array, StringArray};
    use arrow::datatypes::Field;

    use super::*;

    #[derive(Clone, Default)]
    struct Shared(Arc<Mutex<Vec<u8>>>);

    impl io::Write for Shared {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("a lock").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn loans() -> RecordBatch {
        let balance = Decimal128Array::from(vec![Some(123_456), Some(-5), None]).with_precision_and_scale(18, 2);
        let schema = Schema::new(vec![
            Field::new("borrower", DataType::Utf8, true),
            Field::new("balance", DataType::Decimal128(18, 2), true),
        ]);
        let borrower = StringArray::from(vec!["Ann", "Böb\u{1b}[31m", "Cy"]);
        RecordBatch::try_new(Arc::new(schema), vec![Arc::new(borrower), Arc::new(balance.expect("decimals"))])
            .expect("rows")
    }

    fn shown(rows_max: usize) -> String {
        let shared = Shared::default();
        let batch = loans();
        let mut table = TextTable::new(Box::new(shared.clone()), &batch.schema(), rows_max, false);
        table.write(&batch).expect("written");
        table.write(&batch).expect("written");
        table.finish().expect("finished");
        String::from_utf8(shared.0.lock().expect("a lock").clone()).expect("text")
    }

    #[test]
    fn money_is_exact_and_numbers_lean_right() {
        insta::assert_snapshot!(shown(100), @r"
        borrower       balance
        ─────────────  ───────
        Ann            1234.56
        Böb\u{1b}[31m    -0.05
        Cy                NULL
        Ann            1234.56
        Böb\u{1b}[31m    -0.05
        Cy                NULL
        6 rows
        ");
    }

    #[test]
    fn what_is_not_shown_is_counted() {
        insta::assert_snapshot!(shown(1), @r"
        borrower  balance
        ────────  ───────
        Ann       1234.56
        1 of 6 rows shown; `-f csv` writes all, `--rows N` shows more
        ");
    }
}
