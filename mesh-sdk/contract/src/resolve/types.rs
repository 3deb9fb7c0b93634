//! The one type of a column out of its logical and its physical type.

use super::physical::{self, NAMES, Physical, Unreadable};
use super::property;
use crate::codes;
use crate::faults::{Faults, Pointer};
use crate::model::DataType;
use crate::raw::property::RawProperty;
use crate::suggest::suggest;

/// The logical types of the standard.
const LOGICAL: [&str; 10] =
    ["string", "integer", "number", "boolean", "date", "timestamp", "time", "object", "array", "map"];

/// A type, and the longest text that the physical type holds.
pub(super) struct Resolved {
    pub(super) data_type: DataType,
    pub(super) length_max: Option<u64>,
}

/// Resolves a column's type; whatever is wrong is reported, and text stands in.
pub(super) fn resolve(raw: &RawProperty, pointer: &Pointer, faults: &mut Faults<'_>) -> Resolved {
    let physical = raw.physical_type.as_deref().and_then(|text| read_physical(text, pointer, faults));
    // A word that is no logical type has been reported with the document's shape.
    let logical = raw.logical_type.as_deref().filter(|word| LOGICAL.contains(word));
    if raw.logical_type.is_none() && raw.physical_type.is_none() {
        let name = raw.name.as_deref().unwrap_or("the item");
        faults
            .error(codes::MISSING_KEY, &pointer.key("name"), format!("`{name}` has no type"))
            .help("write `logicalType`, and `physicalType` where the width matters");
    }
    let length_max = match &physical {
        Some(Physical::Text { length_max }) => *length_max,
        _ => None,
    };
    let data_type = match (logical, physical) {
        (Some("object"), None | Some(Physical::Object | Physical::Json)) => object(raw, pointer, faults),
        (None, Some(Physical::Object)) => object(raw, pointer, faults),
        (Some("array"), None | Some(Physical::Array | Physical::Json)) | (None, Some(Physical::Array)) => {
            array(raw, pointer, faults)
        }
        (Some("map"), _) => {
            faults
                .error(codes::BAD_TYPE, &pointer.key("logicalType"), "maps cannot be stored yet")
                .help("write an array of objects with the members `key` and `value`");
            DataType::String
        }
        (Some(logical), None) => by_logical(logical, raw),
        (None, Some(physical)) => by_physical(&physical),
        (Some(logical), Some(physical)) => agree(logical, &physical, raw).unwrap_or_else(|| {
            let physical = raw.physical_type.as_deref().unwrap_or_default();
            let message = format!("the logical type `{logical}` cannot be stored as `{physical}`");
            let logical_place = faults.span(&pointer.key("logicalType"));
            faults
                .error(codes::TYPE_CONFLICT, &pointer.key("physicalType"), message)
                .label(logical_place, "the logical type")
                .help(fitting(logical));
            by_logical(logical, raw)
        }),
        (None, None) => DataType::String,
    };
    Resolved { data_type, length_max }
}

fn read_physical(text: &str, pointer: &Pointer, faults: &mut Faults<'_>) -> Option<Physical> {
    let place = pointer.key("physicalType");
    match physical::parse(text) {
        Ok(physical) => Some(physical),
        Err(Unreadable::Unknown { name }) => {
            let help = match suggest(&name, NAMES) {
                Some(near) => format!("did you mean `{near}`?"),
                None => {
                    "for example `varchar(20)`, `bigint`, `decimal(18,2)`, `double`, `date`, `timestamp`".to_owned()
                }
            };
            faults.error(codes::BAD_TYPE, &place, format!("`{text}` is not a known physical type")).help(help);
            None
        }
        Err(Unreadable::Parameters(why)) => {
            faults.error(codes::BAD_TYPE, &place, format!("`{text}`: {why}")).help("for example `decimal(18,2)`");
            None
        }
    }
}

fn by_logical(logical: &str, raw: &RawProperty) -> DataType {
    let options = raw.logical_type_options.as_ref();
    let format = options.and_then(|options| options.format.as_deref());
    match logical {
        "integer" => DataType::Integer {
            bits: match format {
                Some("i8") => 8,
                Some("i16" | "u8") => 16,
                Some("i32" | "u16") => 32,
                _ => 64,
            },
        },
        "number" => DataType::Float { bits: if format == Some("f32") { 32 } else { 64 } },
        "boolean" => DataType::Boolean,
        "date" => DataType::Date,
        "timestamp" => DataType::Timestamp { utc: utc(None, raw) },
        "time" => DataType::Time,
        _ => DataType::String,
    }
}

