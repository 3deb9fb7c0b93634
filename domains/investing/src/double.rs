//! Between decimals and doubles, for what is neither amount nor rate.

use mesh_sdk::function::{Decimal, ToPrimitive};

/// The largest value with twelve digits before the point, which [`mesh_sdk::function::NUMBER`] holds.
const LARGEST: f64 = 1e12;

/// A double as a decimal; none for what is no number or too large.
pub(crate) fn number(value: f64) -> Option<Decimal> {
    if value.abs() < LARGEST { Decimal::from_f64_retain(value) } else { None }
}

/// A decimal as a double.
pub(crate) fn double(value: Decimal) -> Option<f64> {
    value.to_f64()
}

/// A percentage as a factor.
pub(crate) fn factor(percent: Decimal) -> Option<f64> {
    Some(double(percent)? / 100.0)
}
