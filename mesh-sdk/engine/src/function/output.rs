//! From decimals back to Arrow arrays.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, Decimal128Array, Int32Array, ListArray, StructArray};
use datafusion::arrow::buffer::{NullBuffer, OffsetBuffer};
use datafusion::arrow::datatypes::{DataType, Field, FieldRef, Fields};
use datafusion::error::{DataFusionError, Result};
use rust_decimal::RoundingStrategy;
use rust_decimal::prelude::ToPrimitive;

use super::{Decimal, Kind, Named};

pub(super) fn arrow_type(kind: Kind) -> DataType {
    match kind {
        Kind::Integer => DataType::Int32,
        Kind::Decimal { precision, scale } => DataType::Decimal128(precision, scale.cast_signed()),
    }
}

/// A list of structs with these columns.
pub(super) fn list_type(columns: &[Named]) -> DataType {
    DataType::List(element(columns))
}

fn element(columns: &[Named]) -> FieldRef {
    Arc::new(Field::new("element", DataType::Struct(fields(columns)), true))
}

fn fields(columns: &[Named]) -> Fields {
    columns.iter().map(|(name, kind)| Field::new(*name, arrow_type(*kind), true)).collect()
}

/// One value a row.
pub(super) fn values(kind: Kind, rows: impl Iterator<Item = Option<Decimal>>) -> Result<ArrayRef> {
    match kind {
        Kind::Integer => {
            let integers = rows.map(|value| value.map(integer).transpose());
            Ok(Arc::new(integers.collect::<Result<Int32Array>>()?))
        }
        Kind::Decimal { precision, scale } => {
            let scaled = rows.map(|value| value.map(|value| unscaled(value, scale)).transpose());
            let array = scaled.collect::<Result<Decimal128Array>>()?;
            Ok(Arc::new(array.with_precision_and_scale(precision, scale.cast_signed())?))
        }
    }
}

/// One list of structs a row.
pub(super) fn lists(columns: &[Named], rows: impl Iterator<Item = Option<Vec<Vec<Decimal>>>>) -> Result<ArrayRef> {
    let mut lengths = Vec::new();
    let mut valid = Vec::new();
    let mut flat: Vec<Vec<Option<Decimal>>> = vec![Vec::new(); columns.len()];
    for row in rows {
        valid.push(row.is_some());
        let row = row.unwrap_or_default();
        lengths.push(row.len());
        for member in row {
            for (column, value) in flat.iter_mut().zip(member) {
                column.push(Some(value));
            }
        }
    }
    let members: usize = lengths.iter().sum();
    let arrays = flat
        .into_iter()
        .zip(columns)
        .map(|(column, (_, kind))| values(*kind, column.into_iter()))
        .collect::<Result<Vec<_>>>()?;
    let structs = StructArray::try_new_with_length(fields(columns), arrays, None, members)?;
    let offsets = OffsetBuffer::from_lengths(lengths);
    Ok(Arc::new(ListArray::try_new(element(columns), offsets, Arc::new(structs), Some(NullBuffer::from(valid)))?))
}

fn integer(value: Decimal) -> Result<i32> {
    value.to_i32().ok_or_else(|| overflow(value))
}

fn unscaled(value: Decimal, scale: u8) -> Result<i128> {
    let mut rounded = value.round_dp_with_strategy(u32::from(scale), RoundingStrategy::MidpointAwayFromZero);
    rounded.rescale(u32::from(scale));
    if rounded.scale() == u32::from(scale) { Ok(rounded.mantissa()) } else { Err(overflow(value)) }
}

fn overflow(value: Decimal) -> DataFusionError {
    DataFusionError::Execution(format!("`{value}` does not fit the function's type"))
}
