//! The SQL type of a column.

use super::Dialect;
use crate::export::literal::identifier;
use crate::model::{DataType, Property};

/// The type that holds exactly the values of the column.
pub(super) fn of(property: &Property, dialect: Dialect) -> String {
    match (&property.data_type, property.constraints.length_max) {
        (DataType::String, Some(length)) if dialect == Dialect::Postgres && (1..=10_485_760).contains(&length) => {
            format!("varchar({length})")
        }
        (data_type, _) => named(data_type, dialect),
    }
}

fn named(data_type: &DataType, dialect: Dialect) -> String {
    let postgres = dialect == Dialect::Postgres;
    let name = match data_type {
        DataType::String if postgres => "text",
        DataType::String => "VARCHAR",
        DataType::Integer { bits: 8 } if !postgres => "TINYINT",
        DataType::Integer { bits: 8 | 16 } => "smallint",
        DataType::Integer { bits: 32 } => "integer",
        DataType::Integer { .. } => "bigint",
        DataType::Decimal { precision, scale } => return format!("decimal({precision}, {scale})"),
        DataType::Float { bits: 32 } => "real",
        DataType::Float { .. } => "double precision",
        DataType::Boolean => "boolean",
        DataType::Date => "date",
        DataType::Timestamp { utc: true } => "timestamp with time zone",
        DataType::Timestamp { utc: false } => "timestamp",
        DataType::Time => "time",
        DataType::Binary if postgres => "bytea",
        DataType::Binary => "BLOB",
        DataType::Object(_) if postgres => "jsonb",
        DataType::Object(members) => {
            let members: Vec<String> = members
                .iter()
                .map(|member| format!("{} {}", identifier(&member.name), named(&member.data_type, dialect)))
                .collect();
            return format!("STRUCT({})", members.join(", "));
        }
        DataType::Array(item) if postgres && matches!(item.data_type, DataType::Object(_) | DataType::Array(_)) => {
            "jsonb"
        }
        DataType::Array(item) => return format!("{}[]", named(&item.data_type, dialect)),
    };
    name.to_owned()
}
