//! What values mean, and how tables hang together.

use serde_json::Value;

use super::align;
use super::class;
use super::service::order;
use super::sides::{Changes, Sides};
use crate::shape::shown;

pub(super) fn definitions<T: ?Sized>(sides: &Sides<'_, T>, changes: &mut Changes<'_>) {
    let lists = sides.key("authoritativeDefinitions");
    let pairing = align::by_key(lists.old.items(), lists.new.items(), |item| align::texts(item, &["type"]));
    for (before, after) in &pairing.both {
        let pair = Sides { old: lists.old.item(*before, &()), new: lists.new.item(*after, &()) };
        let url = pair.key("url");
        if url.differ() {
            let message = format!("the definition was {} and is {}", shown(url.old.raw), shown(url.new.raw));
            changes.changed(&class::DEFINITION_CHANGED, &url, message);
        } else if pair.differ() {
            changes.changed(&class::DESCRIPTION_CHANGED, &pair, "the definition is described differently");
        }
    }
    let url = |item: &Value| shown(item.get("url").unwrap_or(&Value::Null));
    for index in &pairing.removed {
        let at = lists.old.item(*index, &());
        changes.removed(&class::DEFINITION_REMOVED, &at, format!("the link to {} is gone", url(at.raw)));
    }
    for index in &pairing.added {
        let at = lists.new.item(*index, &());
        changes.added(&class::DEFINITION_ADDED, &at, format!("the link to {} is new", url(at.raw)));
    }
    order(&pairing, &lists, changes);
}

pub(super) fn relationships<T: ?Sized>(sides: &Sides<'_, T>, changes: &mut Changes<'_>) {
    let lists = sides.key("relationships");
    let pairing =
        align::by_key(lists.old.items(), lists.new.items(), |item| align::texts(item, &["type", "from", "to"]));
    let target = |item: &Value| shown(item.get("to").unwrap_or(&Value::Null));
    for (before, after) in &pairing.both {
        let pair = Sides { old: lists.old.item(*before, &()), new: lists.new.item(*after, &()) };
        if pair.differ() {
            changes.changed(&class::EXTENSION_CHANGED, &pair, "an extension of the relationship changed");
        }
    }
    for index in &pairing.removed {
        let at = lists.old.item(*index, &());
        changes.removed(&class::RELATIONSHIP_REMOVED, &at, format!("the reference to {} is gone", target(at.raw)));
    }
    for index in &pairing.added {
        let at = lists.new.item(*index, &());
        changes.added(&class::RELATIONSHIP_ADDED, &at, format!("the reference to {} is new", target(at.raw)));
    }
    order(&pairing, &lists, changes);
}
