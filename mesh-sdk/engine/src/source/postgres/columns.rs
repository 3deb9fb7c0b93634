//! The table's columns beside those of the contract.

use tokio_postgres::types::{Kind as TypeKind, Type};

use super::session::StoredColumn;
use crate::source::column::{Column, Kind};
use crate::source::error::nearest;

/// How a column is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reading {
    /// As it is.
    Plain,
    /// As text: a type that is written as text and compares otherwise (blanks at the end of `char(10)`, capitals in
    /// `citext` and `uuid`, labels of an enumeration).
    Text,
    /// As 64-bit floats: the digits of a 32-bit one name another number there.
    Double,
}

impl Reading {
    pub(super) fn cast(self) -> &'static str {
        match self {
            Self::Plain => "",
            Self::Text => "::pg_catalog.text",
            Self::Double => "::pg_catalog.float8",
        }
    }
}

/// How each declared column is read, or one line for each that is missing or whose values the declared type cannot hold.
pub(super) fn readings(declared: &[Column], present: &[StoredColumn]) -> Result<Vec<Reading>, Vec<String>> {
    let (mut readings, mut differences) = (Vec::with_capacity(declared.len()), Vec::new());
    for column in declared {
        let name = &column.stored_name;
        let mut found = present.iter().filter(|stored| stored.name == *name);
        match (found.next(), found.next()) {
            (None, _) => {
                let names = present.iter().map(|stored| stored.name.as_str());
                let hint = nearest(name, names).map(|name| format!("; did you mean `{name}`?"));
                differences.push(format!("  `{name}` is missing{}", hint.unwrap_or_default()));
            }
            (Some(_), Some(_)) => differences.push(format!("  `{name}` stands twice")),
            (Some(stored), None) => match reading(&column.kind, stored) {
                Some(reading) => readings.push(reading),
                None => {
                    let found = named(&stored.data_type, stored.modifier);
                    differences.push(format!("  `{name}` is {found}, declared {}", declared_as(&column.kind)));
                }
            },
        }
    }
    if differences.is_empty() { Ok(readings) } else { Err(differences) }
}

/// The values of a domain are those of the type below.
pub(crate) fn base(data_type: &Type) -> &Type {
    match data_type.kind() {
        TypeKind::Domain(inner) => base(inner),
        _ => data_type,
    }
}

fn reading(declared: &Kind, stored: &StoredColumn) -> Option<Reading> {
    let data_type = base(&stored.data_type);
    if let (Kind::Text, TypeKind::Enum(_)) = (declared, data_type.kind()) {
        return Some(Reading::Text);
    }
    let numeric = Numeric::of(stored.modifier);
    let fits = |fits: bool| fits.then_some(Reading::Plain);
    match (declared, data_type.name()) {
        (Kind::Text, "text" | "varchar") => Some(Reading::Plain),
        (
            Kind::Text,
            "bpchar" | "name" | "char" | "citext" | "uuid" | "json" | "jsonb" | "xml" | "inet" | "cidr" | "macaddr"
            | "macaddr8" | "bit" | "varbit",
        ) => Some(Reading::Text),
        (Kind::Integer { bits }, "int2") => fits(*bits >= 16),
        (Kind::Integer { bits }, "int4") => fits(*bits >= 32),
        (Kind::Integer { bits }, "int8" | "oid") => fits(*bits >= 64),
        (Kind::Integer { bits }, "numeric") => {
            let digits = [(8, 2), (16, 4), (32, 9), (64, 18)].into_iter().find(|(width, _)| width == bits)?.1;
            fits(numeric?.fits(digits, 0))
        }
        (Kind::Decimal { precision, scale }, integer @ ("int2" | "int4" | "int8")) => {
            let digits = match integer {
                "int2" => 5,
                "int4" => 10,
                _ => 19,
            };
            fits(i32::from(*precision) - i32::from(*scale) >= digits)
        }
        // Without parentheses it may hold anything, and each value is looked at.
        (Kind::Decimal { precision, scale }, "numeric") => {
            let (precision, scale) = (i32::from(*precision), i32::from(*scale));
            fits(numeric.is_none_or(|numeric| numeric.fits(precision - scale, scale)))
        }
        (Kind::Float { bits: 32 }, "float4") | (Kind::Float { bits: 64 }, "float8") => Some(Reading::Plain),
        (Kind::Float { bits: 64 }, "float4") => Some(Reading::Double),
        (Kind::Boolean, "bool")
        | (Kind::Date(_), "date")
        | (Kind::Timestamp { utc: true, .. }, "timestamptz")
        | (Kind::Timestamp { utc: false, .. }, "timestamp")
        | (Kind::Time, "time")
        | (Kind::Bytes, "bytea") => Some(Reading::Plain),
        _ => None,
    }
}

