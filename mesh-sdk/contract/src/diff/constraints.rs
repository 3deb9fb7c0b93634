//! Which values are allowed.

use std::cmp::Ordering;

use serde_json::Value;

use super::class::{self, Class};
use super::limits::{Moved, lower, upper};
use super::sides::{Changes, Sides};
use crate::model::{Bound, Constraints, Property};
use crate::shape::shown;

/// Keys of `logicalTypeOptions` about the members of an object.
const MEMBER_KEYS: [&str; 3] = ["minProperties", "maxProperties", "required"];

pub(super) fn compare(sides: &Sides<'_, Property>, changes: &mut Changes<'_>) {
    let (old, new) = (&sides.old.it.constraints, &sides.new.it.constraints);
    if old != new {
        enumeration(sides, (old, new), changes);
        pattern(sides, (old, new), changes);
        lengths(sides, (old, new), changes);
        bounds(sides, (old, new), changes);
        items(sides, (old, new), changes);
    }
    for key in MEMBER_KEYS {
        let at = sides.key("logicalTypeOptions").key(key);
        if at.differ() {
            changes.changed(&class::MEMBERS_CHANGED, &at, format!("`{key}` changed"));
        }
    }
}

type Pair<'a> = (&'a Constraints, &'a Constraints);

fn enumeration(sides: &Sides<'_, Property>, (old, new): Pair<'_>, changes: &mut Changes<'_>) {
    let (old, new) = (&old.enumeration, &new.enumeration);
    let at = sides.key(if sides.key("enum").differ() { "enum" } else { "quality" });
    match (old.is_empty(), new.is_empty()) {
        (true, true) => {}
        (true, false) => changes.changed(&class::ENUM_STATED, &at, format!("only {} are allowed", listed(new))),
        (false, true) => changes.changed(&class::ENUM_DROPPED, &at, format!("not only {} are allowed", listed(old))),
        (false, false) => {
            for value in new.iter().filter(|value| !old.contains(value)) {
                changes.changed(&class::ENUM_ADDED, &at, format!("{} is allowed from now on", shown(value)));
            }
            for value in old.iter().filter(|value| !new.contains(value)) {
                changes.changed(&class::ENUM_REMOVED, &at, format!("{} is no longer allowed", shown(value)));
            }
        }
    }
}

fn listed(values: &[Value]) -> String {
    values.iter().map(shown).collect::<Vec<_>>().join(", ")
}

fn pattern(sides: &Sides<'_, Property>, (old, new): Pair<'_>, changes: &mut Changes<'_>) {
    let options = sides.key("logicalTypeOptions");
    let at = options.key("pattern");
    match (&old.pattern, &new.pattern) {
        (None, Some(new)) => changes.changed(&class::PATTERN_ADDED, &at, format!("values must match `{new}`")),
        (Some(old), None) => changes.changed(&class::PATTERN_REMOVED, &at, format!("values need not match `{old}`")),
        (Some(old), Some(new)) if old != new => {
            changes.changed(&class::PATTERN_CHANGED, &at, format!("the pattern `{old}` became `{new}`"));
        }
        _ => {}
    }
    if old.format != new.format {
        let text = |format: &Option<String>| format.clone().map_or("none".to_owned(), |format| format!("`{format}`"));
        let message = format!("the format was {} and is {}", text(&old.format), text(&new.format));
        changes.changed(&class::FORMAT_CHANGED, &options.key("format"), message);
    }
}

fn lengths(sides: &Sides<'_, Property>, (old, new): Pair<'_>, changes: &mut Changes<'_>) {
    let classes = (&class::LENGTH_TIGHTENED, &class::LENGTH_LOOSENED);
    let order = |a: &u64, b: &u64| a.partial_cmp(b);
    let options = sides.key("logicalTypeOptions");
    let moved = lower(old.length_min.as_ref(), new.length_min.as_ref(), order);
    report(moved, classes, &options.key("minLength"), ("shortest text", &old.length_min, &new.length_min), changes);
    let moved = upper(old.length_max.as_ref(), new.length_max.as_ref(), order);
    // `varchar(20)` is a limit as well.
    let stated = options.key("maxLength");
    let at = if stated.differ() { stated } else { sides.key("physicalType") };
    report(moved, classes, &at, ("longest text", &old.length_max, &new.length_max), changes);
}

