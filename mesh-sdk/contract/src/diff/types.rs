//! Types: which values of the one fit into the other.

use serde_json::Value;

use super::sides::{Changes, Sides};
use super::{class, property};
use crate::model::{DataType, Property};

/// How one type stands to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    /// Every value of the old type is one of the new, and means the same.
    Widened,
    /// Every value of the new type is one of the old, and means the same.
    Narrowed,
    /// Neither.
    Changed,
}

pub(super) fn compare(sides: &Sides<'_, Property>, changes: &mut Changes<'_>) {
    let (old, new) = (&sides.old.it.data_type, &sides.new.it.data_type);
    match (old, new) {
        (DataType::Object(was), DataType::Object(is)) => {
            property::list(&sides.key("properties"), was, is, changes);
        }
        (DataType::Array(was), DataType::Array(is)) => {
            let items = Sides { old: sides.old.key("items", was.as_ref()), new: sides.new.key("items", is.as_ref()) };
            property::one(&items, changes);
        }
        (DataType::Timestamp { .. }, DataType::Timestamp { .. }) if old != new => {
            let message = format!("`{old}` became `{new}`: the same digits mean another moment");
            changes.changed(&class::TIMEZONE_CHANGED, &place(sides), message);
        }
        _ if old != new => {
            let (class, word) = match step(old, new) {
                Step::Widened => (&class::TYPE_WIDENED, "was widened to"),
                Step::Narrowed => (&class::TYPE_NARROWED, "was narrowed to"),
                Step::Changed => (&class::TYPE_CHANGED, "became"),
            };
            changes.changed(class, &place(sides), format!("`{old}` {word} `{new}`"));
        }
        _ => {}
    }
    default_time_zone(sides, changes);
}

/// The key that changed the type.
fn place<'a>(sides: &Sides<'a, Property>) -> Sides<'a, Value> {
    let key = ["physicalType", "logicalType", "logicalTypeOptions"].into_iter().find(|key| sides.key(key).differ());
    sides.key(key.unwrap_or("logicalType"))
}

/// Texts without a zone are read in it.
fn default_time_zone(sides: &Sides<'_, Property>, changes: &mut Changes<'_>) {
    let at = sides.key("logicalTypeOptions").key("defaultTimezone");
    if at.differ() {
        changes.changed(&class::TIMEZONE_CHANGED, &at, "times without a zone are read in another one");
    }
}

/// The table of every pair of types.
pub(super) fn step(old: &DataType, new: &DataType) -> Step {
    match (holds(new, old), holds(old, new)) {
        (true, _) => Step::Widened,
        (false, true) => Step::Narrowed,
        (false, false) => Step::Changed,
    }
}

/// Whether every value of `inner` is one of `outer` too, compares alike and prints alike.
fn holds(outer: &DataType, inner: &DataType) -> bool {
    use DataType::{Decimal, Float, Integer};
    match (outer, inner) {
        (outer, inner) if outer == inner => true,
        (Integer { bits: outer }, Integer { bits: inner }) => outer >= inner,
        (Float { bits: outer }, Float { bits: inner }) => outer >= inner,
        (Decimal { precision, scale }, Decimal { precision: digits, scale: places }) => {
            scale >= places && precision - scale >= digits - places
        }
        (Decimal { precision, scale }, Integer { bits }) => precision - scale >= digits_of(*bits),
        // `9,999` fits where `32,767` does: all numbers of one digit less do.
        (Integer { bits }, Decimal { precision, scale: 0 }) => *precision < digits_of(*bits),
        // Whole numbers are exact in a double up to 2⁵³, in a single up to 2²⁴. Decimals with places never are.
        (Float { bits: 64 }, Integer { bits }) => *bits <= 32,
        (Float { bits: 32 }, Integer { bits }) => *bits <= 16,
        _ => false,
    }
}

/// Digits of the largest integer of that width.
fn digits_of(bits: u8) -> u8 {
    match bits {
        8 => 3,
        16 => 5,
        32 => 10,
        _ => 19,
    }
}
