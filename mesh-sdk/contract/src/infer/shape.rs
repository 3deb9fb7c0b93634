//! Which types fit all values of a column so far.

use super::date_form::{FORMS, is_time_of_day};
use super::number;
use crate::model::DataType;

/// What still fits.
#[derive(Debug)]
pub(super) struct Shape {
    values: u64,
    integer: bool,
    decimal: bool,
    boolean: bool,
    time: bool,
    /// One for each of [`FORMS`].
    forms: Vec<bool>,
    zoned: u64,
    /// Digits before and behind the point, each the most seen.
    digits: (u32, u32),
    negative: bool,
    pub(super) integers: Option<(i64, i64)>,
    pub(super) numbers: Option<(f64, f64)>,
    pub(super) days: Option<(String, String)>,
}

/// The type that fits, and the pattern of its dates.
pub(super) struct Fit {
    pub(super) data_type: DataType,
    pub(super) form: Option<usize>,
    pub(super) form_or: Option<usize>,
}

/// Digits behind the point beyond which a number is the noise of a binary fraction and no amount.
const SCALE_MAX: u32 = 10;

impl Shape {
    pub(super) fn new() -> Self {
        Self {
            values: 0,
            integer: true,
            decimal: true,
            boolean: true,
            time: true,
            forms: vec![true; FORMS.len()],
            zoned: 0,
            digits: (0, 0),
            negative: false,
            integers: None,
            numbers: None,
            days: None,
        }
    }

    /// Takes one value, which is neither empty nor a null.
    pub(super) fn observe(&mut self, text: &str) {
        self.values += 1;
        let bare = text.trim();
        if self.integer {
            match number::integer(bare) {
                Some(value) => widen(&mut self.integers, value, |a, b| a < b),
                None => self.integer = false,
            }
        }
        if self.decimal {
            match (number::digits(bare), bare.parse::<f64>()) {
                (Some(found), Ok(value)) => {
                    self.digits = (self.digits.0.max(found.before), self.digits.1.max(found.behind));
                    self.negative |= found.negative;
                    widen(&mut self.numbers, value, |a, b| a < b);
                }
                _ => self.decimal = false,
            }
        }
        self.boolean &= ["true", "false", "yes", "no"].iter().any(|word| bare.eq_ignore_ascii_case(word));
        self.time = self.time && is_time_of_day(bare);
        self.observe_date(bare);
    }

    fn observe_date(&mut self, text: &str) {
        let (mut read, mut zoned) = (Vec::new(), false);
        for (fits, form) in self.forms.iter_mut().zip(FORMS).filter(|(fits, _)| **fits) {
            match form.read(text) {
                Some((value, zone)) => {
                    zoned |= zone;
                    read.push(value);
                }
                None => *fits = false,
            }
        }
        // `03/04/2020` says nothing about the range while it is open which of the two is the month.
        if let [value] = read.as_slice() {
            widen(&mut self.days, value.clone(), |a, b| a < b);
        }
        self.zoned += u64::from(zoned);
    }

    /// Whether every value is of a type that a marker such as `-` or `NA` is not.
    pub(super) fn is_typed(&self) -> bool {
        self.values > 0 && !matches!(self.fit(false).data_type, DataType::String)
    }

    /// The narrowest type of all values; `money` asks for an exact decimal.
    pub(super) fn fit(&self, money: bool) -> Fit {
        let plain = |data_type| Fit { data_type, form: None, form_or: None };
        if self.values == 0 {
            return plain(DataType::String);
        }
        if self.integer && !money {
            let narrow = self.integers.is_some_and(|(low, high)| {
                i32::try_from(low).is_ok() && i32::try_from(high).is_ok_and(|high| high < i32::MAX / 2)
            });
            return plain(DataType::Integer { bits: if narrow { 32 } else { 64 } });
        }
        if self.decimal {
            return plain(self.number(money));
        }
        if self.boolean {
            return plain(DataType::Boolean);
        }
        if self.time {
            return plain(DataType::Time);
        }
        let mut fitting = self.forms.iter().enumerate().filter(|(_, fits)| **fits).map(|(at, _)| at);
        let mixed = self.zoned > 0 && self.zoned < self.values;
        match fitting.next().and_then(|at| FORMS.get(at).map(|form| (at, form))).filter(|_| !mixed) {
            Some((at, form)) => {
                Fit { data_type: form.data_type(self.zoned > 0), form: Some(at), form_or: fitting.next() }
            }
            None => plain(DataType::String),
        }
    }

    /// With room for values to come: two more digits than the data has, in steps that people write.
    fn number(&self, money: bool) -> DataType {
        let (before, behind) = self.digits;
        let scale = if money { behind.max(2) } else { behind };
        let fits = before + scale <= 38 && (money || scale <= SCALE_MAX);
        if !fits {
            return DataType::Float { bits: 64 };
        }
        let needed = (before + 2 + scale).min(38);
        let steps = if money { &[18_u32, 38][..] } else { &[9_u32, 18, 38][..] };
        let precision = steps.iter().copied().find(|step| *step >= needed).unwrap_or(38);
        DataType::Decimal { precision: u8::try_from(precision).unwrap_or(38), scale: u8::try_from(scale).unwrap_or(0) }
    }

    /// Whether no number is below zero, and there are some.
    pub(super) fn is_never_negative(&self) -> bool {
        self.decimal && self.values > 0 && !self.negative
    }
}

fn widen<T: Clone>(range: &mut Option<(T, T)>, value: T, less: impl Fn(&T, &T) -> bool) {
    match range {
        None => *range = Some((value.clone(), value)),
        Some((low, _)) if less(&value, low) => *low = value,
        Some((_, high)) if less(high, &value) => *high = value,
        Some(_) => {}
    }
}