fn bounds(sides: &Sides<'_, Property>, (old, new): Pair<'_>, changes: &mut Changes<'_>) {
    let classes = (&class::BOUND_TIGHTENED, &class::BOUND_LOOSENED);
    let options = sides.key("logicalTypeOptions");
    let place = |inclusive: &str, exclusive: &str| {
        let at = options.key(inclusive);
        if at.differ() { at } else { options.key(exclusive) }
    };
    let shown = |bound: &Option<Bound>| {
        bound
            .as_ref()
            .map(|bound| format!("{}{}", shown(&bound.value), if bound.exclusive { " (excluded)" } else { "" }))
    };
    let moved = lower(old.minimum.as_ref(), new.minimum.as_ref(), |a, b| order(a, b, Ordering::Less));
    let words = ("lowest value", &shown(&old.minimum), &shown(&new.minimum));
    report(moved, classes, &place("minimum", "exclusiveMinimum"), words, changes);
    let moved = upper(old.maximum.as_ref(), new.maximum.as_ref(), |a, b| order(a, b, Ordering::Greater));
    let words = ("highest value", &shown(&old.maximum), &shown(&new.maximum));
    report(moved, classes, &place("maximum", "exclusiveMaximum"), words, changes);
    if old.multiple_of != new.multiple_of {
        changes.changed(
            &class::MULTIPLE_CHANGED,
            &options.key("multipleOf"),
            "numbers are multiples of something else",
        );
    }
}

/// Orders two bounds; of equal values the one that is `outside` lets its value through.
fn order(a: &Bound, b: &Bound, outside: Ordering) -> Option<Ordering> {
    let by_value = match (&a.value, &b.value) {
        (Value::Number(a), Value::Number(b)) => match (a.as_i64(), b.as_i64()) {
            (Some(a), Some(b)) => a.cmp(&b),
            _ => a.as_f64()?.partial_cmp(&b.as_f64()?)?,
        },
        // Dates and timestamps in the standard's form sort as they read; other texts do not mix with it.
        (Value::String(a), Value::String(b)) if a.len() == b.len() => a.cmp(b),
        _ => return None,
    };
    Some(match (by_value, a.exclusive, b.exclusive) {
        (Ordering::Equal, false, true) => outside,
        (Ordering::Equal, true, false) => outside.reverse(),
        (order, _, _) => order,
    })
}

fn items(sides: &Sides<'_, Property>, (old, new): Pair<'_>, changes: &mut Changes<'_>) {
    let classes = (&class::ITEMS_TIGHTENED, &class::ITEMS_LOOSENED);
    let order = |a: &u64, b: &u64| a.partial_cmp(b);
    let options = sides.key("logicalTypeOptions");
    let moved = lower(old.items_min.as_ref(), new.items_min.as_ref(), order);
    report(moved, classes, &options.key("minItems"), ("fewest items", &old.items_min, &new.items_min), changes);
    let moved = upper(old.items_max.as_ref(), new.items_max.as_ref(), order);
    report(moved, classes, &options.key("maxItems"), ("most items", &old.items_max, &new.items_max), changes);
    let at = options.key("uniqueItems");
    match (old.items_unique, new.items_unique) {
        (false, true) => changes.changed(&class::ITEMS_TIGHTENED, &at, "items may no longer repeat"),
        (true, false) => changes.changed(&class::ITEMS_LOOSENED, &at, "items may repeat from now on"),
        _ => {}
    }
}

fn report<T: ToString>(
    moved: Moved,
    (tighter, looser): (&'static Class, &'static Class),
    at: &Sides<'_, Value>,
    (what, old, new): (&str, &Option<T>, &Option<T>),
    changes: &mut Changes<'_>,
) {
    let text = |limit: &Option<T>| limit.as_ref().map_or("not limited".to_owned(), ToString::to_string);
    let message = format!("the {what} was {} and is {}", text(old), text(new));
    match moved {
        Moved::Not => {}
        Moved::Tighter => changes.changed(tighter, at, message),
        Moved::Looser => changes.changed(looser, at, message),
        Moved::Unclear => {
            changes.changed(tighter, at, message.clone());
            changes.changed(looser, at, message);
        }
    }
}
