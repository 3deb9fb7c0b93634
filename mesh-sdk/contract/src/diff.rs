//! What changed between two versions of a contract, and whom it hurts.
//!
//! Everything that differs in the documents ends in at least one [`Change`]: what the resolved contracts tell apart has
//! a class of its own, and what only the spelling tells apart is `rewritten`. A key that no comparison claims would be
//! `unclassified`; a test keeps that from happening for every key of the standard.

pub mod class;

mod align;
mod change;
mod constraints;
mod contract;
mod extensions;
mod governance;
mod level;
mod limits;
mod meaning;
mod object;
mod property;
mod quality;
mod readers;
mod revision;
mod service;
mod sides;
mod types;
mod version;

pub use change::{Change, Place};
pub use class::{Area, Bump, Class, Effect};
pub use readers::{Readers, ReadersError, Reading};
pub use revision::Revision;
pub use version::{VersionCheck, VersionRules, VersionRulesError};

use sides::{Changes, Sides};

/// Every change from `old` to `new`, in the order of the new document; what was removed comes where it stood.
#[must_use]
pub fn diff(old: &Revision, new: &Revision) -> Vec<Change> {
    let mut changes = Changes::new(old, new);
    contract::compare(&Sides::roots(old, new), &mut changes);
    changes.into_sorted()
}

#[cfg(test)]
mod tests;
