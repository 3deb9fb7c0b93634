//! The two sides of a comparison, and the changes found so far.

use serde_json::Value;

use super::change::{Change, Place};
use super::class::Class;
use super::revision::Revision;
use crate::diagnostic::Span;
use crate::faults::Pointer;
use crate::model::Contract;

/// One thing on one side: resolved, as written, and where.
pub(super) struct Side<'a, T: ?Sized> {
    pub(super) it: &'a T,
    pub(super) raw: &'a Value,
    pub(super) pointer: Pointer,
}

/// The same thing on both sides.
pub(super) struct Sides<'a, T: ?Sized> {
    pub(super) old: Side<'a, T>,
    pub(super) new: Side<'a, T>,
}

/// What is under a key or an index on a side; `Null` when nothing is.
static NOTHING: Value = Value::Null;

impl<'a, T: ?Sized> Side<'a, T> {
    /// What stands under `key`, seen as `it`.
    pub(super) fn key<U: ?Sized>(&self, key: &str, it: &'a U) -> Side<'a, U> {
        Side { it, raw: self.raw.get(key).unwrap_or(&NOTHING), pointer: self.pointer.key(key) }
    }

    /// The same place, of which only what is written matters.
    pub(super) fn written(&self) -> Side<'a, ()> {
        Side { it: &(), raw: self.raw, pointer: self.pointer.clone() }
    }

    pub(super) fn item<U: ?Sized>(&self, index: usize, it: &'a U) -> Side<'a, U> {
        Side { it, raw: self.raw.get(index).unwrap_or(&NOTHING), pointer: self.pointer.item(index) }
    }

    /// The items of a list; none when it is not one.
    pub(super) fn items(&self) -> &'a [Value] {
        self.raw.as_array().map(Vec::as_slice).unwrap_or_default()
    }
}

impl<'a> Sides<'a, Contract> {
    pub(super) fn roots(old: &'a Revision, new: &'a Revision) -> Self {
        let side = |of: &'a Revision| Side { it: of.contract(), raw: of.value(), pointer: Pointer::default() };
        Self { old: side(old), new: side(new) }
    }
}

impl<'a, T: ?Sized> Sides<'a, T> {
    /// What stands under `key`, as written.
    pub(super) fn key(&self, key: &str) -> Sides<'a, Value> {
        let side = |side: &Side<'a, T>| {
            let raw = side.raw.get(key).unwrap_or(&NOTHING);
            Side { it: raw, raw, pointer: side.pointer.key(key) }
        };
        Sides { old: side(&self.old), new: side(&self.new) }
    }

    pub(super) fn differ(&self) -> bool {
        self.old.raw != self.new.raw
    }
}

/// The changes found so far.
pub(super) struct Changes<'a> {
    old: &'a Revision,
    new: &'a Revision,
    found: Vec<Change>,
}

impl<'a> Changes<'a> {
    pub(super) fn new(old: &'a Revision, new: &'a Revision) -> Self {
        Self { old, new, found: Vec::new() }
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.found.len()
    }

    /// Something that is on both sides.
    pub(super) fn changed<T: ?Sized>(&mut self, class: &'static Class, at: &Sides<'_, T>, message: impl Into<String>) {
        let old = (!at.old.raw.is_null()).then_some(&at.old.pointer);
        let new = (!at.new.raw.is_null()).then_some(&at.new.pointer);
        let span = self.new.document().node.span_at(&at.new.pointer.to_string());
        self.push(class, path(self.new.value(), &at.new.pointer), (old, new), span, message.into());
    }

    /// Something that is new.
    pub(super) fn added<T: ?Sized>(&mut self, class: &'static Class, at: &Side<'_, T>, message: impl Into<String>) {
        let span = self.new.document().node.span_at(&at.pointer.to_string());
        self.push(class, path(self.new.value(), &at.pointer), (None, Some(&at.pointer)), span, message.into());
    }

    /// Something that is gone.
    pub(super) fn removed<T: ?Sized>(&mut self, class: &'static Class, at: &Side<'_, T>, message: impl Into<String>) {
        let nearest = counterpart(self.old.value(), &at.pointer, self.new.value());
        let span = self.new.document().node.span_at(&nearest.to_string());
        self.push(class, path(self.old.value(), &at.pointer), (Some(&at.pointer), None), span, message.into());
    }

