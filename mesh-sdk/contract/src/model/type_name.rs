//! Types in a word, for people.

use std::fmt;

use super::DataType;

/// As a contract's reader would say it: `decimal(18,2)`, `array of string`.
impl fmt::Display for DataType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::String => f.write_str("string"),
            Self::Integer { bits: 8 } => f.write_str("tinyint"),
            Self::Integer { bits: 16 } => f.write_str("smallint"),
            Self::Integer { bits: 32 } => f.write_str("int"),
            Self::Integer { .. } => f.write_str("bigint"),
            Self::Decimal { precision, scale } => write!(f, "decimal({precision},{scale})"),
            Self::Float { bits: 32 } => f.write_str("real"),
            Self::Float { .. } => f.write_str("double"),
            Self::Boolean => f.write_str("boolean"),
            Self::Date => f.write_str("date"),
            Self::Timestamp { utc: true } => f.write_str("timestamp (UTC)"),
            Self::Timestamp { utc: false } => f.write_str("timestamp (local)"),
            Self::Time => f.write_str("time"),
            Self::Binary => f.write_str("binary"),
            Self::Object(_) => f.write_str("object"),
            Self::Array(item) => write!(f, "array of {}", item.data_type),
        }
    }
}
