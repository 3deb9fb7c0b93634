//! The values of one column on their way into an Arrow array.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, BinaryBuilder, BooleanArray, Date32Array, Decimal128Array, Float32Array, Float64Array, Int8Array,
    Int16Array, Int32Array, Int64Array, ListArray, StringBuilder, StructArray, TimestampMicrosecondArray,
};
use arrow::buffer::{NullBuffer, OffsetBuffer};
use arrow::datatypes::{DataType, Fields};
use arrow::error::ArrowError;

use super::column::{Column, Kind};
use super::{number, time};

/// Why a text is not a value of its column: more about it, may be empty.
pub(super) type Refusal = String;

/// Values so far.
#[derive(Debug)]
pub(super) enum Cells {
    Text(StringBuilder),
    Integer(Vec<Option<i64>>),
    Decimal(Vec<Option<i128>>),
    Float(Vec<Option<f64>>),
    Boolean(Vec<Option<bool>>),
    Date(Vec<Option<i32>>),
    Timestamp(Vec<Option<i64>>),
    Bytes(BinaryBuilder),
    Object { members: Vec<Cells>, valid: Vec<bool> },
    Array { items: Box<Cells>, lengths: Vec<usize>, valid: Vec<bool> },
}

impl Cells {
    pub(super) fn new(kind: &Kind) -> Self {
        match kind {
            Kind::Text | Kind::Time => Self::Text(StringBuilder::new()),
            Kind::Integer { .. } => Self::Integer(Vec::new()),
            Kind::Decimal { .. } => Self::Decimal(Vec::new()),
            Kind::Float { .. } => Self::Float(Vec::new()),
            Kind::Boolean => Self::Boolean(Vec::new()),
            Kind::Date(_) => Self::Date(Vec::new()),
            Kind::Timestamp { .. } => Self::Timestamp(Vec::new()),
            Kind::Bytes => Self::Bytes(BinaryBuilder::new()),
            Kind::Object(members) => Self::Object {
                members: members.iter().map(|member| Self::new(&member.kind)).collect(),
                valid: Vec::new(),
            },
            Kind::Array(item) => {
                Self::Array { items: Box::new(Self::new(&item.kind)), lengths: Vec::new(), valid: Vec::new() }
            }
        }
    }

    /// Appends the value that `text` writes.
    pub(super) fn push_text(&mut self, kind: &Kind, text: &str) -> Result<(), Refusal> {
        let bare = text.trim();
        match (self, kind) {
            (Self::Text(cells), Kind::Time) => cells.append_value(time::time_of_day(bare)?),
            (Self::Text(cells), _) => cells.append_value(text),
            (Self::Integer(cells), Kind::Integer { bits }) => cells.push(Some(number::integer(bare, *bits)?)),
            (Self::Decimal(cells), Kind::Decimal { precision, scale }) => {
                cells.push(Some(number::decimal(bare, *precision, *scale)?));
            }
            (Self::Float(cells), Kind::Float { bits }) => cells.push(Some(number::float(bare, *bits)?)),
            (Self::Boolean(cells), Kind::Boolean) => cells.push(Some(boolean(bare)?)),
            (Self::Date(cells), Kind::Date(pattern)) => cells.push(Some(time::date(bare, pattern.as_ref())?)),
            (Self::Timestamp(cells), Kind::Timestamp { pattern, utc }) => {
                cells.push(Some(time::timestamp(bare, pattern.as_ref(), *utc)?));
            }
            (Self::Bytes(cells), Kind::Bytes) => cells.append_value(bytes(bare)?),
            _ => return Err("a text".into()),
        }
        Ok(())
    }

    /// Appends a null.
    pub(super) fn push_null(&mut self) {
        match self {
            Self::Text(cells) => cells.append_null(),
            Self::Integer(cells) | Self::Timestamp(cells) => cells.push(None),
            Self::Decimal(cells) => cells.push(None),
            Self::Float(cells) => cells.push(None),
            Self::Boolean(cells) => cells.push(None),
            Self::Date(cells) => cells.push(None),
            Self::Bytes(cells) => cells.append_null(),
            Self::Object { members, valid } => {
                members.iter_mut().for_each(Self::push_null);
                valid.push(false);
            }
            Self::Array { lengths, valid, .. } => {
                lengths.push(0);
                valid.push(false);
            }
        }
    }

