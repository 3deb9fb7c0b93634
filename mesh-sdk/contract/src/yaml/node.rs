//! A YAML document as a tree that knows where each value stands.

use std::collections::HashMap;

use serde::Serialize;
use serde_json::{Map, Number, Value};

/// A range of bytes of the text, and where it starts for people.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Span {
    /// First byte.
    pub start: usize,
    /// Length in bytes.
    pub len: usize,
    /// 1-based line.
    pub line: usize,
    /// 1-based column, in characters.
    pub column: usize,
}

/// A value and its place.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) span: Span,
}

/// What a node holds.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Kind {
    Null,
    Bool(bool),
    Integer(i64),
    Unsigned(u64),
    Float(f64),
    Text(String),
    List(Vec<Node>),
    Map(Vec<Entry>),
}

/// A key with its value.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) key: String,
    pub(crate) key_span: Span,
    pub(crate) value: Node,
}

impl Node {
    /// The same document without places; a repeated key keeps its first value.
    pub(crate) fn to_value(&self) -> Value {
        match &self.kind {
            Kind::Null => Value::Null,
            Kind::Bool(value) => Value::Bool(*value),
            Kind::Integer(value) => Value::Number((*value).into()),
            Kind::Unsigned(value) => Value::Number((*value).into()),
            Kind::Float(value) => Number::from_f64(*value).map_or(Value::Null, Value::Number),
            Kind::Text(value) => Value::String(value.clone()),
            Kind::List(items) => Value::Array(items.iter().map(Self::to_value).collect()),
            Kind::Map(entries) => {
                let mut map = Map::with_capacity(entries.len());
                for entry in entries {
                    map.entry(entry.key.clone()).or_insert_with(|| entry.value.to_value());
                }
                Value::Object(map)
            }
        }
    }

    /// The value of a key of a mapping.
    pub(crate) fn get(&self, key: &str) -> Option<&Self> {
        self.child(key).filter(|_| matches!(self.kind, Kind::Map(_))).map(|(child, _)| child)
    }

    /// The place of the value under a JSON pointer, or of the nearest value above it.
    pub(crate) fn span_at(&self, pointer: &str) -> Span {
        let mut place = self;
        for step in steps(pointer) {
            match place.child(&step) {
                Some((child, _)) => place = child,
                None => break,
            }
        }
        place.span
    }

    /// The place of the key that a JSON pointer ends in, or of the nearest value above it.
    pub(crate) fn key_span_at(&self, pointer: &str) -> Span {
        let mut place = self;
        let mut span = self.span;
        for step in steps(pointer) {
            match place.child(&step) {
                Some((child, key)) => {
                    place = child;
                    span = key.unwrap_or(child.span);
                }
                None => break,
            }
        }
        span
    }

    fn child(&self, step: &str) -> Option<(&Self, Option<Span>)> {
        match &self.kind {
            Kind::List(items) => step.parse::<usize>().ok().and_then(|index| items.get(index)).map(|node| (node, None)),
            Kind::Map(entries) => {
                entries.iter().find(|entry| entry.key == step).map(|entry| (&entry.value, Some(entry.key_span)))
            }
            _ => None,
        }
    }

    /// The place of the first value that the other document does not have in the same place; `None` when both say the
    /// same in the same order.
    pub(crate) fn first_difference(&self, other: &Self) -> Option<Span> {
        match (&self.kind, &other.kind) {
            (Kind::List(here), Kind::List(there)) if here.len() == there.len() => {
                here.iter().zip(there).find_map(|(here, there)| here.first_difference(there))
            }
            (Kind::Map(here), Kind::Map(there)) if here.len() == there.len() => {
                here.iter().zip(there).find_map(|(here, there)| {
                    if here.key == there.key { here.value.first_difference(&there.value) } else { Some(here.key_span) }
                })
            }
            (Kind::Float(here), Kind::Float(there)) => (here.to_bits() != there.to_bits()).then_some(self.span),
            (Kind::List(_) | Kind::Map(_), _) => Some(self.span),
            (here, there) => (here != there).then_some(self.span),
        }
    }

    /// Every key that stands twice in one mapping: the key, its first place and the repeated one.
    pub(crate) fn repeated_keys(&self) -> Vec<(String, Span, Span)> {
        let mut found = Vec::new();
        self.collect_repeated(&mut found);
        found
    }

    fn collect_repeated(&self, found: &mut Vec<(String, Span, Span)>) {
        match &self.kind {
            Kind::List(items) => items.iter().for_each(|item| item.collect_repeated(found)),
            Kind::Map(entries) => {
                let mut seen = HashMap::new();
                for (index, entry) in entries.iter().enumerate() {
                    let first = if entries.len() <= FEW {
                        entries.iter().take(index).find(|earlier| earlier.key == entry.key).map(|first| first.key_span)
                    } else {
                        let first = *seen.entry(entry.key.as_str()).or_insert(entry.key_span);
                        (first != entry.key_span).then_some(first)
                    };
                    found.extend(first.map(|first| (entry.key.clone(), first, entry.key_span)));
                    entry.value.collect_repeated(found);
                }
            }
            _ => {}
        }
    }
}

/// Keys of a mapping that are compared with each other sooner than hashed.
const FEW: usize = 24;

/// The decoded steps of a JSON pointer.
fn steps(pointer: &str) -> impl Iterator<Item = String> + '_ {
    pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~"))
}
