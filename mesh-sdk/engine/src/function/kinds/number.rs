//! Exact decimals.

use std::sync::Arc;

use datafusion::arrow::array::{ArrayRef, AsArray, Decimal128Array, Decimal128Builder};
use datafusion::arrow::datatypes::{DataType, Decimal128Type};
use datafusion::error::{DataFusionError, Result};
use rust_decimal::{Decimal, RoundingStrategy};

use crate::function::kind::Kind;
use crate::function::rows::{Given, Typed};

/// Digits that a decimal of 96 bits holds for certain.
const DIGITS_MAX: u8 = 28;

/// An amount of money, `decimal(18,2)`.
pub const MONEY: Number = decimal(18, 2);
/// A rate as contracts state it, `decimal(9,6)`, in percent.
pub const RATE: Number = decimal(9, 6);
/// A ratio of two amounts in percent, which unlike a rate may be large: `decimal(18,6)`.
pub const PERCENT: Number = decimal(18, 6);
/// What is neither amount nor rate: a price for 100, a yield, a duration, a factor, a part of a year. `decimal(24,12)`.
pub const NUMBER: Number = decimal(24, 12);

/// An exact decimal; results are rounded half away from zero.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Number {
    precision: u8,
    scale: u8,
}

/// An exact decimal of `precision` digits, at most 28, of which `scale` stand behind the point.
#[must_use]
pub const fn decimal(precision: u8, scale: u8) -> Number {
    let precision = if precision > DIGITS_MAX { DIGITS_MAX } else { precision };
    Number { precision, scale: if scale > precision { precision } else { scale } }
}

impl Number {
    fn unscaled(self, value: Decimal) -> Result<i128> {
        let scale = u32::from(self.scale);
        let mut rounded = value.round_dp_with_strategy(scale, RoundingStrategy::MidpointAwayFromZero);
        // Rescaling keeps fewer digits where they do not all fit.
        rounded.rescale(scale);
        let unscaled = rounded.mantissa();
        if rounded.scale() != scale || unscaled.unsigned_abs() >= 10_u128.pow(u32::from(self.precision)) {
            let text =
                format!("`{value}` does not fit the function's type, decimal({},{})", self.precision, self.scale);
            return Err(DataFusionError::Execution(text));
        }
        Ok(unscaled)
    }
}

impl Kind for Number {
    type Read<'a> = Decimal;
    type Written = Decimal;
    type Column = Typed<Self, Decimal128Array>;
    type Builder = Decimal128Builder;

    fn open(self, given: Option<&Given>) -> Result<Self::Column> {
        Typed::open(self, given, |array| array.as_primitive_opt::<Decimal128Type>())
    }

    fn builder(self, rows: usize) -> Self::Builder {
        Decimal128Builder::with_capacity(rows).with_data_type(self.data_type())
    }

    fn finish(self, mut builder: Self::Builder) -> Result<ArrayRef> {
        Ok(Arc::new(builder.finish()))
    }

    fn data_type(self) -> DataType {
        DataType::Decimal128(self.precision, self.scale.cast_signed())
    }

    fn accepts(self, given: &DataType) -> bool {
        given.is_numeric()
    }

    fn noun(self) -> &'static str {
        "a number"
    }

    fn read(column: &Self::Column, row: usize) -> Option<Decimal> {
        let value = column.array.value(column.at(row));
        Decimal::try_from_i128_with_scale(value, u32::from(column.kind.scale)).ok()
    }

    fn write(self, builder: &mut Self::Builder, value: Option<Decimal>) -> Result<()> {
        builder.append_option(value.map(|value| self.unscaled(value)).transpose()?);
        Ok(())
    }
}
