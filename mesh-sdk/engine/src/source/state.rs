//! What of an input a run read: recorded with the snapshot made of it, so that it can be made again.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

/// An input as one run found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum InputState {
    /// Files, in the order in which they are read.
    Files {
        /// Each file.
        files: Vec<FileState>,
    },
    /// A port: of another product, or of this one.
    Port {
        /// Name and major, `deposits.accounts_v1`.
        port: String,
        /// Version of the snapshot.
        snapshot: u64,
    },
}

/// A file as one run found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FileState {
    /// Relative to the product's folder, or to its bucket.
    pub name: String,
    /// Size in bytes.
    pub bytes: u64,
    /// When it was written last, as storage says.
    pub modified: DateTime<Utc>,
    /// What storage calls this content, where it has a name for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub e_tag: Option<String>,
}

/// What one port's model read, by the name it is read under.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRead {
    /// `input.<name>`, or the port's own name for a sibling.
    pub name: String,
    /// What was there.
    #[serde(flatten)]
    pub state: InputState,
}
