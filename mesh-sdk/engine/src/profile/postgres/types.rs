//! The contract's type of each column.

use mesh_contract::infer::Stated;
use mesh_contract::model::DataType;
use tokio_postgres::types::{Kind, Type};

use crate::source::postgres::{Failure, Numeric, Session, StoredColumn, base, named};
use crate::source::quoted;

/// Most digits of a decimal.
const DIGITS_MAX: i32 = 38;

/// A column of a type that contracts do not have, and that type.
type Unknown = (String, String);

/// Types in the order of the columns. Of a `numeric` that states no digits the rows are asked how many they have.
pub(super) async fn of(
    session: &Session,
    relation: &str,
    columns: &[StoredColumn],
) -> Result<Result<Vec<DataType>, Unknown>, Failure> {
    let mut types = Vec::with_capacity(columns.len());
    for column in columns {
        let found = match (base(&column.data_type).name(), Numeric::of(column.modifier)) {
            ("numeric", None) => seen(session, relation, &column.name).await?,
            ("numeric", Some(numeric)) => decimal(numeric),
            (name, _) => plain(&column.data_type, name),
        };
        match found {
            Some(data_type) => types.push(data_type),
            None => return Ok(Err((column.name.clone(), named(&column.data_type, column.modifier)))),
        }
    }
    Ok(Ok(types))
}

/// What the type says beyond the contract's types: lengths and labels.
pub(super) fn with_type(stated: Stated, column: &StoredColumn) -> Stated {
    let length = column.modifier.checked_sub(4).filter(|length| *length > 0);
    let data_type = base(&column.data_type);
    let physical_type = match (data_type.name(), length) {
        ("varchar", Some(length)) => Some(format!("varchar({length})")),
        ("bpchar", Some(length)) => Some(format!("char({length})")),
        ("uuid", _) => Some("uuid".to_owned()),
        _ => None,
    };
    let values = match data_type.kind() {
        Kind::Enum(labels) => labels.clone(),
        _ => Vec::new(),
    };
    Stated { physical_type, values, ..stated }
}

fn plain(data_type: &Type, name: &str) -> Option<DataType> {
    if let Kind::Enum(_) = base(data_type).kind() {
        return Some(DataType::String);
    }
    Some(match name {
        "text" | "varchar" | "bpchar" | "name" | "char" | "citext" | "uuid" | "json" | "jsonb" | "xml" | "inet"
        | "cidr" | "macaddr" | "macaddr8" | "bit" | "varbit" => DataType::String,
        "int2" => DataType::Integer { bits: 16 },
        "int4" => DataType::Integer { bits: 32 },
        "int8" | "oid" => DataType::Integer { bits: 64 },
        "float4" => DataType::Float { bits: 32 },
        "float8" => DataType::Float { bits: 64 },
        "bool" => DataType::Boolean,
        "date" => DataType::Date,
        "timestamptz" => DataType::Timestamp { utc: true },
        "timestamp" => DataType::Timestamp { utc: false },
        "time" => DataType::Time,
        "bytea" => DataType::Binary,
        _ => return None,
    })
}

/// A negative scale rounds whole digits away; one beyond the precision leaves zeros behind the point.
fn decimal(numeric: Numeric) -> Option<DataType> {
    let scale = numeric.scale.max(0);
    let precision = (numeric.precision - numeric.scale.min(0)).max(scale);
    exact(precision, scale)
}

fn exact(precision: i32, scale: i32) -> Option<DataType> {
    let precision = u8::try_from(precision).ok().filter(|digits| i32::from(*digits) <= DIGITS_MAX)?;
    Some(DataType::Decimal { precision, scale: u8::try_from(scale).ok()? })
}

async fn seen(session: &Session, relation: &str, column: &str) -> Result<Option<DataType>, Failure> {
    let column = quoted(column);
    let sql = format!(
        "SELECT max(scale({column})), max(length(trunc(abs({column}))::text)) FROM {relation}
         WHERE {column}::text NOT IN ('NaN', 'Infinity', '-Infinity')"
    );
    let rows = session.rows(&sql).await?;
    let (scale, whole): (Option<i32>, Option<i32>) = match rows.first() {
        Some(row) => (row.try_get(0)?, row.try_get(1)?),
        None => (None, None),
    };
    let (scale, whole) = (scale.unwrap_or(2), whole.unwrap_or(1));
    // With room for values to come.
    Ok(exact((whole + scale + 2).clamp(18, DIGITS_MAX).max(whole + scale), scale))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn odd_scales_become_decimals_that_hold_them() {
        let of = |precision, scale| decimal(Numeric { precision, scale });
        assert_eq!(of(18, 2), Some(DataType::Decimal { precision: 18, scale: 2 }));
        assert_eq!(of(2, -3), Some(DataType::Decimal { precision: 5, scale: 0 }));
        assert_eq!(of(3, 5), Some(DataType::Decimal { precision: 5, scale: 5 }));
        assert_eq!(of(39, 2), None);
    }
}
