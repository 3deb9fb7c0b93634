//! Whole numbers, exact decimals, dates, texts, truth values and doubles.

mod number;

use std::sync::Arc;

use chrono::NaiveDate;
use datafusion::arrow::array::{
    ArrayRef, AsArray, BooleanArray, BooleanBuilder, Date32Array, Date32Builder, Float64Array, Float64Builder,
    Int32Array, Int32Builder, StringArray, StringBuilder,
};
use datafusion::arrow::datatypes::{DataType, Date32Type, Float64Type, Int32Type};
use datafusion::error::Result;

use super::kind::Kind;
use super::rows::{Given, Typed};

pub use number::{MONEY, NUMBER, Number, PERCENT, RATE, decimal};

/// A whole number.
pub const INTEGER: Integer = Integer;
/// A calendar day.
pub const DATE: Date = Date;
/// A text.
pub const TEXT: Text = Text;
/// True or false.
pub const BOOLEAN: Boolean = Boolean;
/// A number of double precision, never an amount.
pub const DOUBLE: Double = Double;

/// A whole number of 32 bits.
#[derive(Clone, Copy, Debug)]
pub struct Integer;
/// A calendar day.
#[derive(Clone, Copy, Debug)]
pub struct Date;
/// A text.
#[derive(Clone, Copy, Debug)]
pub struct Text;
/// True or false.
#[derive(Clone, Copy, Debug)]
pub struct Boolean;
/// A number of double precision.
#[derive(Clone, Copy, Debug)]
pub struct Double;

/// The members of [`Kind`] that follow from the arrays: how they are opened, built and finished.
macro_rules! arrays {
    ($array:ty, $opened:expr, $builder:ty, |$rows:ident| $new:expr) => {
        type Column = Typed<Self, $array>;
        type Builder = $builder;

        fn open(self, given: Option<&Given>) -> Result<Self::Column> {
            Typed::open(self, given, $opened)
        }

        fn builder(self, $rows: usize) -> Self::Builder {
            $new
        }

        fn finish(self, mut builder: Self::Builder) -> Result<ArrayRef> {
            Ok(Arc::new(builder.finish()))
        }
    };
}

impl Kind for Integer {
    type Read<'a> = i32;
    type Written = i32;
    arrays!(Int32Array, |array| array.as_primitive_opt::<Int32Type>(), Int32Builder, |rows| {
        Int32Builder::with_capacity(rows)
    });

    fn data_type(self) -> DataType {
        DataType::Int32
    }

    fn accepts(self, given: &DataType) -> bool {
        given.is_integer()
    }

    fn noun(self) -> &'static str {
        "a whole number"
    }

    fn read(column: &Self::Column, row: usize) -> Option<i32> {
        Some(column.array.value(column.at(row)))
    }

    fn write(self, builder: &mut Self::Builder, value: Option<i32>) -> Result<()> {
        builder.append_option(value);
        Ok(())
    }
}

impl Kind for Date {
    type Read<'a> = NaiveDate;
    type Written = NaiveDate;
    arrays!(Date32Array, |array| array.as_primitive_opt::<Date32Type>(), Date32Builder, |rows| {
        Date32Builder::with_capacity(rows)
    });

    fn data_type(self) -> DataType {
        DataType::Date32
    }

    // Not a time stamp: which day it falls on depends on a time zone, so the query says it with a cast.
    fn accepts(self, given: &DataType) -> bool {
        matches!(given, DataType::Date32 | DataType::Date64) || given.is_string()
    }

    fn noun(self) -> &'static str {
        "a date"
    }

    fn read(column: &Self::Column, row: usize) -> Option<NaiveDate> {
        column.array.value_as_date(column.at(row))
    }

    fn write(self, builder: &mut Self::Builder, value: Option<NaiveDate>) -> Result<()> {
        builder.append_option(value.map(Date32Type::from_naive_date));
        Ok(())
    }
}

impl Kind for Text {
    type Read<'a> = &'a str;
    type Written = String;
    arrays!(StringArray, |array| array.as_string_opt::<i32>(), StringBuilder, |_rows| StringBuilder::new());

    fn data_type(self) -> DataType {
        DataType::Utf8
    }

    fn accepts(self, given: &DataType) -> bool {
        given.is_string()
    }

    fn noun(self) -> &'static str {
        "a text"
    }

    fn read(column: &Self::Column, row: usize) -> Option<&str> {
        Some(column.array.value(column.at(row)))
    }

    fn write(self, builder: &mut Self::Builder, value: Option<String>) -> Result<()> {
        builder.append_option(value);
        Ok(())
    }
}

impl Kind for Boolean {
    type Read<'a> = bool;
    type Written = bool;
    arrays!(BooleanArray, |array| array.as_boolean_opt(), BooleanBuilder, |rows| BooleanBuilder::with_capacity(rows));

    fn data_type(self) -> DataType {
        DataType::Boolean
    }

    fn accepts(self, given: &DataType) -> bool {
        matches!(given, DataType::Boolean)
    }

    fn noun(self) -> &'static str {
        "true or false"
    }

    fn read(column: &Self::Column, row: usize) -> Option<bool> {
        Some(column.array.value(column.at(row)))
    }

    fn write(self, builder: &mut Self::Builder, value: Option<bool>) -> Result<()> {
        builder.append_option(value);
        Ok(())
    }
}

impl Kind for Double {
    type Read<'a> = f64;
    type Written = f64;
    arrays!(Float64Array, |array| array.as_primitive_opt::<Float64Type>(), Float64Builder, |rows| {
        Float64Builder::with_capacity(rows)
    });

    fn data_type(self) -> DataType {
        DataType::Float64
    }

    fn accepts(self, given: &DataType) -> bool {
        given.is_numeric()
    }

    fn noun(self) -> &'static str {
        "a number"
    }

    fn read(column: &Self::Column, row: usize) -> Option<f64> {
        let value = column.array.value(column.at(row));
        value.is_finite().then_some(value)
    }

    // What is no number is no answer.
    fn write(self, builder: &mut Self::Builder, value: Option<f64>) -> Result<()> {
        builder.append_option(value.filter(|value| value.is_finite()));
        Ok(())
    }
}