/// A timestamp is an instant unless its physical type or `timezone: false` without a default zone says otherwise.
fn utc(physical: Option<bool>, raw: &RawProperty) -> bool {
    let options = raw.logical_type_options.as_ref();
    let local = options.is_some_and(|options| options.timezone == Some(false) && options.default_timezone.is_none());
    physical.unwrap_or(!local)
}

fn by_physical(physical: &Physical) -> DataType {
    match *physical {
        Physical::Text { .. } | Physical::Json => DataType::String,
        Physical::Integer { bits } => DataType::Integer { bits },
        Physical::Decimal { precision, scale } => decimal(precision, scale),
        Physical::Float { bits } => DataType::Float { bits },
        Physical::Boolean => DataType::Boolean,
        Physical::Date => DataType::Date,
        Physical::Timestamp { utc } => DataType::Timestamp { utc: utc.unwrap_or(true) },
        Physical::Time => DataType::Time,
        Physical::Binary => DataType::Binary,
        Physical::Object => DataType::Object(Vec::new()),
        // An array needs its item and is made by `array`.
        Physical::Array => DataType::String,
    }
}

fn agree(logical: &str, physical: &Physical, raw: &RawProperty) -> Option<DataType> {
    let fits = match logical {
        "string" => matches!(physical, Physical::Text { .. } | Physical::Json | Physical::Binary),
        "integer" => matches!(physical, Physical::Integer { .. } | Physical::Decimal { scale: 0, .. }),
        "number" => {
            matches!(physical, Physical::Decimal { .. } | Physical::Float { .. } | Physical::Integer { .. })
        }
        "boolean" => matches!(physical, Physical::Boolean),
        "date" => matches!(physical, Physical::Date),
        "timestamp" => matches!(physical, Physical::Timestamp { .. }),
        "time" => matches!(physical, Physical::Time),
        _ => false,
    };
    match physical {
        Physical::Timestamp { utc: stated } if fits => Some(DataType::Timestamp { utc: utc(*stated, raw) }),
        _ => fits.then(|| by_physical(physical)),
    }
}

fn fitting(logical: &str) -> &'static str {
    match logical {
        "string" => "texts are stored as `string`, `varchar(n)`, `uuid`, `json` or `binary`",
        "integer" => "whole numbers are stored as `tinyint`, `smallint`, `int`, `bigint` or `decimal(p)`",
        "number" => "numbers are stored as `decimal(p,s)`, `double` or `real`",
        "boolean" => "booleans are stored as `boolean`",
        "date" => "days are stored as `date`",
        "timestamp" => "timestamps are stored as `timestamp`, `timestamp_tz` or `timestamp_ntz`",
        "time" => "times of day are stored as `time`",
        "object" => "objects are stored as `struct`",
        _ => "arrays are stored as `array`",
    }
}

fn decimal(precision: i64, scale: i64) -> DataType {
    // Both were checked to be 38 at most.
    DataType::Decimal { precision: u8::try_from(precision).unwrap_or(38), scale: u8::try_from(scale).unwrap_or(0) }
}

fn object(raw: &RawProperty, pointer: &Pointer, faults: &mut Faults<'_>) -> DataType {
    match &raw.properties {
        Some(members) if !members.is_empty() => {
            DataType::Object(property::properties(members, &pointer.key("properties"), faults))
        }
        // JSON text whose members are not described stays text.
        _ if raw.physical_type.as_deref().is_some_and(|text| physical::parse(text) == Ok(Physical::Json)) => {
            DataType::String
        }
        _ => {
            faults
                .error(codes::MISSING_KEY, &pointer.key("logicalType"), "an object needs its `properties`")
                .help("describe its members, or store it as text with `physicalType: json`");
            DataType::Object(Vec::new())
        }
    }
}

fn array(raw: &RawProperty, pointer: &Pointer, faults: &mut Faults<'_>) -> DataType {
    match &raw.items {
        Some(item) => DataType::Array(Box::new(property::item(item, &pointer.key("items"), faults))),
        None => {
            faults
                .error(codes::MISSING_KEY, &pointer.key("logicalType"), "an array needs its `items`")
                .help("for example `items: {logicalType: string}`");
            // An item of text stands in, so that the rest is still judged as an array.
            let text = RawProperty { logical_type: Some("string".to_owned()), ..RawProperty::default() };
            DataType::Array(Box::new(property::item(&text, pointer, faults)))
        }
    }
}