/// `numeric(precision, scale)`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Numeric {
    pub(crate) precision: i32,
    /// Negative where whole digits are rounded away.
    pub(crate) scale: i32,
}

impl Numeric {
    /// Unpacks what the server states (`numerictypmodin`): precision in the upper 16 bits, scale in the lower 11, 4 more.
    pub(crate) fn of(modifier: i32) -> Option<Self> {
        let packed = modifier.checked_sub(4).filter(|packed| *packed >= 0)?;
        Some(Self { precision: (packed >> 16) & 0xffff, scale: ((packed & 0x7ff) ^ 1024) - 1024 })
    }

    fn fits(self, whole: i32, scale: i32) -> bool {
        self.scale <= scale && self.precision - self.scale <= whole
    }
}

/// The type as PostgreSQL's own tools write it.
pub(crate) fn named(data_type: &Type, modifier: i32) -> String {
    let name = match base(data_type).name() {
        "int2" => "smallint",
        "int4" => "integer",
        "int8" => "bigint",
        "float4" => "real",
        "float8" => "double precision",
        "bool" => "boolean",
        "bpchar" => "character",
        "timestamptz" => "timestamp with time zone",
        "timestamp" => "timestamp without time zone",
        "timetz" => "time with time zone",
        "numeric" => {
            return match Numeric::of(modifier) {
                Some(Numeric { precision, scale }) => format!("numeric({precision},{scale})"),
                None => "numeric".to_owned(),
            };
        }
        other => match other.strip_prefix('_') {
            Some(item) => return format!("{item}[]"),
            None => other,
        },
    };
    name.to_owned()
}

fn declared_as(kind: &Kind) -> String {
    match kind {
        Kind::Text => "text".into(),
        Kind::Integer { bits } => format!("an integer of {bits} bits"),
        Kind::Decimal { precision, scale } => format!("decimal({precision},{scale})"),
        Kind::Float { bits } => format!("a float of {bits} bits"),
        Kind::Boolean => "boolean".into(),
        Kind::Date(_) => "date".into(),
        Kind::Timestamp { utc: true, .. } => "timestamp in UTC".into(),
        Kind::Timestamp { utc: false, .. } => "timestamp without zone".into(),
        Kind::Time => "time".into(),
        Kind::Bytes => "bytes".into(),
        Kind::Object(_) | Kind::Array(_) => "nested".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numeric(precision: i32, scale: i32) -> i32 {
        ((precision << 16) | (scale & 0x7ff)) + 4
    }

    fn is_read(declared: &Kind, data_type: Type, modifier: i32) -> bool {
        reading(declared, &StoredColumn { name: "c".into(), data_type, modifier, origin: None }).is_some()
    }

    #[test]
    fn decimals_must_hold_every_digit() {
        let money = Kind::Decimal { precision: 18, scale: 2 };
        assert!(is_read(&money, Type::NUMERIC, numeric(18, 2)) && is_read(&money, Type::NUMERIC, -1));
        assert!(is_read(&money, Type::NUMERIC, numeric(12, 0)) && is_read(&money, Type::NUMERIC, numeric(13, -3)));
        assert!(!is_read(&money, Type::NUMERIC, numeric(18, 3)) && !is_read(&money, Type::NUMERIC, numeric(18, 1)));
        assert!(!is_read(&money, Type::NUMERIC, numeric(15, -3)) && !is_read(&money, Type::FLOAT8, -1));
        assert!(is_read(&money, Type::INT4, -1) && !is_read(&money, Type::INT8, -1));
        assert!(!is_read(&money, Type::MONEY, -1) && !is_read(&money, Type::TEXT, -1));
        assert_eq!(named(&Type::NUMERIC, numeric(2, -3)), "numeric(2,-3)");
    }

    #[test]
    fn narrower_is_refused_and_wider_is_not() {
        let int = Kind::Integer { bits: 32 };
        assert!(is_read(&int, Type::INT2, -1) && is_read(&int, Type::INT4, -1) && !is_read(&int, Type::INT8, -1));
        assert!(is_read(&int, Type::NUMERIC, numeric(9, 0)) && !is_read(&int, Type::NUMERIC, numeric(10, 0)));
        assert!(!is_read(&int, Type::NUMERIC, -1));
        assert!(!is_read(&Kind::Timestamp { pattern: None, utc: true }, Type::TIMESTAMP, -1));
        assert!(!is_read(&Kind::Text, Type::TEXT_ARRAY, -1) && !is_read(&Kind::Text, Type::INT4, -1));
        assert!(!is_read(&Kind::Float { bits: 32 }, Type::FLOAT8, -1) && !is_read(&Kind::Time, Type::TIMETZ, -1));
    }
}
