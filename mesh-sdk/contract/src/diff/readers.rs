//! Who reads which columns, and what that makes of a change.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::change::Change;
use super::class::{self, Class, Effect};

/// What was read of one contract's tables within the window that somebody looked at.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Readers {
    /// One entry for each principal and table.
    pub readings: Vec<Reading>,
}

/// Somebody who read a table.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Reading {
    /// Who.
    pub principal: String,
    /// Name of the table; may be left out where the contract has one table only.
    #[serde(default)]
    pub object: Option<String>,
    /// Columns read by name; empty: which ones is not known, so it may have been any.
    #[serde(default)]
    pub columns: BTreeSet<String>,
}

/// A file of readers that cannot be read.
#[derive(Debug, thiserror::Error)]
#[error("not a list of readers: {0}")]
pub struct ReadersError(#[from] serde_json::Error);

/// Changes that take something away from exactly those who read it.
static REMOVALS: [&Class; 2] = [&class::PROPERTY_REMOVED, &class::OBJECT_REMOVED];

impl Readers {
    /// Reads `{"readings": [{"principal": "omar", "object": "loans", "columns": ["loan_id"]}]}`.
    ///
    /// # Errors
    /// [`ReadersError`] for any other form; unknown keys are errors too, since a misspelt one would hide a reader.
    pub fn parse(json: &str) -> Result<Self, ReadersError> {
        Ok(serde_json::from_str(json)?)
    }

    /// Names the readers that each change touches. A removal that nobody reads is risky, never harmless: the window
    /// may have been too short.
    pub fn judge(&self, changes: &mut [Change]) {
        for change in changes {
            let touched: BTreeSet<String> = self
                .readings
                .iter()
                .filter(|reading| reading.touches(change))
                .map(|reading| reading.principal.clone())
                .collect();
            let removal = REMOVALS.contains(&change.class);
            if removal && touched.is_empty() {
                change.consumers = Effect::Risky;
                change.message.push_str("; nobody read it in the window");
            }
            change.readers = Some(touched);
        }
    }
}

impl Reading {
    fn touches(&self, change: &Change) -> bool {
        let same_object = match (&self.object, &change.object) {
            (Some(read), Some(changed)) => read == changed,
            _ => true,
        };
        let same_column = match &change.column {
            Some(changed) => self.columns.is_empty() || self.columns.contains(changed),
            None => true,
        };
        // A table or a column that is new has been read by nobody.
        same_object && same_column && change.old.is_some()
    }
}
