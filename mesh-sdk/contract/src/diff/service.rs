//! Service levels, servers and support.

use serde_json::Value;

use super::align;
use super::class::{self, Class};
use super::sides::{Changes, Sides};
use crate::model::Contract;
use crate::shape::shown;

/// Keys that say something about a service level and promise nothing.
const LEVEL_WORDS: [&str; 3] = ["driver", "description", "id"];

pub(super) fn levels(sides: &Sides<'_, Contract>, changes: &mut Changes<'_>) {
    let default = sides.key("slaDefaultElement");
    if default.differ() {
        changes.changed(&class::SLA_CHANGED, &default, "service levels are measured on another column");
    }
    let lists = sides.key("slaProperties");
    let pairing =
        align::by_key(lists.old.items(), lists.new.items(), |level| align::texts(level, &["property", "element"]));
    for (before, after) in &pairing.both {
        let (old, new) = (lists.old.item(*before, &()), lists.new.item(*after, &()));
        level(&Sides { old, new }, changes);
    }
    for index in &pairing.removed {
        let at = lists.old.item(*index, &());
        changes.removed(&class::SLA_REMOVED, &at, format!("{} is no longer promised", promise(at.raw)));
    }
    for index in &pairing.added {
        let at = lists.new.item(*index, &());
        changes.added(&class::SLA_ADDED, &at, format!("{} is promised from now on", promise(at.raw)));
    }
}

fn promise(level: &Value) -> String {
    let word = |key: &str| level.get(key).map(|value| value.as_str().map_or(value.to_string(), str::to_owned));
    let parts: Vec<String> = ["property", "value", "unit"].into_iter().filter_map(word).collect();
    format!("`{}`", parts.join(" "))
}

fn level(sides: &Sides<'_, ()>, changes: &mut Changes<'_>) {
    if !sides.differ() {
        return;
    }
    let start = changes.len();
    let words = |class: &'static Class, key: &str, changes: &mut Changes<'_>| {
        let at = sides.key(key);
        if at.differ() {
            changes.changed(class, &at, format!("`{key}` was {} and is {}", shown(at.old.raw), shown(at.new.raw)));
        }
    };
    if ["value", "unit", "valueExt"].into_iter().any(|key| sides.key(key).differ()) {
        let class = match (amount(sides.old.raw), amount(sides.new.raw)) {
            (Some(old), Some(new)) if old == new => None,
            (Some(old), Some(new)) => match better(sides.new.raw) {
                Some(Better::More) if new > old => Some(&class::SLA_STRENGTHENED),
                Some(Better::Less) if new < old => Some(&class::SLA_STRENGTHENED),
                Some(_) => Some(&class::SLA_WEAKENED),
                None => Some(&class::SLA_CHANGED),
            },
            _ => Some(&class::SLA_CHANGED),
        };
        if let Some(class) = class {
            let key = if sides.key("value").differ() { "value" } else { "unit" };
            let message = format!("{} became {}", promise(sides.old.raw), promise(sides.new.raw));
            changes.changed(class, &sides.key(key), message);
        }
    }
    for key in ["schedule", "scheduler"] {
        words(&class::SLA_CHANGED, key, changes);
    }
    for key in LEVEL_WORDS {
        words(&class::DESCRIPTION_CHANGED, key, changes);
    }
    if changes.len() == start {
        changes.changed(&class::REWRITTEN, sides, format!("{} is written differently", promise(sides.new.raw)));
    }
}

/// Which way a service level is worth more.
enum Better {
    More,
    Less,
}

/// Retention is a floor: the longer, the more is promised.
fn better(level: &Value) -> Option<Better> {
    let property = level.get("property")?.as_str()?.to_lowercase();
    match property.as_str() {
        "availability" | "throughput" | "retention" | "endofsupport" | "endoflife" | "completeness" | "accuracy" => {
            Some(Better::More)
        }
        "latency" | "freshness" | "frequency" | "timetodetect" | "timetonotify" | "timetorepair" | "errorrate"
        | "responsetime" | "timeofavailability" => Some(Better::Less),
        _ => None,
    }
}

