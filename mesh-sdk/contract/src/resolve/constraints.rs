//! Limits on values.

use regex::RegexBuilder;
use serde_json::Value;

use super::values::{fits, type_words};
use crate::codes;
use crate::faults::{Faults, Pointer};
use crate::model::{Bound, Constraints, DataType};
use crate::raw::property::{RawOptions, RawProperty};
use crate::shape::shown;

/// Resolves a column's limits.
pub(super) fn resolve(
    raw: &RawProperty,
    data_type: &DataType,
    pointer: &Pointer,
    faults: &mut Faults<'_>,
) -> Constraints {
    let mut constraints = Constraints::default();
    if let Some(options) = &raw.logical_type_options {
        let pointer = pointer.key("logicalTypeOptions");
        check_applicable(options, data_type, &pointer, faults);
        let written = raw.logical_type_options.as_ref().and_then(|options| options.format.as_ref());
        constraints = Constraints {
            enumeration: Vec::new(),
            pattern: options.pattern.clone(),
            format: written.cloned(),
            length_min: unsigned(options.min_length),
            length_max: unsigned(options.max_length),
            minimum: bound(options, End::Low, data_type, &pointer, faults),
            maximum: bound(options, End::High, data_type, &pointer, faults),
            multiple_of: options.multiple_of,
            items_min: unsigned(options.min_items),
            items_max: unsigned(options.max_items),
            items_unique: options.unique_items.unwrap_or(false),
        };
        if let Some(pattern) = &options.pattern {
            check_pattern(pattern, &pointer.key("pattern"), faults);
        }
        check_ranges(&constraints, &pointer, faults);
    }
    for (index, entry) in raw.enumeration.iter().flatten().enumerate() {
        let Some(value) = &entry.value else { continue };
        let pointer = pointer.key("enum").item(index).key("value");
        if constraints.enumeration.contains(value) {
            faults.error(codes::DUPLICATE_NAME, &pointer, format!("the value {} stands twice", shown(value)));
        }
        if !fits(data_type, value) {
            let message = format!("the value {} is not {}", shown(value), type_words(data_type));
            faults.error(codes::WRONG_VALUE_TYPE, &pointer, message);
        }
        constraints.enumeration.push(value.clone());
    }
    constraints
}

/// Whether values are days, times or both.
pub(super) fn is_temporal(data_type: &DataType) -> bool {
    matches!(data_type, DataType::Date | DataType::Timestamp { .. } | DataType::Time)
}

fn unsigned(number: Option<i64>) -> Option<u64> {
    number.and_then(|number| u64::try_from(number).ok())
}

/// Reports a pattern that does not compile within bounds.
pub(super) fn check_pattern(pattern: &str, pointer: &Pointer, faults: &mut Faults<'_>) {
    // The engine runs in linear time; the size limit keeps `(a{1000}){1000}` from eating memory.
    if let Err(error) = RegexBuilder::new(pattern).size_limit(1 << 20).build() {
        let why = match &error {
            regex::Error::CompiledTooBig(_) => "it compiles to more than a megabyte".to_owned(),
            other => other.to_string().lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned(),
        };
        faults
            .error(codes::BAD_PATTERN, pointer, format!("not a regular expression: {why}"))
            .help("patterns have no look-around and no back-references, so that they run in linear time");
    }
}

fn check_applicable(options: &RawOptions, data_type: &DataType, pointer: &Pointer, faults: &mut Faults<'_>) {
    let text = matches!(data_type, DataType::String | DataType::Binary);
    let number = matches!(data_type, DataType::Integer { .. } | DataType::Decimal { .. } | DataType::Float { .. });
    let temporal = is_temporal(data_type);
    let ranged = number || temporal;
    let zoned = matches!(data_type, DataType::Timestamp { .. } | DataType::Time);
    let array = matches!(data_type, DataType::Array(_));
    let object = matches!(data_type, DataType::Object(_));
    for (key, present, applies) in [
        ("minLength", options.min_length.is_some(), text),
        ("maxLength", options.max_length.is_some(), text),
        ("pattern", options.pattern.is_some(), text),
        ("format", options.format.is_some(), text || ranged),
        ("minimum", options.minimum.is_some(), ranged),
        ("maximum", options.maximum.is_some(), ranged),
        ("exclusiveMinimum", options.exclusive_minimum.is_some(), ranged),
        ("exclusiveMaximum", options.exclusive_maximum.is_some(), ranged),
        ("multipleOf", options.multiple_of.is_some(), number),
        ("timezone", options.timezone.is_some(), zoned),
        ("defaultTimezone", options.default_timezone.is_some(), zoned),
        ("minItems", options.min_items.is_some(), array),
        ("maxItems", options.max_items.is_some(), array),
        ("uniqueItems", options.unique_items.is_some(), array),
        ("minProperties", options.min_properties.is_some(), object),
        ("maxProperties", options.max_properties.is_some(), object),
        ("required", options.required.is_some(), object),
    ] {
        if present && !applies {
            let message = format!("`{key}` does not apply to {}", type_words(data_type));
            faults.key_error(codes::OPTION_NOT_APPLICABLE, &pointer.key(key), message);
        }
    }
}

