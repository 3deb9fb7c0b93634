//! Contracts drafted from data: what a table's values are, and the ODCS text that says so.
//!
//! Whoever reads the data feeds a [`TableProfile`] with it, value by value as text; [`draft`] writes the contract. A
//! draft says only what the data shows: meaning, owner and purpose are left to be written by people.

mod column;
mod date_form;
mod draft;
mod names;
mod number;
mod personal;
mod shape;
mod yaml_text;

use serde_json::Value;

pub use column::{ColumnProfile, Stated, Written};
pub(crate) use draft::type_words;
pub use draft::{Database, Draft, File, Origin, Relation, draft};
pub use names::identifier;
pub use personal::Personal;
pub(crate) use yaml_text::text as scalar;

use crate::model::DataType;

/// What is known of a table after one pass over it.
#[derive(Debug, Default)]
pub struct TableProfile {
    /// Rows seen.
    pub rows: u64,
    /// Its columns in order.
    pub columns: Vec<ColumnProfile>,
    /// What the source itself says that it is.
    pub description: Option<String>,
}

/// What a draft says about one column.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// Its type.
    pub data_type: DataType,
    /// The pattern of its dates or times, where it is not ISO 8601's.
    pub format: Option<String>,
    /// The pattern could as well be this one: the data does not tell.
    pub format_or: Option<String>,
    /// Rows without a value.
    pub nulls: u64,
    /// Different values; `None` when they were too many to count.
    pub distinct: Option<u64>,
    /// The only values there are, when they are few.
    pub values: Vec<Value>,
    /// Lowest and highest value of numbers and dates, as text.
    pub range: Option<(String, String)>,
    /// Fewest and most characters of a text.
    pub lengths: Option<(u64, u64)>,
    /// What kind of personal data it seems to be.
    pub personal: Option<Personal>,
    /// Whether its values can tell rows apart.
    pub candidate_key: bool,
}

impl TableProfile {
    /// A table of these columns, each with the way its values are written.
    #[must_use]
    pub fn new(columns: impl IntoIterator<Item = (String, Written)>) -> Self {
        let columns = columns.into_iter().map(|(name, written)| ColumnProfile::new(name, written)).collect();
        Self { rows: 0, columns, description: None }
    }

    /// Texts that stand for null in this table, besides the empty one: seen where the other values of a column are
    /// numbers or dates, or never a value (`N/A`).
    #[must_use]
    pub fn null_markers(&self) -> Vec<String> {
        let mut markers: Vec<String> = self.columns.iter().flat_map(ColumnProfile::null_markers).collect();
        markers.sort();
        markers.dedup();
        markers
    }

    /// What is known of each column, under the markers of the whole table.
    #[must_use]
    pub fn findings(&self) -> Vec<Finding> {
        let markers = self.null_markers();
        self.columns.iter().map(|column| column.finding(self.rows, &markers)).collect()
    }
}
