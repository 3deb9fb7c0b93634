//! One column, value by value.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::hash::{BuildHasher as _, BuildHasherDefault, DefaultHasher};

use arrow_schema::DataType as ArrowType;
use serde_json::Value;

use super::date_form::FORMS;
use super::personal::Personal;
use super::shape::Shape;
use super::{Finding, names};
use crate::model::DataType;

/// How a column's values are written where they come from.
#[derive(Clone, Debug, PartialEq)]
pub enum Written {
    /// As text alone (CSV): every type is told from the text.
    Text,
    /// As a JSON text: a day or a word, but no number.
    JsonText,
    /// As a JSON number, whose digits say whether it is whole or an amount.
    JsonNumber,
    /// In a type of its own, which stays (Parquet).
    Typed(DataType),
    /// In a type of its own; a binary fraction that holds money becomes a decimal (a query, a table).
    Drafted(DataType),
    /// As an object or a list, whose type is told and whose values are not looked into.
    Nested(ArrowType),
}

impl Written {
    /// How a column of an Arrow type is written; `stays` when its contract must read just this type. `None` for types
    /// that contracts do not have.
    #[must_use]
    pub fn of_arrow(arrow: &ArrowType, stays: bool) -> Option<Self> {
        if matches!(arrow, ArrowType::Struct(_) | ArrowType::List(_) | ArrowType::LargeList(_)) {
            return is_known(arrow).then(|| Self::Nested(arrow.clone()));
        }
        let data_type = of_arrow(arrow)?;
        Some(if stays { Self::Typed(data_type) } else { Self::Drafted(data_type) })
    }
}

/// The contract's type of an Arrow type without members.
pub(super) fn of_arrow(arrow: &ArrowType) -> Option<DataType> {
    Some(match arrow {
        ArrowType::Utf8 | ArrowType::LargeUtf8 | ArrowType::Utf8View | ArrowType::Null => DataType::String,
        ArrowType::Int8 => DataType::Integer { bits: 8 },
        ArrowType::Int16 | ArrowType::UInt8 => DataType::Integer { bits: 16 },
        ArrowType::Int32 | ArrowType::UInt16 => DataType::Integer { bits: 32 },
        ArrowType::Int64 | ArrowType::UInt32 => DataType::Integer { bits: 64 },
        ArrowType::UInt64 => DataType::Decimal { precision: 20, scale: 0 },
        ArrowType::Decimal32(precision, scale)
        | ArrowType::Decimal64(precision, scale)
        | ArrowType::Decimal128(precision, scale) => {
            DataType::Decimal { precision: *precision, scale: u8::try_from(*scale).ok()? }
        }
        ArrowType::Float16 | ArrowType::Float32 => DataType::Float { bits: 32 },
        ArrowType::Float64 => DataType::Float { bits: 64 },
        ArrowType::Boolean => DataType::Boolean,
        ArrowType::Date32 | ArrowType::Date64 => DataType::Date,
        ArrowType::Timestamp(_, zone) => DataType::Timestamp { utc: zone.is_some() },
        ArrowType::Time32(_) | ArrowType::Time64(_) => DataType::Time,
        ArrowType::Binary | ArrowType::LargeBinary | ArrowType::BinaryView | ArrowType::FixedSizeBinary(_) => {
            DataType::Binary
        }
        ArrowType::Dictionary(_, values) => of_arrow(values)?,
        _ => return None,
    })
}

fn is_known(arrow: &ArrowType) -> bool {
    match arrow {
        ArrowType::Struct(members) => !members.is_empty() && members.iter().all(|member| is_known(member.data_type())),
        ArrowType::List(item) | ArrowType::LargeList(item) => is_known(item.data_type()),
        other => of_arrow(other).is_some(),
    }
}

/// Words that files write where there is no value. Those in the second list are also words of people (`None`, `-`): they
/// count only in columns whose other values are numbers or dates.
const NEVER_VALUES: [&str; 6] = ["N/A", "n/a", "#N/A", "NULL", "null", "\\N"];
const SOMETIMES_VALUES: [&str; 9] = ["NA", "na", "None", "none", "NaN", "nan", "-", "?", "."];

