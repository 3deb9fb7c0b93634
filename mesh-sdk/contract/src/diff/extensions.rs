//! Custom properties: those that the mesh itself reads have classes of their own.

use serde_json::Value;

use super::align;
use super::class::{self, Class};
use super::service::order;
use super::sides::{Changes, Side, Sides};
use crate::shape::shown;

/// What it means when an extension comes, goes, or changes.
struct Extension {
    property: &'static str,
    added: &'static Class,
    removed: &'static Class,
    changed: &'static Class,
}

const fn same(property: &'static str, class: &'static Class) -> Extension {
    Extension { property, added: class, removed: class, changed: class }
}

const KNOWN: &[Extension] = &[
    Extension {
        property: "unit",
        added: &class::UNIT_STATED,
        removed: &class::UNIT_DROPPED,
        changed: &class::UNIT_CHANGED,
    },
    Extension {
        property: "currency",
        added: &class::UNIT_STATED,
        removed: &class::UNIT_DROPPED,
        changed: &class::UNIT_CHANGED,
    },
    Extension {
        property: "mask",
        added: &class::MASK_ADDED,
        removed: &class::MASK_REMOVED,
        changed: &class::MASK_CHANGED,
    },
    Extension {
        property: "rowScope",
        added: &class::ROW_SCOPE_ADDED,
        removed: &class::ROW_SCOPE_REMOVED,
        changed: &class::ROW_SCOPE_CHANGED,
    },
    Extension {
        property: "gdprCategory",
        added: &class::PERSONAL_DECLARED,
        removed: &class::PERSONAL_DROPPED,
        changed: &class::PERSONAL_DECLARED,
    },
    same("gdprLegalBasis", &class::LIMITATIONS_CHANGED),
    same("semanticType", &class::SEMANTIC_TYPE_CHANGED),
    same("granularity", &class::GRANULARITY_CHANGED),
    same("default", &class::DEFAULT_CHANGED),
    same("waivers", &class::WAIVER_CHANGED),
];

pub(super) fn compare<T: ?Sized>(sides: &Sides<'_, T>, changes: &mut Changes<'_>) {
    let lists = sides.key("customProperties");
    let pairing = align::by_key(lists.old.items(), lists.new.items(), |item| align::texts(item, &["property"]));
    for (before, after) in &pairing.both {
        let pair = Sides { old: lists.old.item(*before, &()), new: lists.new.item(*after, &()) };
        let value = pair.key("value");
        if value.differ() {
            let class = match name(pair.new.raw) {
                "containsPersonalData" => personal(&value.new),
                property => known(property).map_or(&class::EXTENSION_CHANGED, |extension| extension.changed),
            };
            let message =
                format!("`{}` was {} and is {}", name(pair.new.raw), shown(value.old.raw), shown(value.new.raw));
            changes.changed(class, &value, message);
        } else if pair.differ() {
            changes.changed(&class::DESCRIPTION_CHANGED, &pair, "the extension is described differently");
        }
    }
    for index in &pairing.removed {
        let at = lists.old.item(*index, &());
        let class = match name(at.raw) {
            "containsPersonalData" => &class::PERSONAL_DROPPED,
            property => known(property).map_or(&class::EXTENSION_CHANGED, |extension| extension.removed),
        };
        changes.removed(class, &at, format!("`{}` is gone, it was {}", name(at.raw), value(at.raw)));
    }
    for index in &pairing.added {
        let at = lists.new.item(*index, &());
        let class = match name(at.raw) {
            "containsPersonalData" => personal(&lists.new.item(*index, &Value::Null).key("value", &Value::Null)),
            property => known(property).map_or(&class::EXTENSION_CHANGED, |extension| extension.added),
        };
        changes.added(class, &at, format!("`{}` is new: {}", name(at.raw), value(at.raw)));
    }
    order(&pairing, &lists, changes);
}

fn personal(value: &Side<'_, Value>) -> &'static Class {
    if value.raw == &Value::Bool(false) { &class::PERSONAL_DROPPED } else { &class::PERSONAL_DECLARED }
}

fn known(property: &str) -> Option<&'static Extension> {
    KNOWN.iter().find(|extension| extension.property == property)
}

fn name(item: &Value) -> &str {
    item.get("property").and_then(Value::as_str).unwrap_or_default()
}

fn value(item: &Value) -> String {
    shown(item.get("value").unwrap_or(&Value::Null))
}
