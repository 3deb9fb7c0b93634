//! Which type may stand for which, losing nothing.

use arrow::datatypes::DataType;

/// Whether every value of `from` is a value of `to`. Nullability is not a question of type: it is checked on data.
#[must_use]
pub(crate) fn is_safe(from: &DataType, to: &DataType) -> bool {
    use DataType::{
        Binary, BinaryView, Date32, Date64, Decimal128, Dictionary, FixedSizeBinary, Float16, Float32, Float64, Int8,
        Int16, Int32, Int64, LargeBinary, LargeList, LargeUtf8, List, Null, Struct, Timestamp, UInt8, UInt16, UInt32,
        UInt64, Utf8, Utf8View,
    };
    match (from, to) {
        (Null, _) => true,
        (Dictionary(_, values), to) => is_safe(values, to),
        (Utf8 | LargeUtf8 | Utf8View, Utf8) => true,
        (Binary | LargeBinary | BinaryView | FixedSizeBinary(_), Binary) => true,
        (Int8 | UInt8, Int16 | Int32 | Int64) | (Int16 | UInt16, Int32 | Int64) | (Int32 | UInt32, Int64) => true,
        (Float16, Float32 | Float64) | (Float32, Float64) => true,
        (Int8 | Int16 | UInt8 | UInt16, Float32 | Float64) | (Int32 | UInt32, Float64) => true,
        (Int8 | Int16 | Int32 | Int64 | UInt8 | UInt16 | UInt32 | UInt64, Decimal128(precision, scale)) => {
            whole_digits(*precision, *scale) >= integer_digits(from)
        }
        (Decimal128(p, s), Decimal128(precision, scale)) => {
            s <= scale && whole_digits(*precision, *scale) >= whole_digits(*p, *s)
        }
        (Date32, Date64) => true,
        (Timestamp(unit, zone), Timestamp(to_unit, to_zone)) => {
            finer(to_unit, unit) && zone.is_some() == to_zone.is_some()
        }
        (List(from) | LargeList(from), List(to)) => is_safe(from.data_type(), to.data_type()),
        (Struct(from), Struct(to)) => {
            from.len() == to.len()
                && from.iter().zip(to).all(|(a, b)| a.name() == b.name() && is_safe(a.data_type(), b.data_type()))
        }
        (from, to) => from == to,
    }
}

/// Seconds to microseconds keeps every value; nanoseconds to microseconds does not.
fn finer(to: &arrow::datatypes::TimeUnit, from: &arrow::datatypes::TimeUnit) -> bool {
    use arrow::datatypes::TimeUnit::{Microsecond, Millisecond, Nanosecond, Second};
    let rank = |unit: &_| match unit {
        Second => 0,
        Millisecond => 1,
        Microsecond => 2,
        Nanosecond => 3,
    };
    rank(to) >= rank(from)
}

fn whole_digits(precision: u8, scale: i8) -> i16 {
    i16::from(precision) - i16::from(scale)
}

fn integer_digits(integer: &DataType) -> i16 {
    match integer {
        DataType::Int8 | DataType::UInt8 => 3,
        DataType::Int16 | DataType::UInt16 => 5,
        DataType::Int32 | DataType::UInt32 => 10,
        DataType::Int64 => 19,
        _ => 20,
    }
}

/// A type in a reader's words.
pub(crate) fn named(data_type: &DataType) -> String {
    match data_type {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => "text".into(),
        DataType::Int8 => "integer(8)".into(),
        DataType::Int16 => "integer(16)".into(),
        DataType::Int32 => "integer(32)".into(),
        DataType::Int64 => "integer(64)".into(),
        DataType::UInt8 | DataType::UInt16 | DataType::UInt32 | DataType::UInt64 => {
            format!("unsigned integer({})", data_type.primitive_width().unwrap_or(0) * 8)
        }
        DataType::Float16 => "float(16)".into(),
        DataType::Float32 => "float(32)".into(),
        DataType::Float64 => "float(64)".into(),
        DataType::Decimal128(precision, scale) => format!("decimal({precision},{scale})"),
        DataType::Boolean => "boolean".into(),
        DataType::Date32 | DataType::Date64 => "date".into(),
        DataType::Timestamp(unit, None) => format!("local timestamp({unit})"),
        DataType::Timestamp(unit, Some(zone)) => format!("timestamp({unit}, {zone})"),
        DataType::Binary | DataType::LargeBinary | DataType::BinaryView => "binary".into(),
        DataType::List(item) | DataType::LargeList(item) => format!("array of {}", named(item.data_type())),
        DataType::Struct(fields) => {
            let members = fields.iter().map(|field| format!("{} {}", field.name(), named(field.data_type())));
            format!("object {{{}}}", members.collect::<Vec<_>>().join(", "))
        }
        DataType::Null => "null".into(),
        other => other.to_string().to_lowercase(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use arrow::datatypes::TimeUnit;

    #[test]
    fn nothing_lossy_is_safe() {
        use DataType::*;
        let safe = [
            (Utf8View, Utf8),
            (Int32, Int64),
            (Int64, Decimal128(21, 2)),
            (Decimal128(9, 2), Decimal128(18, 2)),
            (Decimal128(9, 2), Decimal128(18, 4)),
            (Float32, Float64),
            (Timestamp(TimeUnit::Second, None), Timestamp(TimeUnit::Microsecond, None)),
        ];
        for (from, to) in safe {
            assert!(is_safe(&from, &to), "{from} -> {to}");
        }
        let lossy = [
            (Int64, Int32),
            (Int64, Float64),
            (Int64, Decimal128(18, 0)),
            (UInt64, Int64),
            (Decimal128(18, 4), Decimal128(18, 2)),
            (Decimal128(18, 2), Decimal128(18, 4)),
            (Float64, Decimal128(18, 2)),
            (Decimal128(18, 2), Float64),
            (Utf8, Int64),
            (Int64, Utf8),
            (Date32, Timestamp(TimeUnit::Microsecond, None)),
            (Timestamp(TimeUnit::Nanosecond, None), Timestamp(TimeUnit::Microsecond, None)),
            (Timestamp(TimeUnit::Microsecond, None), Timestamp(TimeUnit::Microsecond, Some("UTC".into()))),
        ];
        for (from, to) in lossy {
            assert!(!is_safe(&from, &to), "{from} -> {to}");
        }
    }
}