/// Different values kept as such; a column with more has no list of them.
const VALUES_MAX: usize = 32;
/// Different values counted, 8 bytes each; beyond, the count is unknown.
const DISTINCT_MAX: usize = 4_000_000;
/// Rows below which few different values say nothing.
const ROWS_FOR_VALUES_MIN: u64 = 20;
/// The longest value that a list of values holds.
const VALUE_CHARS_MAX: u64 = 40;

/// What a source says of a column itself, as databases do: it holds for rows to come too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stated {
    /// It always has a value.
    pub required: bool,
    /// No value stands twice.
    pub unique: bool,
    /// Its place in the primary key, from 1.
    pub key_position: Option<u32>,
    /// What it means.
    pub description: Option<String>,
    /// Its type as contracts write it, where that says more than the type alone (`varchar(20)`).
    pub physical_type: Option<String>,
    /// The only values that its type has.
    pub values: Vec<String>,
}

/// What has been seen of one column.
#[derive(Debug)]
pub struct ColumnProfile {
    /// Its name in the source.
    pub name: String,
    /// What the source says of it.
    pub stated: Option<Stated>,
    written: Written,
    shape: Shape,
    empty: u64,
    values: u64,
    markers: BTreeMap<&'static str, u64>,
    few: Option<BTreeSet<String>>,
    distinct: Option<HashSet<u64, BuildHasherDefault<DefaultHasher>>>,
    lengths: Option<(u64, u64)>,
    personal: BTreeMap<Personal, u64>,
}

impl ColumnProfile {
    pub(super) fn new(name: String, written: Written) -> Self {
        Self {
            name,
            stated: None,
            written,
            shape: Shape::new(),
            empty: 0,
            values: 0,
            markers: BTreeMap::new(),
            few: Some(BTreeSet::new()),
            distinct: Some(HashSet::default()),
            lengths: None,
            personal: BTreeMap::new(),
        }
    }

    /// How its values are written.
    #[must_use]
    pub fn written(&self) -> &Written {
        &self.written
    }

    /// Takes the next value; `None` is a null of the source. An empty text is one too where text is all there is.
    pub fn observe(&mut self, value: Option<&str>) {
        let empty_is_value = matches!(self.written, Written::Typed(_) | Written::Drafted(_));
        let Some(text) = value.filter(|text| empty_is_value || !text.is_empty()) else {
            self.empty += 1;
            return;
        };
        if let Some(marker) = NEVER_VALUES.iter().chain(&SOMETIMES_VALUES).find(|marker| **marker == text)
            && matches!(self.written, Written::Text | Written::JsonText)
        {
            *self.markers.entry(marker).or_default() += 1;
            return;
        }
        self.values += 1;
        self.shape.observe(text);
        let length = text.chars().count() as u64;
        self.lengths = Some(self.lengths.map_or((length, length), |(low, high)| (low.min(length), high.max(length))));
        self.count(text, length);
        if let Some(kind) = Personal::of_value(text) {
            *self.personal.entry(kind).or_default() += 1;
        }
    }

    fn count(&mut self, text: &str, length: u64) {
        if let Some(few) = &mut self.few {
            if length > VALUE_CHARS_MAX || (!few.contains(text) && few.len() == VALUES_MAX) {
                self.few = None;
            } else if !few.contains(text) {
                few.insert(text.to_owned());
            }
        }
        if let Some(distinct) = &mut self.distinct {
            let hash = distinct.hasher().hash_one(text);
            distinct.insert(hash);
            if distinct.len() > DISTINCT_MAX {
                self.distinct = None;
            }
        }
    }

    /// Texts that stand for null here.
    pub(super) fn null_markers(&self) -> Vec<String> {
        let is_typed = self.shape.is_typed() && self.written == Written::Text;
        let counts = |marker: &&str| is_typed || NEVER_VALUES.contains(marker);
        self.markers.keys().filter(|marker| counts(marker)).map(|marker| (*marker).to_owned()).collect()
    }

