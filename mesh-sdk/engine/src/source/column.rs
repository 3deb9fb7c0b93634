//! What a contract says about a column, in the form the readers need.

use arrow::datatypes::FieldRef;
use mesh_contract::model::{Classification, DataType, Property};

use super::date_pattern::DatePattern;
use super::error::shown;

/// One column (or member, or item) to read.
#[derive(Clone, Debug)]
pub(super) struct Column {
    /// The contract's name.
    pub(super) name: String,
    /// The name in the file.
    pub(super) stored_name: String,
    /// Whether it must have a value.
    pub(super) required: bool,
    /// Whether its values must not stand in messages.
    pub(super) secret: bool,
    /// How to read it.
    pub(super) kind: Kind,
    /// What it becomes.
    pub(super) field: FieldRef,
}

/// How the values of a column are written.
#[derive(Clone, Debug)]
pub(super) enum Kind {
    Text,
    Integer {
        bits: u8,
    },
    Decimal {
        precision: u8,
        scale: u8,
    },
    Float {
        bits: u8,
    },
    Boolean,
    Date(Option<DatePattern>),
    Timestamp {
        pattern: Option<DatePattern>,
        utc: bool,
    },
    Time,
    /// `\x` and two digits a byte.
    Bytes,
    Object(Vec<Column>),
    Array(Box<Column>),
}

impl Column {
    /// Understands a property; `field` is its place in the contract's Arrow schema.
    pub(super) fn new(property: &Property, field: &FieldRef) -> Result<Self, String> {
        Self::with_kind(property, field, kind(property, field))
    }

    /// A column of a database: dates and times have one way to be written there, bytes have one, and nothing is nested.
    pub(super) fn of_database(property: &Property, field: &FieldRef) -> Result<Self, String> {
        let kind = match &property.data_type {
            DataType::Date => Ok(Kind::Date(None)),
            DataType::Timestamp { utc } => Ok(Kind::Timestamp { pattern: None, utc: *utc }),
            DataType::Binary => Ok(Kind::Bytes),
            DataType::Object(_) | DataType::Array(_) => Err("objects and arrays are not read from a database".into()),
            _ => kind(property, field),
        };
        Self::with_kind(property, field, kind)
    }

    fn with_kind(property: &Property, field: &FieldRef, kind: Result<Kind, String>) -> Result<Self, String> {
        let kind = kind.map_err(|what| format!("column `{}`: {what}", property.name))?;
        Ok(Self {
            name: property.name.clone(),
            stored_name: property.physical_name.clone().unwrap_or_else(|| property.name.clone()),
            required: property.required,
            secret: property.classification == Some(Classification::Restricted),
            kind,
            field: FieldRef::clone(field),
        })
    }

    /// Whether CSV can hold it.
    pub(super) fn is_flat(&self) -> bool {
        !matches!(self.kind, Kind::Object(_) | Kind::Array(_))
    }

    /// An offending text as messages show it.
    pub(super) fn shown(&self, text: &str) -> String {
        if self.secret { "(restricted)".into() } else { shown(text) }
    }

    /// The declared type in words, and why the value is not of it when that is known.
    pub(super) fn expected(&self, why: &str) -> String {
        if why.is_empty() { self.declared() } else { format!("{} ({why})", self.declared()) }
    }

    fn declared(&self) -> String {
        match &self.kind {
            Kind::Text => "a text".into(),
            Kind::Integer { bits } => format!("an integer of {bits} bits"),
            Kind::Decimal { precision, scale } => format!("a decimal({precision},{scale})"),
            Kind::Float { .. } => "a number".into(),
            Kind::Boolean => "a boolean (true, false, yes, no, 1, 0)".into(),
            Kind::Date(None) => "a date `yyyy-MM-dd`".into(),
            Kind::Date(Some(pattern)) => format!("a date `{pattern}`"),
            Kind::Timestamp { pattern: None, .. } => "a timestamp `yyyy-MM-ddTHH:mm:ss`".into(),
            Kind::Timestamp { pattern: Some(pattern), .. } => format!("a timestamp `{pattern}`"),
            Kind::Time => "a time of day `HH:mm:ss`".into(),
            Kind::Bytes => "bytes".into(),
            Kind::Object(_) => "an object".into(),
            Kind::Array(_) => "an array".into(),
        }
    }
}

fn kind(property: &Property, field: &FieldRef) -> Result<Kind, String> {
    let pattern = || property.constraints.format.as_deref().map(DatePattern::new).transpose();
    Ok(match &property.data_type {
        DataType::String => Kind::Text,
        DataType::Integer { bits } => Kind::Integer { bits: *bits },
        DataType::Decimal { precision, scale } => Kind::Decimal { precision: *precision, scale: *scale },
        DataType::Float { bits } => Kind::Float { bits: *bits },
        DataType::Boolean => Kind::Boolean,
        DataType::Date => Kind::Date(pattern()?),
        DataType::Timestamp { utc } => Kind::Timestamp { pattern: pattern()?, utc: *utc },
        DataType::Time => Kind::Time,
        DataType::Binary => return Err("bytes cannot be read from a text file".into()),
        DataType::Object(members) => Kind::Object(object(members, field)?),
        DataType::Array(item) => Kind::Array(Box::new(array(item, field)?)),
    })
}

fn object(members: &[Property], field: &FieldRef) -> Result<Vec<Column>, String> {
    let arrow::datatypes::DataType::Struct(fields) = field.data_type() else {
        return Err("an object that is not stored as one".into());
    };
    members.iter().zip(fields).map(|(member, field)| Column::new(member, field)).collect()
}

fn array(item: &Property, field: &FieldRef) -> Result<Column, String> {
    match field.data_type() {
        arrow::datatypes::DataType::List(items) => Column::new(item, items),
        _ => Err("an array that is not stored as one".into()),
    }
}
