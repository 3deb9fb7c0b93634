//! Small tables as results: a list of structs for each row.

use std::fmt::Debug;
use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, ListArray, StructArray};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::error::Result;

use super::returns::Returns;

/// The columns of a table: a tuple of `(name, kind, meaning)`.
pub trait Columns: Send + Sync + 'static {
    /// One row of the table: a tuple of the kinds' values.
    type Row;
    #[doc(hidden)]
    type Builders: Send;

    #[doc(hidden)]
    fn fields(&self) -> Fields;

    #[doc(hidden)]
    fn builders(&self, rows: usize) -> Self::Builders;

    /// # Errors
    /// When a value does not fit its type.
    #[doc(hidden)]
    fn write(&self, builders: &mut Self::Builders, row: Self::Row) -> Result<()>;

    /// # Errors
    /// When the values make no arrays.
    #[doc(hidden)]
    fn finish(&self, builders: Self::Builders) -> Result<Vec<ArrayRef>>;
}

/// A table as a result.
#[derive(Clone, Copy, Debug)]
pub struct Table<C>(C);

/// A table with `columns` as a function's result; the closure gives its rows.
#[must_use]
pub const fn table<C: Columns>(columns: C) -> Table<C> {
    Table(columns)
}

/// The rows of many small tables, one after the other.
#[doc(hidden)]
pub struct Lists<B> {
    members: B,
    lengths: Vec<usize>,
    valid: Vec<bool>,
}

impl<C: Columns> Table<C> {
    fn element(&self) -> FieldRef {
        Arc::new(Field::new("element", DataType::Struct(self.0.fields()), true))
    }
}

impl<C: Columns> Returns for Table<C> {
    type Value = Vec<C::Row>;
    type Builder = Lists<C::Builders>;

    fn data_type(&self) -> DataType {
        DataType::List(self.element())
    }

    fn builder(&self, rows: usize) -> Self::Builder {
        Lists { members: self.0.builders(rows), lengths: Vec::with_capacity(rows), valid: Vec::with_capacity(rows) }
    }

    fn write(&self, builder: &mut Self::Builder, value: Option<Self::Value>) -> Result<()> {
        builder.valid.push(value.is_some());
        let rows = value.unwrap_or_default();
        builder.lengths.push(rows.len());
        rows.into_iter().try_for_each(|row| self.0.write(&mut builder.members, row))
    }

    fn finish(&self, builder: Self::Builder) -> Result<ArrayRef> {
        let members = builder.lengths.iter().sum();
        let arrays = self.0.finish(builder.members)?;
        let structs = StructArray::try_new_with_length(self.0.fields(), arrays, None, members)?;
        let offsets = OffsetBuffer::from_lengths(builder.lengths);
        let valid = NullBuffer::from(builder.valid);
        Ok(Arc::new(ListArray::try_new(self.element(), offsets, Arc::new(structs), Some(valid))?))
    }
}
