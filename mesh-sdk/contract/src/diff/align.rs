//! Which items of two lists are the same thing.

use std::collections::{HashMap, VecDeque};

use serde_json::Value;

/// Two lists, matched.
pub(super) struct Pairing {
    /// On both sides, in the new order.
    pub(super) both: Vec<(usize, usize)>,
    /// Only in the old list.
    pub(super) removed: Vec<usize>,
    /// Only in the new list.
    pub(super) added: Vec<usize>,
}

impl Pairing {
    /// Whether items that are on both sides come in another order.
    pub(super) fn reordered(&self) -> bool {
        !self.both.is_sorted_by_key(|(old, _)| *old)
    }
}

/// Matches items by what `key` says they are; of several alike the first goes with the first.
pub(super) fn by_key(old: &[Value], new: &[Value], key: impl Fn(&Value) -> String) -> Pairing {
    let mut waiting: HashMap<String, VecDeque<usize>> = HashMap::new();
    for (index, item) in old.iter().enumerate() {
        waiting.entry(key(item)).or_default().push_back(index);
    }
    let mut pairing = Pairing { both: Vec::new(), removed: Vec::new(), added: Vec::new() };
    for (index, item) in new.iter().enumerate() {
        match waiting.get_mut(&key(item)).and_then(VecDeque::pop_front) {
            Some(partner) => pairing.both.push((partner, index)),
            None => pairing.added.push(index),
        }
    }
    pairing.removed = waiting.into_values().flatten().collect();
    pairing.removed.sort_unstable();
    pairing
}

/// The texts under `keys`, joined: an identity made of several parts.
pub(super) fn texts(item: &Value, keys: &[&str]) -> String {
    let texts: Vec<String> = keys.iter().map(|key| item.get(key).map(Value::to_string).unwrap_or_default()).collect();
    texts.join("\u{0}")
}
