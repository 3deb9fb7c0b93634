//! Comparing a mapping key by key, so that no key goes by unseen.

use super::class::{self, Class};
use super::sides::{Changes, Sides};
use crate::shape::shown;

/// What compares keys.
pub(super) enum Compare<T: ?Sized> {
    /// A function over what the keys resolve to.
    With(fn(&Sides<'_, T>, &mut Changes<'_>)),
    /// Any difference is of this class.
    As(&'static Class),
    /// Judged in another place.
    Elsewhere,
}

/// Keys of a mapping that mean something together.
pub(super) struct Group<T: ?Sized>(pub(super) &'static [&'static str], pub(super) Compare<T>);

/// Compares a mapping. A key that differs without any of its groups finding a change is `rewritten`; a key of no group
/// is `unclassified`.
pub(super) fn compare<T: ?Sized>(sides: &Sides<'_, T>, groups: &[Group<T>], changes: &mut Changes<'_>) {
    let differing = differing_keys(sides);
    let mut settled: Vec<&str> = Vec::new();
    for Group(keys, compare) in groups {
        if !keys.iter().any(|key| differing.iter().any(|other| other == key)) {
            continue;
        }
        let before = changes.len();
        match compare {
            Compare::With(compare) => compare(sides, changes),
            Compare::As(class) => {
                for key in keys.iter().filter(|key| differing.iter().any(|other| other == *key)) {
                    let at = sides.key(key);
                    let message = format!("`{key}` was {} and is {}", shown(at.old.raw), shown(at.new.raw));
                    changes.changed(class, &at, message);
                }
            }
            Compare::Elsewhere => settled.extend_from_slice(keys),
        }
        if changes.len() > before {
            settled.extend_from_slice(keys);
        }
    }
    for key in differing.iter().filter(|key| !settled.contains(&key.as_str())) {
        let claimed = groups.iter().any(|Group(keys, _)| keys.contains(&key.as_str()));
        let class = if claimed { &class::REWRITTEN } else { &class::UNCLASSIFIED };
        changes.changed(class, &sides.key(key), format!("`{key}` is written differently"));
    }
}

fn differing_keys<T: ?Sized>(sides: &Sides<'_, T>) -> Vec<String> {
    let keys = |raw: &serde_json::Value| -> Vec<String> {
        raw.as_object().map(|map| map.keys().cloned().collect()).unwrap_or_default()
    };
    let mut all = keys(sides.new.raw);
    all.extend(keys(sides.old.raw).into_iter().filter(|key| sides.new.raw.get(key).is_none()));
    all.retain(|key| sides.old.raw.get(key) != sides.new.raw.get(key));
    all
}
