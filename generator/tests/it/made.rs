//! A small bank, made once and read back.

use std::fs::File;
use std::path::Path;
use std::sync::OnceLock;

use arrow::array::{Array, AsArray, RecordBatch};
use arrow::compute::concat_batches;
use arrow::datatypes::{Date32Type, Decimal128Type, Int32Type, Int64Type, TimestampMicrosecondType};
use fince_generator::{Bank, Format, Order, Table, to_files};
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
use tempfile::TempDir;

/// Customers of the bank.
pub(crate) const CUSTOMERS: usize = 400;

pub(crate) fn order(scale: f64, seed: u64, tables: &[Table], threads: usize) -> Order {
    Order { bank: Bank::new(scale, seed).unwrap(), tables: tables.to_vec(), threads }
}

/// All tables of a bank of 400 customers, as Parquet.
pub(crate) fn bank() -> &'static Path {
    static MADE: OnceLock<TempDir> = OnceLock::new();
    let folder = MADE.get_or_init(|| {
        let folder = TempDir::new().unwrap();
        to_files(&order(0.004, 42, &Table::ALL, 2), folder.path(), Format::Parquet, &mut |_| {}).unwrap();
        folder
    });
    folder.path()
}

/// A table of that bank.
pub(crate) fn table(table: Table) -> Rows {
    Rows::read(&bank().join(format!("{table}.parquet")))
}

/// Rows of a table, a column at a time.
pub(crate) struct Rows(RecordBatch);

impl Rows {
    pub(crate) fn read(file: &Path) -> Self {
        let builder = ParquetRecordBatchReaderBuilder::try_new(File::open(file).unwrap()).unwrap();
        let schema = builder.schema().clone();
        let batches: Vec<RecordBatch> = builder.build().unwrap().collect::<Result<_, _>>().unwrap();
        Self(concat_batches(&schema, &batches).unwrap())
    }

    pub(crate) fn count(&self) -> usize {
        self.0.num_rows()
    }

    fn column(&self, name: &str) -> &dyn Array {
        self.0.column_by_name(name).unwrap_or_else(|| panic!("no column {name}")).as_ref()
    }

    /// Whole numbers, days, moments, or decimals without their point.
    pub(crate) fn numbers(&self, name: &str) -> Vec<i64> {
        self.optional_numbers(name).into_iter().map(|number| number.expect("a value")).collect()
    }

    pub(crate) fn optional_numbers(&self, name: &str) -> Vec<Option<i64>> {
        let column = self.column(name);
        if let Some(column) = column.as_primitive_opt::<Int64Type>() {
            column.iter().collect()
        } else if let Some(column) = column.as_primitive_opt::<Int32Type>() {
            column.iter().map(|number| number.map(i64::from)).collect()
        } else if let Some(column) = column.as_primitive_opt::<Date32Type>() {
            column.iter().map(|number| number.map(i64::from)).collect()
        } else if let Some(column) = column.as_primitive_opt::<TimestampMicrosecondType>() {
            column.iter().collect()
        } else {
            let column = column.as_primitive::<Decimal128Type>();
            column.iter().map(|number| number.map(|number| i64::try_from(number).unwrap())).collect()
        }
    }

    pub(crate) fn texts(&self, name: &str) -> Vec<String> {
        self.optional_texts(name).into_iter().map(|text| text.expect("a value")).collect()
    }

    pub(crate) fn optional_texts(&self, name: &str) -> Vec<Option<String>> {
        self.column(name).as_string::<i32>().iter().map(|text| text.map(str::to_owned)).collect()
    }
}
