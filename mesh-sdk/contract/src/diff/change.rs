//! One change.

use std::collections::BTreeSet;

use serde::Serialize;
use serde_json::Value;

use super::class::{Class, Effect};
use crate::diagnostic::Span;

/// A change between two versions of a contract.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[non_exhaustive]
pub struct Change {
    /// Its class.
    pub class: &'static Class,
    /// What it does to those who read; readers that are known may have settled it.
    pub consumers: Effect,
    /// What it does to those who write.
    pub producers: Effect,
    /// Where: keys and names from the top, such as `schema.loans.properties.amount.required`.
    pub path: String,
    /// What happened, in words: lower case, no full stop.
    pub message: String,
    /// As it was; `None` for what is new.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub old: Option<Place>,
    /// As it is; `None` for what is gone.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub new: Option<Place>,
    /// Where to look in the new document: the value, or the nearest place that is still there.
    pub at: Span,
    /// The table that it is about; `None` when it is about all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub object: Option<String>,
    /// The column of `object` that it is about; `None` when it is about the whole table.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub column: Option<String>,
    /// Principals who read what it touches; `None` when nobody said who reads.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub readers: Option<BTreeSet<String>>,
}

/// A value and where it stands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Place {
    /// The value as written; long ones are cut by whoever shows them.
    pub value: Value,
    /// JSON pointer in its document.
    pub pointer: String,
    /// Place in its document.
    #[serde(flatten)]
    pub span: Span,
}

impl Change {
    /// The worse of its two effects.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.consumers.max(self.producers)
    }
}
