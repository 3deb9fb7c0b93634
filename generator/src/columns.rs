//! Rows into Arrow arrays. Amounts are whole hundredths until here and decimals from here on.

use std::sync::Arc;

use arrow::array::{
    ArrayRef, Date32Array, Decimal128Array, Int32Array, Int64Array, StringArray, TimestampMicrosecondArray,
};
use arrow::datatypes::{DataType, TimeUnit};

use crate::day::Day;

/// As an offset, which can be read without a database of time zones.
const UTC: &str = "+00:00";

/// What a column holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Kind {
    /// 64 bits.
    Integer,
    /// 32 bits.
    Count,
    /// Digits in all, digits behind the point.
    Decimal(u8, i8),
    /// A text.
    Text,
    /// A day.
    Date,
    /// A moment in UTC.
    Time,
}

/// Hundredths of a currency.
pub(crate) const MONEY: Kind = Kind::Decimal(18, 2);
/// Millionths of a percent or of a whole.
pub(crate) const RATE: Kind = Kind::Decimal(9, 6);
/// Millionths of a currency.
pub(crate) const PRICE: Kind = Kind::Decimal(18, 6);
/// Ten-thousandths of a unit.
pub(crate) const QUANTITY: Kind = Kind::Decimal(18, 4);

impl Kind {
    /// As Arrow has it.
    #[must_use]
    pub fn arrow(self) -> DataType {
        match self {
            Self::Integer => DataType::Int64,
            Self::Count => DataType::Int32,
            Self::Decimal(precision, scale) => DataType::Decimal128(precision, scale),
            Self::Text => DataType::Utf8,
            Self::Date => DataType::Date32,
            Self::Time => DataType::Timestamp(TimeUnit::Microsecond, Some(UTC.into())),
        }
    }

    /// As PostgreSQL has it.
    #[must_use]
    pub fn postgres(self) -> String {
        match self {
            Self::Integer => "bigint".into(),
            Self::Count => "integer".into(),
            Self::Decimal(precision, scale) => format!("numeric({precision},{scale})"),
            Self::Text => "text".into(),
            Self::Date => "date".into(),
            Self::Time => "timestamptz".into(),
        }
    }
}

/// Numbers of customers, accounts and the like.
pub(crate) fn identities(values: impl Iterator<Item = u64>) -> ArrayRef {
    Arc::new(Int64Array::from_iter_values(values.map(u64::cast_signed)))
}

pub(crate) fn counts(values: impl Iterator<Item = Option<i32>>) -> ArrayRef {
    Arc::new(values.collect::<Int32Array>())
}

/// Decimals of `kind` from their unscaled values.
pub(crate) fn decimals(kind: Kind, values: impl Iterator<Item = Option<i64>>) -> ArrayRef {
    let plain: Decimal128Array = values.map(|value| value.map(i128::from)).collect();
    Arc::new(plain.with_data_type(kind.arrow()))
}

pub(crate) fn money(values: impl Iterator<Item = i64>) -> ArrayRef {
    decimals(MONEY, values.map(Some))
}

pub(crate) fn texts<T: AsRef<str>>(values: impl Iterator<Item = T>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

pub(crate) fn optional_texts<T: AsRef<str>>(values: impl Iterator<Item = Option<T>>) -> ArrayRef {
    Arc::new(values.collect::<StringArray>())
}

pub(crate) fn days(values: impl Iterator<Item = Day>) -> ArrayRef {
    Arc::new(Date32Array::from_iter_values(values.map(|day| day.0)))
}

pub(crate) fn optional_days(values: impl Iterator<Item = Option<Day>>) -> ArrayRef {
    Arc::new(values.map(|day| day.map(|day| day.0)).collect::<Date32Array>())
}

/// Moments from a day and the second of it, UTC.
pub(crate) fn moments(values: impl Iterator<Item = (Day, i64)>) -> ArrayRef {
    let micros = values.map(|(day, second)| (i64::from(day.0) * 86_400 + second) * 1_000_000);
    Arc::new(TimestampMicrosecondArray::from_iter_values(micros).with_timezone(UTC))
}
