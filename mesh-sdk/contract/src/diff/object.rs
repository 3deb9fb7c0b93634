//! Tables.

use serde_json::Value;

use super::align::{self, Pairing};
use super::level::{self, Compare, Group};
use super::sides::{Changes, Side, Sides, item_name};
use super::{class, extensions, governance, meaning, property, quality};
use crate::model::{Contract, SchemaObject};

/// Every key of a table.
pub(super) const GROUPS: &[Group<SchemaObject>] = &[
    // Tables are matched by name; one that differs has been renamed.
    Group(&["name"], Compare::As(&class::OBJECT_RENAMED)),
    Group(&["id"], Compare::As(&class::ELEMENT_ID_CHANGED)),
    Group(&["physicalName"], Compare::With(physical_name)),
    Group(&["physicalType", "logicalType"], Compare::As(&class::OBJECT_KIND)),
    Group(&["dataGranularityDescription"], Compare::As(&class::GRANULARITY_CHANGED)),
    Group(&["properties"], Compare::With(properties)),
    Group(&["relationships"], Compare::With(meaning::relationships)),
    Group(&["quality"], Compare::With(quality::of_object)),
    Group(&["authoritativeDefinitions"], Compare::With(meaning::definitions)),
    Group(&["customProperties"], Compare::With(extensions::compare)),
    Group(&["tags"], Compare::With(governance::tags)),
    Group(&["description", "businessName"], Compare::As(&class::DESCRIPTION_CHANGED)),
    Group(&["synonyms", "context"], Compare::As(&class::GUIDANCE_CHANGED)),
];

pub(super) fn objects(sides: &Sides<'_, Contract>, changes: &mut Changes<'_>) {
    let lists = sides.key("schema");
    let (old, new) = (&sides.old.it.objects, &sides.new.it.objects);
    let pairing = renamed(align::by_key(lists.old.items(), lists.new.items(), name), &lists);
    for (before, after) in &pairing.both {
        let (Some(was), Some(is)) = (old.get(*before), new.get(*after)) else { continue };
        let pair = Sides { old: lists.old.item(*before, was), new: lists.new.item(*after, is) };
        if pair.differ() {
            level::compare(&pair, GROUPS, changes);
        }
    }
    for index in &pairing.removed {
        let at = lists.old.item(*index, &());
        changes.removed(&class::OBJECT_REMOVED, &at, format!("table `{}` is gone", name(at.raw)));
    }
    for index in &pairing.added {
        let at = lists.new.item(*index, &());
        changes.added(&class::OBJECT_ADDED, &at, format!("table `{}` is new", name(at.raw)));
    }
}

fn properties(sides: &Sides<'_, SchemaObject>, changes: &mut Changes<'_>) {
    property::list(&sides.key("properties"), &sides.old.it.properties, &sides.new.it.properties, changes);
}

/// The name in storage is the name itself where nothing else is written.
fn physical_name(sides: &Sides<'_, SchemaObject>, changes: &mut Changes<'_>) {
    let stored = |side: &Side<'_, SchemaObject>| side.it.physical_name.clone().unwrap_or_else(|| side.it.name.clone());
    let (old, new) = (stored(&sides.old), stored(&sides.new));
    if old != new {
        let message = format!("the name in storage was `{old}` and is `{new}`");
        changes.changed(&class::OBJECT_PHYSICAL_NAME, &sides.key("physicalName"), message);
    }
}

pub(super) fn name(item: &Value) -> String {
    item.get("name").and_then(Value::as_str).unwrap_or_default().to_owned()
}

/// Takes what went and what came for one thing under a new name: by its identifier, or because all else is the same.
pub(super) fn renamed(mut pairing: Pairing, lists: &Sides<'_, Value>) -> Pairing {
    let (old, new) = (lists.old.items(), lists.new.items());
    let without_name = |item: &Value| {
        let mut item = item.clone();
        item.as_object_mut().map(|map| map.shift_remove("name"));
        item
    };
    let same = |was: &Value, is: &Value| {
        let id = was.get("id").filter(|id| !id.is_null());
        let by_id = id.is_some() && id == is.get("id");
        // Two columns that only have their type in common are not one column.
        let told_apart = was.get("description").is_some() || was.get("properties").is_some();
        by_id || (told_apart && without_name(was) == without_name(is))
    };
    let (mut removed, mut renames) = (Vec::new(), Vec::new());
    for was in std::mem::take(&mut pairing.removed) {
        let found = pairing.added.iter().position(|is| match (old.get(was), new.get(*is)) {
            (Some(was), Some(is)) => item_name(was).is_some() && same(was, is),
            _ => false,
        });
        match found {
            Some(place) => renames.push((was, pairing.added.remove(place))),
            None => removed.push(was),
        }
    }
    pairing.removed = removed;
    pairing.both.extend(renames);
    pairing
}