/// The value in the smallest unit of its kind: seconds, bytes and so on; `None` for texts.
fn amount(level: &Value) -> Option<f64> {
    if level.get("valueExt").is_some_and(|value| !value.is_null()) {
        return None;
    }
    let value = level.get("value")?;
    let value = value.as_f64().or_else(|| date(value.as_str()?))?;
    let factor = match level.get("unit").and_then(Value::as_str) {
        None => 1.0,
        Some(unit) => match unit.to_lowercase().trim_end_matches('s') {
            "" | "second" | "sec" => 1.0,
            "m" if unit == "M" => 30.0 * 86_400.0,
            "m" | "min" | "minute" => 60.0,
            "h" | "hour" | "hr" => 3_600.0,
            "d" | "day" => 86_400.0,
            "w" | "week" => 7.0 * 86_400.0,
            "mo" | "month" => 30.0 * 86_400.0,
            "y" | "yr" | "year" => 365.0 * 86_400.0,
            "%" | "percent" => 1.0,
            _ => return None,
        },
    };
    Some(value * factor)
}

/// `2027-01-31…` as a number that sorts like the day.
fn date(text: &str) -> Option<f64> {
    let day = text.get(..10)?;
    let mut parts = day.split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let number = |part: &str| part.parse::<u32>().ok().map(f64::from);
    Some(number(year)? * 10_000.0 + number(month)? * 100.0 + number(day)?)
}

pub(super) fn servers(sides: &Sides<'_, Contract>, changes: &mut Changes<'_>) {
    let words = ["description", "id", "roles"];
    let lists = sides.key("servers");
    let pairing = align::by_key(lists.old.items(), lists.new.items(), |server| align::texts(server, &["server"]));
    for (before, after) in &pairing.both {
        let pair = Sides { old: lists.old.item(*before, &()), new: lists.new.item(*after, &()) };
        for key in keys(&pair) {
            let at = pair.key(&key);
            let class = match key.as_str() {
                "type" => &class::SERVER_TYPE,
                "customProperties" => &class::EXTENSION_CHANGED,
                key if words.contains(&key) => &class::DESCRIPTION_CHANGED,
                _ => &class::SERVER_CHANGED,
            };
            let message = format!("`{key}` was {} and is {}", shown(at.old.raw), shown(at.new.raw));
            changes.changed(class, &at, message);
        }
    }
    added_and_removed(&pairing, &lists, (&class::SERVER_ADDED, &class::SERVER_REMOVED), "server", changes);
    order(&pairing, &lists, changes);
}

pub(super) fn support(sides: &Sides<'_, Contract>, changes: &mut Changes<'_>) {
    let lists = sides.key("support");
    let pairing = align::by_key(lists.old.items(), lists.new.items(), |item| align::texts(item, &["channel", "tool"]));
    for (before, after) in &pairing.both {
        let pair = Sides { old: lists.old.item(*before, &()), new: lists.new.item(*after, &()) };
        for key in keys(&pair) {
            let at = pair.key(&key);
            let class = if key == "description" { &class::DESCRIPTION_CHANGED } else { &class::SUPPORT_CHANGED };
            changes.changed(class, &at, format!("`{key}` was {} and is {}", shown(at.old.raw), shown(at.new.raw)));
        }
    }
    added_and_removed(&pairing, &lists, (&class::SUPPORT_ADDED, &class::SUPPORT_REMOVED), "channel", changes);
    order(&pairing, &lists, changes);
}

/// Keys that differ between two mappings.
pub(super) fn keys(sides: &Sides<'_, ()>) -> Vec<String> {
    let of = |raw: &Value| raw.as_object().map(|map| map.keys().cloned().collect::<Vec<_>>()).unwrap_or_default();
    let mut keys = of(sides.new.raw);
    keys.extend(of(sides.old.raw).into_iter().filter(|key| sides.new.raw.get(key).is_none()));
    keys.retain(|key| sides.key(key).differ());
    keys
}

pub(super) fn added_and_removed(
    pairing: &align::Pairing,
    lists: &Sides<'_, Value>,
    (added, removed): (&'static Class, &'static Class),
    what: &str,
    changes: &mut Changes<'_>,
) {
    let name = |item: &Value| super::sides::item_name(item).map_or_else(|| shown(item), |name| format!("`{name}`"));
    for index in &pairing.removed {
        let at = lists.old.item(*index, &());
        changes.removed(removed, &at, format!("the {what} {} is gone", name(at.raw)));
    }
    for index in &pairing.added {
        let at = lists.new.item(*index, &());
        changes.added(added, &at, format!("the {what} {} is new", name(at.raw)));
    }
}

/// The order of such lists says nothing, and still is a difference.
pub(super) fn order(pairing: &align::Pairing, lists: &Sides<'_, Value>, changes: &mut Changes<'_>) {
    if pairing.reordered() {
        changes.changed(&class::REWRITTEN, lists, "the list is in another order");
    }
}
