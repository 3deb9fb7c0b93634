//! Who may see what, and who answers for it.

use serde_json::Value;

use super::align;
use super::class::{self, Class};
use super::service::{added_and_removed, keys, order};
use super::sides::{Changes, Side, Sides};
use crate::model::{Classification, Contract, Property};
use crate::shape::shown;

/// Words in tags that mark what the law protects.
const PERSONAL_TAGS: [&str; 6] = ["pii", "personal", "gdpr", "sensitive", "special-category", "phi"];

pub(super) fn description(sides: &Sides<'_, Contract>, changes: &mut Changes<'_>) {
    let at = sides.key("description");
    let pair = Sides { old: at.old.written(), new: at.new.written() };
    for key in keys(&pair) {
        let (class, what): (&'static Class, _) = match key.as_str() {
            "purpose" => (&class::PURPOSE_CHANGED, "the purpose"),
            "limitations" => (&class::LIMITATIONS_CHANGED, "what the data must not be used for"),
            "usage" => (&class::USAGE_CHANGED, "how to use the data"),
            "customProperties" => (&class::EXTENSION_CHANGED, "an extension"),
            _ => (&class::DEFINITION_CHANGED, "a link to a definition"),
        };
        changes.changed(class, &pair.key(&key), format!("{what} is worded differently"));
    }
}

pub(super) fn classification(sides: &Sides<'_, Property>, changes: &mut Changes<'_>) {
    let (old, new) = (sides.old.it.classification, sides.new.it.classification);
    let word = |it: Option<Classification>| it.map_or("none".to_owned(), |it| format!("`{it:?}`").to_lowercase());
    // What is not classified is protected by nothing.
    let class = match old.cmp(&new) {
        std::cmp::Ordering::Less => &class::CLASSIFICATION_RAISED,
        std::cmp::Ordering::Greater => &class::CLASSIFICATION_LOWERED,
        std::cmp::Ordering::Equal => return,
    };
    let message = format!("the classification was {} and is {}", word(old), word(new));
    changes.changed(class, &sides.key("classification"), message);
}

pub(super) fn critical(sides: &Sides<'_, Property>, changes: &mut Changes<'_>) {
    let at = sides.key("criticalDataElement");
    match (sides.old.it.critical, sides.new.it.critical) {
        (false, true) => changes.changed(&class::CRITICAL_ADDED, &at, "it is a critical data element from now on"),
        (true, false) => changes.changed(&class::CRITICAL_DROPPED, &at, "it is no critical data element any more"),
        _ => {}
    }
}

pub(super) fn tags<T: ?Sized>(sides: &Sides<'_, T>, changes: &mut Changes<'_>) {
    let at = sides.key("tags");
    let personal = |side: &Side<'_, Value>| {
        side.items().iter().filter_map(Value::as_str).any(|tag| PERSONAL_TAGS.contains(&tag.to_lowercase().as_str()))
    };
    match (personal(&at.old), personal(&at.new)) {
        (true, false) => changes.changed(&class::PERSONAL_DROPPED, &at, "no tag marks personal data any more"),
        (false, true) => changes.changed(&class::PERSONAL_DECLARED, &at, "a tag marks personal data"),
        _ => changes.changed(&class::TAGS_CHANGED, &at, "the tags differ"),
    }
}

/// The owner is who answers; others of the team come and go.
pub(super) fn team(sides: &Sides<'_, Contract>, changes: &mut Changes<'_>) {
    let owners = |side: &Side<'_, Contract>| -> Vec<String> {
        let mut names: Vec<String> =
            side.it.team.iter().filter(|member| member.is_owner()).map(|member| member.username.clone()).collect();
        names.sort();
        names
    };
    let at = sides.key("team");
    let (old, new) = (owners(&sides.old), owners(&sides.new));
    let team = |side: &Side<'_, Value>| side.raw.get("name").cloned().unwrap_or_default();
    if old != new {
        let message = format!("the owner was {} and is {}", listed(&old), listed(&new));
        changes.changed(&class::OWNER_CHANGED, &at, message);
    } else if team(&at.old) != team(&at.new) {
        let message = format!("the team was {} and is {}", shown(&team(&at.old)), shown(&team(&at.new)));
        changes.changed(&class::OWNER_CHANGED, &at, message);
    } else {
        changes.changed(&class::TEAM_CHANGED, &at, "the team changed, its owner did not");
    }
}

fn listed(names: &[String]) -> String {
    match names {
        [] => "nobody".to_owned(),
        names => names.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
    }
}

pub(super) fn roles(sides: &Sides<'_, Contract>, changes: &mut Changes<'_>) {
    let lists = sides.key("roles");
    let pairing = align::by_key(lists.old.items(), lists.new.items(), |role| align::texts(role, &["role"]));
    for (before, after) in &pairing.both {
        let pair = Sides { old: lists.old.item(*before, &()), new: lists.new.item(*after, &()) };
        for key in keys(&pair) {
            let at = pair.key(&key);
            let class: &'static Class = match key.as_str() {
                "firstLevelApprovers" | "secondLevelApprovers" if at.new.raw.is_null() => &class::APPROVER_REMOVED,
                "firstLevelApprovers" | "secondLevelApprovers" => approvers(&at),
                "description" | "id" => &class::DESCRIPTION_CHANGED,
                "customProperties" => &class::EXTENSION_CHANGED,
                _ => &class::ROLE_CHANGED,
            };
            changes.changed(class, &at, format!("`{key}` was {} and is {}", shown(at.old.raw), shown(at.new.raw)));
        }
    }
    added_and_removed(&pairing, &lists, (&class::ROLE_ADDED, &class::ROLE_REMOVED), "role", changes);
    order(&pairing, &lists, changes);
}

/// Approvers are one text with commas.
fn approvers(at: &Sides<'_, Value>) -> &'static Class {
    let names = |side: &Side<'_, Value>| -> Vec<String> {
        let text = side.raw.as_str().unwrap_or_default();
        text.split(',').map(|name| name.trim().to_owned()).filter(|name| !name.is_empty()).collect()
    };
    let new = names(&at.new);
    let gone = names(&at.old).iter().any(|name| !new.contains(name));
    if gone { &class::APPROVER_REMOVED } else { &class::APPROVER_CHANGED }
}
