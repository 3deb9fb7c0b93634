//! What of an input a run read: recorded with the snapshot made of it, so that it can be made again.

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use super::locate::File;
use super::postgres::Watermark;

/// An input as one run found it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
#[non_exhaustive]
pub enum InputState {
    /// Files, in the order in which they are read.
    Files {
        /// Each file.
        files: Vec<FileState>,
    },
    /// A table or query of a database.
    Table {
        /// As messages name it.
        table: String,
        /// How far it was read, when it is read by a watermark.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        watermark: Option<Watermark>,
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

impl InputState {
    /// Of `found`, the files that this state does not hold as they are now; and of those the names that it does hold, with
    /// other content.
    pub(super) fn news(&self, found: Vec<File>) -> (Vec<File>, Vec<String>) {
        let Self::Files { files: known } = self else { return (found, Vec::new()) };
        let new: Vec<File> = found.into_iter().filter(|file| !known.contains(&file.state())).collect();
        let is_known = |file: &&File| known.iter().any(|known| known.name == file.name);
        let changed = new.iter().filter(is_known).map(|file| file.name.clone()).collect();
        (new, changed)
    }

    /// This state, and what was read since. Files stay known after the supplier took them away.
    pub(super) fn and(&self, later: Self) -> Self {
        match (self, later) {
            (Self::Files { files: known }, Self::Files { files: new }) => {
                let is_new = |known: &&FileState| new.iter().any(|new| new.name == known.name);
                let mut files: Vec<FileState> = known.iter().filter(|known| !is_new(known)).cloned().collect();
                files.extend(new);
                Self::Files { files }
            }
            (_, later) => later,
        }
    }
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
