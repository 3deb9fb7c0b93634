//! What every facet has: who says so, and in which schema.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::PRODUCER;

/// Facets that this room has no type for, by name, as written.
pub type Others = BTreeMap<String, Value>;

/// A facet's own members.
pub trait Body {
    /// The published schema that describes them.
    const SCHEMA_URL: &'static str;
}

/// A facet.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Facet<T> {
    /// Who says so, a URI.
    #[serde(rename = "_producer")]
    pub producer: String,
    /// The schema it is written in.
    #[serde(rename = "_schemaURL")]
    pub schema_url: String,
    /// True takes back what the facet said in an earlier event.
    #[serde(rename = "_deleted", default, skip_serializing_if = "Option::is_none")]
    pub deleted: Option<bool>,
    /// Its own members.
    #[serde(flatten)]
    pub body: T,
}

impl<T: Body> From<T> for Facet<T> {
    fn from(body: T) -> Self {
        Self { producer: PRODUCER.into(), schema_url: T::SCHEMA_URL.into(), deleted: None, body }
    }
}