    /// The array of all values so far; the cells are empty afterwards.
    pub(super) fn finish(&mut self, column: &Column) -> Result<ArrayRef, ArrowError> {
        Ok(match self {
            Self::Text(cells) => Arc::new(cells.finish()),
            Self::Integer(cells) => integers(std::mem::take(cells), column.field.data_type()),
            Self::Decimal(cells) => {
                let array: Decimal128Array = std::mem::take(cells).into_iter().collect();
                Arc::new(array.with_data_type(column.field.data_type().clone()))
            }
            Self::Float(cells) => floats(std::mem::take(cells), column.field.data_type()),
            Self::Boolean(cells) => Arc::new(BooleanArray::from(std::mem::take(cells))),
            Self::Date(cells) => Arc::new(Date32Array::from(std::mem::take(cells))),
            Self::Timestamp(cells) => {
                let array = TimestampMicrosecondArray::from(std::mem::take(cells));
                Arc::new(array.with_data_type(column.field.data_type().clone()))
            }
            Self::Bytes(cells) => Arc::new(cells.finish()),
            Self::Object { members, valid } => structs(members, std::mem::take(valid), column)?,
            Self::Array { items, lengths, valid } => {
                lists(items, std::mem::take(lengths), std::mem::take(valid), column)?
            }
        })
    }
}

fn boolean(text: &str) -> Result<bool, Refusal> {
    match text.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Ok(true),
        "false" | "no" | "0" => Ok(false),
        _ => Err(String::new()),
    }
}

fn bytes(text: &str) -> Result<Vec<u8>, Refusal> {
    let digits = text.strip_prefix("\\x").filter(|digits| digits.len() % 2 == 0).ok_or_else(String::new)?;
    let nibble = |digit: &u8| char::from(*digit).to_digit(16).and_then(|value| u8::try_from(value).ok());
    let byte = |pair: &[u8]| match pair {
        [high, low] => Some(nibble(high)? << 4 | nibble(low)?),
        _ => None,
    };
    digits.as_bytes().chunks(2).map(byte).collect::<Option<Vec<u8>>>().ok_or_else(String::new)
}

/// Range was checked when the value was pushed, so narrowing drops nothing.
fn integers(cells: Vec<Option<i64>>, data_type: &DataType) -> ArrayRef {
    fn narrow<T: TryFrom<i64>>(cells: Vec<Option<i64>>) -> impl Iterator<Item = Option<T>> {
        cells.into_iter().map(|cell| cell.and_then(|value| T::try_from(value).ok()))
    }
    match data_type {
        DataType::Int8 => Arc::new(narrow(cells).collect::<Int8Array>()),
        DataType::Int16 => Arc::new(narrow(cells).collect::<Int16Array>()),
        DataType::Int32 => Arc::new(narrow(cells).collect::<Int32Array>()),
        _ => Arc::new(Int64Array::from(cells)),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a 32-bit column's values were parsed as 32-bit floats")]
fn floats(cells: Vec<Option<f64>>, data_type: &DataType) -> ArrayRef {
    match data_type {
        DataType::Float32 => {
            Arc::new(cells.into_iter().map(|cell| cell.map(|value| value as f32)).collect::<Float32Array>())
        }
        _ => Arc::new(Float64Array::from(cells)),
    }
}

fn structs(members: &mut [Cells], valid: Vec<bool>, column: &Column) -> Result<ArrayRef, ArrowError> {
    let Kind::Object(columns) = &column.kind else { return Err(mismatch()) };
    let rows = valid.len();
    let arrays =
        members.iter_mut().zip(columns).map(|(cells, column)| cells.finish(column)).collect::<Result<Vec<_>, _>>()?;
    let fields: Fields = columns.iter().map(|column| Arc::clone(&column.field)).collect();
    Ok(Arc::new(StructArray::try_new_with_length(fields, arrays, Some(NullBuffer::from(valid)), rows)?))
}

fn lists(items: &mut Cells, lengths: Vec<usize>, valid: Vec<bool>, column: &Column) -> Result<ArrayRef, ArrowError> {
    let Kind::Array(item) = &column.kind else { return Err(mismatch()) };
    let offsets = OffsetBuffer::<i32>::from_lengths(lengths);
    let values = items.finish(item)?;
    Ok(Arc::new(ListArray::try_new(Arc::clone(&item.field), offsets, values, Some(NullBuffer::from(valid)))?))
}

fn mismatch() -> ArrowError {
    ArrowError::SchemaError("cells of another column".into())
}
