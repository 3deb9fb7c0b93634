//! Types in a word, for people.

use crate::model::DataType;

/// The type as a contract's reader would say it: `decimal(18,2)`, `array of string`.
pub(super) fn type_name(data_type: &DataType) -> String {
    match data_type {
        DataType::String => "string".to_owned(),
        DataType::Integer { bits } => match bits {
            8 => "tinyint".to_owned(),
            16 => "smallint".to_owned(),
            32 => "int".to_owned(),
            _ => "bigint".to_owned(),
        },
        DataType::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
        DataType::Float { bits: 32 } => "real".to_owned(),
        DataType::Float { .. } => "double".to_owned(),
        DataType::Boolean => "boolean".to_owned(),
        DataType::Date => "date".to_owned(),
        DataType::Timestamp { utc: true } => "timestamp (UTC)".to_owned(),
        DataType::Timestamp { utc: false } => "timestamp (local)".to_owned(),
        DataType::Time => "time".to_owned(),
        DataType::Binary => "binary".to_owned(),
        DataType::Object(_) => "object".to_owned(),
        DataType::Array(item) => format!("array of {}", type_name(&item.data_type)),
    }
}