#[derive(Clone, Copy, PartialEq)]
enum End {
    Low,
    High,
}

/// One end of the range; where both the inclusive and the exclusive one are written, the tighter holds.
fn bound(
    options: &RawOptions,
    end: End,
    data_type: &DataType,
    pointer: &Pointer,
    faults: &mut Faults<'_>,
) -> Option<Bound> {
    let (inclusive, exclusive, keys) = match end {
        End::Low => (&options.minimum, &options.exclusive_minimum, ["minimum", "exclusiveMinimum"]),
        End::High => (&options.maximum, &options.exclusive_maximum, ["maximum", "exclusiveMaximum"]),
    };
    let mut tightest: Option<Bound> = None;
    for ((value, key), exclusive) in [inclusive, exclusive].into_iter().zip(keys).zip([false, true]) {
        let Some(value) = value else { continue };
        let applies = is_temporal(data_type) || !matches!(data_type, DataType::String | DataType::Boolean);
        let own_format = options.format.is_some() && is_temporal(data_type) && value.is_string();
        if applies && !own_format && !fits(data_type, value) {
            let message = format!("the bound {} is not {}", shown(value), type_words(data_type));
            faults.error(codes::WRONG_VALUE_TYPE, &pointer.key(key), message);
            continue;
        }
        let tighter = match &tightest {
            None => true,
            Some(known) => match (end, compare(value, &known.value)) {
                (End::Low, Some(order)) => order.is_ge(),
                (End::High, Some(order)) => order.is_le(),
                (_, None) => false,
            },
        };
        if tighter {
            tightest = Some(Bound { value: value.clone(), exclusive });
        }
    }
    tightest
}

fn compare(left: &Value, right: &Value) -> Option<std::cmp::Ordering> {
    match (left, right) {
        (Value::Number(left), Value::Number(right)) => left.as_f64()?.partial_cmp(&right.as_f64()?),
        (Value::String(left), Value::String(right)) => Some(left.cmp(right)),
        _ => None,
    }
}

fn check_ranges(constraints: &Constraints, pointer: &Pointer, faults: &mut Faults<'_>) {
    for (low, high, keys) in [
        (constraints.length_min, constraints.length_max, ("minLength", "maxLength")),
        (constraints.items_min, constraints.items_max, ("minItems", "maxItems")),
    ] {
        if let (Some(low), Some(high)) = (low, high)
            && low > high
        {
            let message = format!("`{}` is `{low}` and `{}` is `{high}`: nothing is allowed", keys.0, keys.1);
            faults.error(codes::EMPTY_RANGE, &pointer.key(keys.0), message);
        }
    }
    // Values in a format of their own do not compare as text.
    if constraints.format.is_some() && constraints.minimum.as_ref().is_some_and(|bound| bound.value.is_string()) {
        return;
    }
    if let (Some(low), Some(high)) = (&constraints.minimum, &constraints.maximum)
        && let Some(order) = compare(&low.value, &high.value)
        && (order.is_gt() || (order.is_eq() && (low.exclusive || high.exclusive)))
    {
        let key = if low.exclusive { "exclusiveMinimum" } else { "minimum" };
        let message = format!("no value is from {} to {}", shown(&low.value), shown(&high.value));
        faults.error(codes::EMPTY_RANGE, &pointer.key(key), message);
    }
}
