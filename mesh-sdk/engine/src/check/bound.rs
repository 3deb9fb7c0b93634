//! Bounds and listed values as literals that compare exactly with a column.

use datafusion::common::ScalarValue;
use datafusion::prelude::{Expr, lit};
use mesh_contract::model::{DataType, Property};
use serde_json::Value;

use crate::source::{DatePattern, date, decimal, timestamp};

/// Digits that a decimal can have.
const PRECISION_MAX: u8 = 38;

/// Which side of a range a bound is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Side {
    Minimum,
    Maximum,
}

/// True for values of `column` outside the bound.
pub(super) fn outside(
    property: &Property,
    column: Expr,
    value: &Value,
    exclusive: bool,
    side: Side,
) -> Result<Expr, String> {
    let literal = match &property.data_type {
        DataType::Integer { .. } => return exact(column, value, exclusive, side, 0, false),
        DataType::Decimal { scale, .. } => return exact(column, value, exclusive, side, *scale, true),
        DataType::Float { .. } => lit(value.as_f64().ok_or_else(|| refused(value, "a number"))?),
        _ => literal(property, value)?,
    };
    Ok(match (side, exclusive) {
        (Side::Minimum, false) => column.lt(literal),
        (Side::Minimum, true) => column.lt_eq(literal),
        (Side::Maximum, false) => column.gt(literal),
        (Side::Maximum, true) => column.gt_eq(literal),
    })
}

/// A bound with more digits than the column has is moved to the nearest value that the column can have, on the side
/// where it changes no answer. So nothing is widened and nothing can overflow.
fn exact(
    column: Expr,
    value: &Value,
    exclusive: bool,
    side: Side,
    scale: u8,
    is_decimal: bool,
) -> Result<Expr, String> {
    let text = value.as_number().map(ToString::to_string).ok_or_else(|| refused(value, "a number"))?;
    let (unscaled, bound_scale) = parts(&text).ok_or_else(|| refused(value, "a number of at most 38 digits"))?;
    let divisor =
        10_i128.checked_pow(u32::from(bound_scale.saturating_sub(scale))).ok_or_else(|| refused(value, "in range"))?;
    let factor =
        10_i128.checked_pow(u32::from(scale.saturating_sub(bound_scale))).ok_or_else(|| refused(value, "in range"))?;
    let floor = unscaled.div_euclid(divisor).checked_mul(factor).ok_or_else(|| refused(value, "in range"))?;
    let ceil = floor + i128::from(unscaled.rem_euclid(divisor) != 0);
    let at = |number: i128| -> Result<Expr, String> {
        if is_decimal {
            let scale = i8::try_from(scale).map_err(|_| refused(value, "in range"))?;
            return Ok(lit(ScalarValue::Decimal128(Some(number), PRECISION_MAX, scale)));
        }
        // Past 64 bits a bound means what the end of the range means.
        let narrow = i64::try_from(number).unwrap_or(if number < 0 { i64::MIN } else { i64::MAX });
        Ok(lit(narrow))
    };
    Ok(match (side, exclusive) {
        (Side::Minimum, false) => column.lt(at(ceil)?),
        (Side::Minimum, true) => column.lt_eq(at(floor)?),
        (Side::Maximum, false) => column.gt(at(floor)?),
        (Side::Maximum, true) => column.gt_eq(at(ceil)?),
    })
}

/// Unscaled value and scale of a number as written.
pub(super) fn parts(text: &str) -> Option<(i128, u8)> {
    (0..=PRECISION_MAX).find_map(|scale| decimal(text, PRECISION_MAX, scale).ok().map(|unscaled| (unscaled, scale)))
}

/// A listed value as a literal of the column's type.
pub(super) fn literal(property: &Property, value: &Value) -> Result<Expr, String> {
    let pattern = || property.constraints.format.as_deref().map(DatePattern::new).transpose();
    let text = || value.as_str().ok_or_else(|| refused(value, "a text"));
    Ok(match &property.data_type {
        DataType::String | DataType::Time => lit(text()?),
        DataType::Boolean => lit(value.as_bool().ok_or_else(|| refused(value, "true or false"))?),
        DataType::Float { .. } => lit(value.as_f64().ok_or_else(|| refused(value, "a number"))?),
        DataType::Integer { .. } | DataType::Decimal { .. } => {
            let text = value.as_number().map(ToString::to_string).or_else(|| value.as_str().map(str::to_owned));
            let text = text.ok_or_else(|| refused(value, "a number"))?;
            let (unscaled, scale) = parts(&text).ok_or_else(|| refused(value, "a number"))?;
            match (&property.data_type, i64::try_from(unscaled)) {
                (DataType::Integer { .. }, Ok(whole)) if scale == 0 => lit(whole),
                _ => lit(ScalarValue::Decimal128(Some(unscaled), PRECISION_MAX, i8::try_from(scale).unwrap_or(0))),
            }
        }
        DataType::Date => {
            let (text, pattern) = (text()?, pattern()?);
            let day = date(text, None).or_else(|_| date(text, pattern.as_ref()));
            lit(ScalarValue::Date32(Some(day.map_err(|_| refused(value, "a date"))?)))
        }
        DataType::Timestamp { utc } => {
            let (text, pattern) = (text()?, pattern()?);
            let midnight = || date(text, None).map(|days| i64::from(days) * 86_400_000_000);
            let at = timestamp(text, None, *utc)
                .or_else(|_| midnight())
                .or_else(|_| timestamp(text, pattern.as_ref(), *utc))
                .map_err(|_| refused(value, "a timestamp"))?;
            lit(ScalarValue::TimestampMicrosecond(Some(at), utc.then(|| "UTC".into())))
        }
        DataType::Binary | DataType::Object(_) | DataType::Array(_) => return Err(refused(value, "comparable")),
    })
}

fn refused(value: &Value, what: &str) -> String {
    format!("`{value}` is not {what}")
}
