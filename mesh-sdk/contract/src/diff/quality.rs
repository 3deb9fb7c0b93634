//! Quality rules.

use serde_json::Value;

use super::align;
use super::class;
use super::level::{self, Compare, Group};
use super::sides::{Changes, Sides};
use crate::model::{Expectation, Property, QualityRule, SchemaObject, Severity};

/// Every key of a rule.
pub(super) const GROUPS: &[Group<QualityRule>] = &[
    Group(&["name", "description", "businessImpact", "tags"], Compare::As(&class::DESCRIPTION_CHANGED)),
    Group(&["id"], Compare::As(&class::ELEMENT_ID_CHANGED)),
    Group(&["dimension"], Compare::As(&class::RULE_DIMENSION)),
    Group(&["severity"], Compare::With(severity)),
    Group(
        &["type", "metric", "rule", "arguments", "query", "engine", "implementation", "method"],
        Compare::With(measure),
    ),
    Group(
        &[
            "unit",
            "mustBe",
            "mustNotBe",
            "mustBeGreaterThan",
            "mustBeGreaterOrEqualTo",
            "mustBeLessThan",
            "mustBeLessOrEqualTo",
            "mustBeBetween",
            "mustNotBeBetween",
        ],
        Compare::With(threshold),
    ),
    Group(&["schedule", "scheduler"], Compare::As(&class::RULE_SCHEDULE)),
    Group(&["authoritativeDefinitions"], Compare::With(super::meaning::definitions)),
    Group(&["customProperties"], Compare::With(super::extensions::compare)),
];

pub(super) fn of_object(sides: &Sides<'_, SchemaObject>, changes: &mut Changes<'_>) {
    rules(&sides.key("quality"), &sides.old.it.quality, &sides.new.it.quality, changes);
}

pub(super) fn of_property(sides: &Sides<'_, Property>, changes: &mut Changes<'_>) {
    rules(&sides.key("quality"), &sides.old.it.quality, &sides.new.it.quality, changes);
}

fn rules(lists: &Sides<'_, Value>, old: &[QualityRule], new: &[QualityRule], changes: &mut Changes<'_>) {
    let pairing = align::by_key(lists.old.items(), lists.new.items(), identity);
    for (before, after) in &pairing.both {
        let (Some(was), Some(is)) = (old.get(*before), new.get(*after)) else { continue };
        let pair = Sides { old: lists.old.item(*before, was), new: lists.new.item(*after, is) };
        if pair.differ() {
            level::compare(&pair, GROUPS, changes);
        }
    }
    for index in &pairing.removed {
        let Some(rule) = old.get(*index) else { continue };
        let message = format!("the rule `{}` is gone", rule.name);
        changes.removed(&class::RULE_REMOVED, &lists.old.item(*index, rule), message);
    }
    for index in &pairing.added {
        let Some(rule) = new.get(*index) else { continue };
        let class = match rule.severity {
            Severity::Error => &class::RULE_ADDED,
            Severity::Warning => &class::RULE_ADDED_WARNING,
        };
        changes.added(class, &lists.new.item(*index, rule), format!("the rule `{}` is new", rule.name));
    }
}

/// A rule is known by its name or identifier, and without one by what it measures.
fn identity(rule: &Value) -> String {
    match rule.get("id").or_else(|| rule.get("name")) {
        Some(name) => name.to_string(),
        None => align::texts(rule, &["type", "metric", "rule", "query", "engine"]),
    }
}

fn severity(sides: &Sides<'_, QualityRule>, changes: &mut Changes<'_>) {
    let at = sides.key("severity");
    match (sides.old.it.severity, sides.new.it.severity) {
        (Severity::Error, Severity::Warning) => {
            changes.changed(&class::RULE_SEVERITY_LOWERED, &at, "a failure is reported and blocks nothing");
        }
        (Severity::Warning, Severity::Error) => {
            changes.changed(&class::RULE_SEVERITY_RAISED, &at, "a failure blocks the publication");
        }
        _ => {}
    }
}

fn measure(sides: &Sides<'_, QualityRule>, changes: &mut Changes<'_>) {
    let keys = ["query", "arguments", "implementation", "engine", "method", "metric", "rule", "type"];
    // What an engine or a method of its own does cannot be read from the resolved rule.
    let opaque = ["implementation", "method", "engine"].into_iter().any(|key| sides.key(key).differ());
    if sides.old.it.measure != sides.new.it.measure || opaque {
        let key = keys.into_iter().find(|key| sides.key(key).differ()).unwrap_or("metric");
        let message = format!("the rule `{}` measures something else", sides.new.it.name);
        changes.changed(&class::RULE_CHANGED, &sides.key(key), message);
    }
}