    /// Gives changes from the one numbered `start` another class.
    pub(super) fn reclassify(&mut self, start: usize, from: &'static Class, to: &'static Class) {
        for change in self.found.iter_mut().skip(start).filter(|change| change.class == from) {
            (change.class, change.consumers, change.producers) = (to, to.consumers, to.producers);
        }
    }

    fn push(
        &mut self,
        class: &'static Class,
        path: String,
        (old, new): (Option<&Pointer>, Option<&Pointer>),
        at: Span,
        message: String,
    ) {
        let owner = match (new, old) {
            (Some(pointer), _) => owner(self.new.value(), pointer),
            (None, Some(pointer)) => owner(self.old.value(), pointer),
            (None, None) => (None, None),
        };
        // Readers know a column by the name it had.
        let (object, column) = match old {
            Some(pointer) => owner_of_old(self.old.value(), pointer, owner),
            None => owner,
        };
        self.found.push(Change {
            class,
            consumers: class.consumers,
            producers: class.producers,
            path,
            message,
            old: old.map(|pointer| place(self.old, pointer)),
            new: new.map(|pointer| place(self.new, pointer)),
            at,
            object,
            column,
            readers: None,
        });
    }

    pub(super) fn into_sorted(mut self) -> Vec<Change> {
        self.found.sort_by_key(|change| change.at);
        self.found
    }
}

fn place(revision: &Revision, pointer: &Pointer) -> Place {
    let text = pointer.to_string();
    let value = revision.value().pointer(&text).cloned().unwrap_or_default();
    Place { span: revision.document().node.span_at(&text), value, pointer: text }
}

/// `/schema/0/properties/3/required` as `schema.loans.properties.amount.required`.
fn path(document: &Value, pointer: &Pointer) -> String {
    let mut place = Some(document);
    let mut path = String::new();
    for step in pointer.steps() {
        let inside = place.and_then(|value| child(value, &step));
        let in_list = place.is_some_and(Value::is_array);
        let named = inside.filter(|_| in_list).and_then(item_name);
        let word = named.map_or(step, str::to_owned);
        if !path.is_empty() {
            path.push('.');
        }
        path.push_str(&word);
        place = inside;
    }
    path
}

/// Where the nearest thing that both documents have stands in the other one: lists are walked by name.
fn counterpart(document: &Value, pointer: &Pointer, other: &Value) -> Pointer {
    let (mut here, mut there, mut found) = (document, other, Pointer::default());
    for step in pointer.steps() {
        let Some(next) = child(here, &step) else { break };
        let index = match (item_name(next), there.as_array()) {
            (Some(name), Some(items)) => items.iter().position(|item| item_name(item) == Some(name)),
            _ => None,
        };
        let step = index.map_or(step, |index| index.to_string());
        let Some(beyond) = child(there, &step).filter(|_| index.is_some() || here.is_object()) else { break };
        (here, there, found) = (next, beyond, found.key(&step));
    }
    found
}

fn child<'v>(value: &'v Value, step: &str) -> Option<&'v Value> {
    match value {
        Value::Array(items) => items.get(step.parse::<usize>().ok()?),
        Value::Object(map) => map.get(step),
        _ => None,
    }
}

/// What people call an item of a list.
pub(super) fn item_name(item: &Value) -> Option<&str> {
    ["name", "property", "server", "role", "channel", "username", "id"]
        .iter()
        .find_map(|key| item.get(key))
        .and_then(Value::as_str)
}

/// The table and the column that a pointer leads into.
fn owner(document: &Value, pointer: &Pointer) -> (Option<String>, Option<String>) {
    let steps: Vec<String> = pointer.steps().collect();
    let name = |upto: usize| -> Option<String> {
        let place = steps.get(..upto)?.iter().try_fold(document, |value, step| child(value, step))?;
        place.get("name").and_then(Value::as_str).map(str::to_owned)
    };
    if steps.first().map(String::as_str) != Some("schema") {
        return (None, None);
    }
    let column = if steps.get(2).map(String::as_str) == Some("properties") { name(4) } else { None };
    (name(2), column)
}

fn owner_of_old(
    document: &Value,
    pointer: &Pointer,
    fallback: (Option<String>, Option<String>),
) -> (Option<String>, Option<String>) {
    let (object, column) = owner(document, pointer);
    (object.or(fallback.0), column.or(fallback.1))
}
