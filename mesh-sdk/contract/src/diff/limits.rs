//! Which way a limit moved.

use std::cmp::Ordering;

/// What a limit does to the values that it lets through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Moved {
    /// It lets through what it let through before.
    Not,
    /// Fewer values pass.
    Tighter,
    /// More values pass.
    Looser,
    /// Whether more or fewer pass cannot be told.
    Unclear,
}

/// A lower limit; no limit lets everything through. `order` compares two limits.
pub(super) fn lower<T>(old: Option<&T>, new: Option<&T>, order: impl Fn(&T, &T) -> Option<Ordering>) -> Moved {
    match (old, new) {
        (None, None) => Moved::Not,
        (None, Some(_)) => Moved::Tighter,
        (Some(_), None) => Moved::Looser,
        (Some(old), Some(new)) => match order(old, new) {
            Some(Ordering::Equal) => Moved::Not,
            Some(Ordering::Less) => Moved::Tighter,
            Some(Ordering::Greater) => Moved::Looser,
            None => Moved::Unclear,
        },
    }
}

/// An upper limit; no limit lets everything through.
pub(super) fn upper<T>(old: Option<&T>, new: Option<&T>, order: impl Fn(&T, &T) -> Option<Ordering>) -> Moved {
    lower(old, new, |old, new| order(old, new).map(Ordering::reverse))
}