fn threshold(sides: &Sides<'_, QualityRule>, changes: &mut Changes<'_>) {
    let (old, new) = (sides.old.it, sides.new.it);
    if old.expectation == new.expectation && old.percent == new.percent {
        return;
    }
    let class = match (&old.expectation, &new.expectation) {
        (Some(was), Some(is)) if old.percent == new.percent => match (within(*is, *was), within(*was, *is)) {
            (true, _) => &class::RULE_TIGHTENED,
            (_, true) => &class::RULE_LOOSENED,
            _ => &class::RULE_CHANGED,
        },
        _ => &class::RULE_CHANGED,
    };
    let key = ["unit", "mustBe", "mustNotBe", "mustBeGreaterThan", "mustBeGreaterOrEqualTo", "mustBeLessThan"]
        .into_iter()
        .chain(["mustBeLessOrEqualTo", "mustBeBetween", "mustNotBeBetween"])
        .filter(|key| sides.key(key).differ());
    // The key that is there now says what is asked; one that is gone only what was.
    let key = key.max_by_key(|key| sides.new.raw.get(key).is_some()).unwrap_or("mustBe");
    let message = format!("the rule `{}` asks for something else", new.name);
    changes.changed(class, &sides.key(key), message);
}

/// Whether everything that meets `inner` meets `outer`.
fn within(inner: Expectation, outer: Expectation) -> bool {
    let holes = |of: Expectation| match of {
        Expectation::NotEqual(hole) => Some((hole, hole)),
        Expectation::NotBetween(from, to) => Some((from, to)),
        _ => None,
    };
    match (holes(inner), holes(outer)) {
        // More is left out of a larger hole.
        (Some((from, to)), Some((out_from, out_to))) => from <= out_from && to >= out_to,
        (Some(_), None) => false,
        (None, Some((from, to))) => {
            let (low, high) = range(inner);
            high.before(from) || low.after(to)
        }
        (None, None) => {
            let ((low, high), (out_low, out_high)) = (range(inner), range(outer));
            low.value > out_low.value && high.value < out_high.value
                || (low.value >= out_low.value && (low.value > out_low.value || low.open || !out_low.open))
                    && (high.value <= out_high.value && (high.value < out_high.value || high.open || !out_high.open))
        }
    }
}

#[derive(Clone, Copy)]
struct End {
    value: f64,
    open: bool,
}

impl End {
    /// As an upper end: whether everything under it is below `value`.
    fn before(self, value: f64) -> bool {
        self.value < value || (self.open && self.value <= value)
    }

    /// As a lower end: whether everything over it is above `value`.
    fn after(self, value: f64) -> bool {
        self.value > value || (self.open && self.value >= value)
    }
}

fn range(expectation: Expectation) -> (End, End) {
    let closed = |value| End { value, open: false };
    let open = |value| End { value, open: true };
    let (lowest, highest) = (closed(f64::NEG_INFINITY), closed(f64::INFINITY));
    match expectation {
        Expectation::Equal(value) => (closed(value), closed(value)),
        Expectation::Greater(value) => (open(value), highest),
        Expectation::GreaterOrEqual(value) => (closed(value), highest),
        Expectation::Less(value) => (lowest, open(value)),
        Expectation::LessOrEqual(value) => (lowest, closed(value)),
        Expectation::Between(from, to) => (closed(from), closed(to)),
        Expectation::NotEqual(_) | Expectation::NotBetween(..) => (lowest, highest),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn meets(expectation: Expectation, value: f64) -> bool {
        match expectation {
            Expectation::Equal(limit) => value == limit,
            Expectation::NotEqual(limit) => value != limit,
            Expectation::Greater(limit) => value > limit,
            Expectation::GreaterOrEqual(limit) => value >= limit,
            Expectation::Less(limit) => value < limit,
            Expectation::LessOrEqual(limit) => value <= limit,
            Expectation::Between(from, to) => (from..=to).contains(&value),
            Expectation::NotBetween(from, to) => !(from..=to).contains(&value),
        }
    }

    fn expectations() -> impl Strategy<Value = Expectation> {
        let number = (0..6_i32).prop_map(f64::from);
        (0..8_u8, number.clone(), number).prop_map(|(kind, a, b)| match kind {
            0 => Expectation::Equal(a),
            1 => Expectation::NotEqual(a),
            2 => Expectation::Greater(a),
            3 => Expectation::GreaterOrEqual(a),
            4 => Expectation::Less(a),
            5 => Expectation::LessOrEqual(a),
            6 => Expectation::Between(a.min(b), a.max(b)),
            _ => Expectation::NotBetween(a.min(b), a.max(b)),
        })
    }

    proptest! {
        #[test]
        fn what_is_within_meets_both(inner in expectations(), outer in expectations()) {
            let values = || (-2..16).map(|half| f64::from(half) / 2.0);
            if within(inner, outer) {
                prop_assert!(values().all(|value| !meets(inner, value) || meets(outer, value)));
            }
        }
    }
}
