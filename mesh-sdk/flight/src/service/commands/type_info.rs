//! CommandGetXdbcTypeInfo: the column types that ports have.

use std::sync::OnceLock;

use arrow::array::RecordBatch;
use arrow_flight::sql::metadata::{XdbcTypeInfo, XdbcTypeInfoData, XdbcTypeInfoDataBuilder};
use arrow_flight::sql::{CommandGetXdbcTypeInfo, Nullable, Searchable, XdbcDataType};

use crate::refusal::Refusal;

pub(super) fn answer(command: &CommandGetXdbcTypeInfo) -> Result<RecordBatch, Refusal> {
    static TYPES: OnceLock<XdbcTypeInfoData> = OnceLock::new();
    let types = match TYPES.get() {
        Some(types) => types,
        None => {
            let types = build().map_err(super::encoding)?;
            TYPES.get_or_init(|| types)
        }
    };
    (*command).into_builder(types).build().map_err(super::encoding)
}

fn build() -> Result<XdbcTypeInfoData, arrow_flight::error::FlightError> {
    let mut builder = XdbcTypeInfoDataBuilder::new();
    for (name, data_type, bits) in [
        ("TINYINT", XdbcDataType::XdbcTinyint, 8),
        ("SMALLINT", XdbcDataType::XdbcSmallint, 16),
        ("INTEGER", XdbcDataType::XdbcInteger, 32),
        ("BIGINT", XdbcDataType::XdbcBigint, 64),
        ("REAL", XdbcDataType::XdbcReal, 24),
        ("DOUBLE", XdbcDataType::XdbcDouble, 53),
    ] {
        builder.append(number(name, data_type, bits));
    }
    builder.append(XdbcTypeInfo {
        create_params: Some(vec!["precision".into(), "scale".into()]),
        minimum_scale: Some(0),
        maximum_scale: Some(38),
        num_prec_radix: Some(10),
        unsigned_attribute: Some(false),
        ..simple("DECIMAL", XdbcDataType::XdbcDecimal, 38)
    });
    builder.append(simple("BOOLEAN", XdbcDataType::XdbcBit, 1));
    builder.append(XdbcTypeInfo {
        case_sensitive: true,
        searchable: Searchable::Full,
        ..quoted(simple("VARCHAR", XdbcDataType::XdbcVarchar, i32::MAX), "'")
    });
    builder.append(quoted(simple("DATE", XdbcDataType::XdbcDate, 10), "DATE '"));
    builder.append(quoted(simple("TIMESTAMP", XdbcDataType::XdbcTimestamp, 26), "TIMESTAMP '"));
    builder.append(quoted(simple("VARBINARY", XdbcDataType::XdbcVarbinary, i32::MAX), "X'"));
    builder.build()
}

fn simple(name: &str, data_type: XdbcDataType, size: i32) -> XdbcTypeInfo {
    XdbcTypeInfo {
        type_name: name.into(),
        data_type,
        column_size: Some(size),
        nullable: Nullable::NullabilityNullable,
        searchable: Searchable::Basic,
        sql_data_type: data_type,
        ..XdbcTypeInfo::default()
    }
}

fn number(name: &str, data_type: XdbcDataType, bits: i32) -> XdbcTypeInfo {
    XdbcTypeInfo {
        num_prec_radix: Some(2),
        unsigned_attribute: Some(false),
        auto_increment: Some(false),
        ..simple(name, data_type, bits)
    }
}

fn quoted(info: XdbcTypeInfo, prefix: &str) -> XdbcTypeInfo {
    XdbcTypeInfo { literal_prefix: Some(prefix.into()), literal_suffix: Some("'".into()), ..info }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_type_or_all_can_be_asked_for() {
        let rows = |data_type| answer(&CommandGetXdbcTypeInfo { data_type }).expect("types").num_rows();
        assert_eq!(rows(None), 12);
        assert_eq!(rows(Some(XdbcDataType::XdbcVarchar as i32)), 1);
        assert_eq!(rows(Some(XdbcDataType::XdbcInterval as i32)), 0);
    }
}