    /// What is known, when `nulls` are the texts that stand for null in the whole table.
    pub(super) fn finding(&self, rows: u64, null_markers: &[String]) -> Finding {
        let is_null = |marker: &str| null_markers.iter().any(|known| known == marker);
        let as_null: u64 = self.markers.iter().filter(|(marker, _)| is_null(marker)).map(|(_, count)| count).sum();
        let as_value: Vec<&str> = self.markers.keys().copied().filter(|marker| !is_null(marker)).collect();
        let (data_type, form, form_or) = self.data_type(!as_value.is_empty());
        let distinct = self.distinct.as_ref().map(|distinct| distinct.len() as u64 + as_value.len() as u64);
        let nulls = self.empty + as_null;
        let pattern = |at: Option<usize>| at.and_then(|at| FORMS.get(at)).and_then(|form| form.written);
        let keyed = matches!(data_type, DataType::Integer { .. } | DataType::String | DataType::Date);
        let mut finding = Finding {
            format: pattern(form).map(str::to_owned),
            format_or: pattern(form_or).map(str::to_owned),
            nulls,
            distinct,
            values: Vec::new(),
            range: self.range(&data_type),
            lengths: self.lengths_with(&as_value).filter(|_| data_type == DataType::String),
            personal: self.personal(),
            candidate_key: keyed && nulls == 0 && rows > 1 && distinct == Some(rows),
            data_type,
        };
        finding.values = self.few_values(&finding, rows, &as_value);
        finding
    }

    fn data_type(&self, has_words: bool) -> (DataType, Option<usize>, Option<usize>) {
        let money = names::is_money(&self.name);
        match &self.written {
            Written::Typed(data_type) => (data_type.clone(), None, None),
            Written::Drafted(DataType::Float { .. }) if money => (self.shape.fit(true).data_type, None, None),
            Written::Drafted(data_type) => (data_type.clone(), None, None),
            Written::Nested(_) => (DataType::Object(Vec::new()), None, None),
            _ if has_words => (DataType::String, None, None),
            Written::Text | Written::JsonNumber => {
                let fit = self.shape.fit(money);
                (fit.data_type, fit.form, fit.form_or)
            }
            Written::JsonText => {
                let fit = self.shape.fit(false);
                match fit.data_type {
                    DataType::Date | DataType::Timestamp { .. } | DataType::Time => {
                        (fit.data_type, fit.form, fit.form_or)
                    }
                    _ => (DataType::String, None, None),
                }
            }
        }
    }

    /// Lengths of all values, also of those words that are no marker in this table after all.
    fn lengths_with(&self, words: &[&str]) -> Option<(u64, u64)> {
        let words = words.iter().map(|word| word.len() as u64).map(|length| (length, length));
        self.lengths.into_iter().chain(words).reduce(|(low, high), (least, most)| (low.min(least), high.max(most)))
    }

    fn range(&self, data_type: &DataType) -> Option<(String, String)> {
        match data_type {
            DataType::Integer { .. } => self.shape.integers.map(|(low, high)| (low.to_string(), high.to_string())),
            DataType::Decimal { .. } | DataType::Float { .. } => {
                self.shape.numbers.map(|(low, high)| (low.to_string(), high.to_string()))
            }
            DataType::Date | DataType::Timestamp { .. } => self.shape.days.clone(),
            _ => None,
        }
    }

    /// By name, or when nearly all of enough values have the form.
    fn personal(&self) -> Option<Personal> {
        let by_value = self.personal.iter().find(|(_, count)| self.values >= 3 && **count * 10 >= self.values * 9);
        by_value.map(|(kind, _)| *kind).or_else(|| Personal::of_name(&self.name))
    }

    /// Whether all numbers are zero or more.
    pub(super) fn is_never_negative(&self) -> bool {
        self.shape.is_never_negative()
    }

    /// The values themselves when they are words of a list: few, short, each seen again and again.
    fn few_values(&self, finding: &Finding, rows: u64, words: &[&str]) -> Vec<Value> {
        let Some(few) = &self.few else { return Vec::new() };
        let count = (few.len() + words.len()) as u64;
        let repeated = rows >= ROWS_FOR_VALUES_MIN && count * 10 <= self.values;
        match finding.data_type {
            DataType::String if repeated => {
                let values: BTreeSet<&str> = few.iter().map(String::as_str).chain(words.iter().copied()).collect();
                values.into_iter().map(Value::from).collect()
            }
            // Two to five numbers are codes; one is what nothing has yet changed.
            DataType::Integer { .. } if repeated && (2..=5).contains(&count) => {
                let mut values: Vec<i64> = few.iter().filter_map(|text| super::number::integer(text.trim())).collect();
                values.sort_unstable();
                values.dedup();
                values.into_iter().map(Value::from).collect()
            }
            _ => Vec::new(),
        }
    }
}
