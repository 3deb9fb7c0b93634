//! Columns, members of objects and items of arrays.

use serde_json::Value;

use super::level::{self, Compare, Group};
use super::object::{name, renamed};
use super::sides::{Changes, Side, Sides};
use super::{align, class, constraints, extensions, governance, meaning, quality, types};
use crate::model::Property;

/// Every key of a column. Types and constraints are made of the same keys.
pub(super) const GROUPS: &[Group<Property>] = &[
    // Columns are matched by name; one that differs has been renamed.
    Group(&["name"], Compare::As(&class::PROPERTY_RENAMED)),
    Group(&["id"], Compare::As(&class::ELEMENT_ID_CHANGED)),
    Group(&["physicalName"], Compare::With(physical_name)),
    Group(
        &["logicalType", "physicalType", "logicalTypeOptions", "properties", "items", "map"],
        Compare::With(types::compare),
    ),
    Group(
        &["logicalType", "physicalType", "logicalTypeOptions", "enum", "quality"],
        Compare::With(constraints::compare),
    ),
    Group(&["quality"], Compare::With(quality::of_property)),
    Group(&["required"], Compare::With(required)),
    Group(&["unique"], Compare::With(unique)),
    Group(&["primaryKey", "primaryKeyPosition"], Compare::With(primary_key)),
    Group(&["partitioned", "partitionKeyPosition"], Compare::As(&class::PARTITIONING)),
    Group(&["classification"], Compare::With(governance::classification)),
    Group(&["criticalDataElement"], Compare::With(governance::critical)),
    Group(&["encryptedName"], Compare::As(&class::ENCRYPTION_CHANGED)),
    Group(&["relationships"], Compare::With(meaning::relationships)),
    Group(&["semanticType"], Compare::As(&class::SEMANTIC_TYPE_CHANGED)),
    Group(&["transformLogic", "transformSourceObjects"], Compare::As(&class::TRANSFORM_CHANGED)),
    Group(&["authoritativeDefinitions"], Compare::With(meaning::definitions)),
    Group(&["customProperties"], Compare::With(extensions::compare)),
    Group(&["tags"], Compare::With(governance::tags)),
    Group(&["description", "businessName", "transformDescription"], Compare::As(&class::DESCRIPTION_CHANGED)),
    Group(&["examples"], Compare::As(&class::EXAMPLES_CHANGED)),
    Group(&["synonyms"], Compare::As(&class::GUIDANCE_CHANGED)),
];

/// The columns of a table, or the members of an object.
pub(super) fn list(lists: &Sides<'_, Value>, old: &[Property], new: &[Property], changes: &mut Changes<'_>) {
    let pairing = align::by_key(lists.old.items(), lists.new.items(), name);
    if pairing.reordered() {
        changes.changed(&class::PROPERTY_ORDER, lists, "columns come in another order");
    }
    let pairing = renamed(pairing, lists);
    let start = changes.len();
    for (before, after) in &pairing.both {
        let (Some(was), Some(is)) = (old.get(*before), new.get(*after)) else { continue };
        one(&Sides { old: lists.old.item(*before, was), new: lists.new.item(*after, is) }, changes);
    }
    for index in &pairing.removed {
        let at = lists.old.item(*index, &());
        changes.removed(&class::PROPERTY_REMOVED, &at, format!("column `{}` is gone", name(at.raw)));
    }
    for index in &pairing.added {
        let Some(property) = new.get(*index) else { continue };
        let at = lists.new.item(*index, &());
        let (class, must) = match property.required {
            true => (&class::PROPERTY_ADDED_REQUIRED, " and must not be null"),
            false => (&class::PROPERTY_ADDED, ""),
        };
        changes.added(class, &at, format!("column `{}` is new{must}", property.name));
    }
    whole_key(old, new, start, changes);
}

/// Compares one column, member or item.
pub(super) fn one(sides: &Sides<'_, Property>, changes: &mut Changes<'_>) {
    if sides.differ() {
        level::compare(sides, GROUPS, changes);
    }
}

/// A key that comes or goes as a whole is another matter than one that changes; the columns cannot tell.
fn whole_key(old: &[Property], new: &[Property], start: usize, changes: &mut Changes<'_>) {
    let keyed = |columns: &[Property]| columns.iter().any(|column| column.primary_key_position.is_some());
    match (keyed(old), keyed(new)) {
        (false, true) => changes.reclassify(start, &class::KEY_CHANGED, &class::KEY_ADDED),
        (true, false) => changes.reclassify(start, &class::KEY_CHANGED, &class::KEY_REMOVED),
        _ => {}
    }
}

/// The name in storage is the name itself where nothing else is written.
fn physical_name(sides: &Sides<'_, Property>, changes: &mut Changes<'_>) {
    let stored = |side: &Side<'_, Property>| side.it.physical_name.clone().unwrap_or_else(|| side.it.name.clone());
    let (old, new) = (stored(&sides.old), stored(&sides.new));
    if old != new {
        let message = format!("the name in storage was `{old}` and is `{new}`");
        changes.changed(&class::PROPERTY_PHYSICAL_NAME, &sides.key("physicalName"), message);
    }
}

fn required(sides: &Sides<'_, Property>, changes: &mut Changes<'_>) {
    let (class, message) = match (sides.old.it.required, sides.new.it.required) {
        (false, true) => (&class::REQUIRED_ADDED, "null is no longer allowed"),
        (true, false) => (&class::REQUIRED_DROPPED, "null is allowed from now on"),
        _ => return,
    };
    changes.changed(class, &sides.key("required"), message);
}

fn unique(sides: &Sides<'_, Property>, changes: &mut Changes<'_>) {
    let (class, message) = match (sides.old.it.unique, sides.new.it.unique) {
        (false, true) => (&class::UNIQUE_ADDED, "values may no longer repeat"),
        (true, false) => (&class::UNIQUE_DROPPED, "values may repeat from now on"),
        _ => return,
    };
    changes.changed(class, &sides.key("unique"), message);
}

fn primary_key(sides: &Sides<'_, Property>, changes: &mut Changes<'_>) {
    let (class, message) = match (sides.old.it.primary_key_position, sides.new.it.primary_key_position) {
        (None, Some(_)) => (&class::KEY_CHANGED, "the column is part of the primary key from now on".to_owned()),
        (Some(_), None) => (&class::KEY_CHANGED, "the column is no longer part of the primary key".to_owned()),
        (Some(old), Some(new)) if old != new => {
            (&class::KEY_ORDER, format!("position {old} in the primary key became {new}"))
        }
        _ => return,
    };
    let key = if sides.key("primaryKey").differ() { "primaryKey" } else { "primaryKeyPosition" };
    changes.changed(class, &sides.key(key), message);
}
