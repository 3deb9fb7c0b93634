//! Arrays brought to a contract's exact Arrow types: safe widenings, field metadata, and no null where none may be.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, ListArray, RecordBatch, RecordBatchOptions, StructArray};
use arrow::buffer::NullBuffer;
use arrow::compute::{CastOptions, cast_with_options};
use arrow::datatypes::{DataType, Field, FieldRef, Fields, Schema, SchemaRef};
use arrow::error::ArrowError;

/// Why a batch cannot be brought to its schema.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NullWhereRequired {
    /// A required column or member has no value.
    #[error("column `{column}` is required and has no value")]
    Null {
        /// The column, or the path of the member.
        column: String,
    },
    /// Arrow refused a conversion.
    #[error(transparent)]
    Arrow(#[from] ArrowError),
}

/// The column whose missing value made a stream fail, however deep the engine wrapped it.
pub(crate) fn missing_value<'a>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a str> {
    let chain = std::iter::successors(Some(error), |error| error.source());
    chain.into_iter().find_map(|error| match error.downcast_ref::<NullWhereRequired>() {
        Some(NullWhereRequired::Null { column }) => Some(column.as_str()),
        _ => None,
    })
}

/// The batch of `arrays`, which stand in the order of `schema`.
pub(crate) fn columns(arrays: &[ArrayRef], rows: usize, schema: &SchemaRef) -> Result<RecordBatch, NullWhereRequired> {
    let mut typed = Vec::with_capacity(arrays.len());
    for (array, field) in arrays.iter().zip(schema.fields()) {
        if !field.is_nullable() && array.logical_null_count() > 0 {
            return Err(NullWhereRequired::Null { column: field.name().clone() });
        }
        typed.push(retype(array, field, field.name())?);
    }
    let options = RecordBatchOptions::new().with_row_count(Some(rows));
    Ok(RecordBatch::try_new_with_options(Arc::clone(schema), typed, &options)?)
}

/// The schema with null allowed everywhere: what data that breaks `required` can still be looked at with.
pub(crate) fn relaxed(schema: &Schema) -> SchemaRef {
    Arc::new(Schema::new_with_metadata(relaxed_fields(schema.fields()), schema.metadata().clone()))
}

fn relaxed_fields(fields: &Fields) -> Fields {
    fields.iter().map(relaxed_field).collect()
}

fn relaxed_field(field: &FieldRef) -> FieldRef {
    let data_type = match field.data_type() {
        DataType::Struct(fields) => DataType::Struct(relaxed_fields(fields)),
        DataType::List(item) => DataType::List(relaxed_field(item)),
        other => other.clone(),
    };
    Arc::new(Field::clone(field).with_data_type(data_type).with_nullable(true))
}

fn retype(array: &ArrayRef, field: &Field, path: &str) -> Result<ArrayRef, NullWhereRequired> {
    if array.data_type() == field.data_type() {
        return Ok(Arc::clone(array));
    }
    match (array.data_type(), field.data_type()) {
        (DataType::Struct(_), DataType::Struct(fields)) => structure(array.as_struct(), fields, path),
        (DataType::List(_), DataType::List(item)) => list(array.as_list(), item, path),
        (DataType::LargeList(item), DataType::List(_)) => {
            let narrow = cast(array, &DataType::List(Arc::clone(item)))?;
            retype(&narrow, field, path)
        }
        (_, to) => Ok(cast(array, to)?),
    }
}

/// An overflow is an error, never a null.
fn cast(array: &ArrayRef, to: &DataType) -> Result<ArrayRef, ArrowError> {
    cast_with_options(array, to, &CastOptions { safe: false, ..CastOptions::default() })
}

fn structure(array: &StructArray, fields: &Fields, path: &str) -> Result<ArrayRef, NullWhereRequired> {
    let mut members = Vec::with_capacity(fields.len());
    for (member, field) in array.columns().iter().zip(fields) {
        let path = format!("{path}.{}", field.name());
        let masked = NullBuffer::union(array.nulls(), member.logical_nulls().as_ref());
        let nulls = masked.map_or(0, |nulls| nulls.null_count());
        if !field.is_nullable() && nulls > array.null_count() {
            return Err(NullWhereRequired::Null { column: path });
        }
        members.push(retype(member, field, &path)?);
    }
    let nulls = array.nulls().cloned();
    Ok(Arc::new(StructArray::try_new_with_length(fields.clone(), members, nulls, array.len())?))
}

fn list(array: &ListArray, item: &FieldRef, path: &str) -> Result<ArrayRef, NullWhereRequired> {
    if !item.is_nullable() && array.values().logical_null_count() > 0 {
        return Err(NullWhereRequired::Null { column: format!("{path}[]") });
    }
    let values = retype(array.values(), item, &format!("{path}[]"))?;
    let typed = ListArray::try_new(Arc::clone(item), array.offsets().clone(), values, array.nulls().cloned())?;
    Ok(Arc::new(typed))
}
