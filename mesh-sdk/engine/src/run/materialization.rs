//! How a port's next snapshot follows from the one before and from what its model gives.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use super::error::RunError;
use super::pipeline::{PipelinePort, object};
use crate::table::{Snapshot, model_hash};

/// What a model's rows are to the rows that are there already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Materialization {
    /// They replace all rows.
    #[default]
    Full,
    /// They come in addition. The model sees only what is new in its inputs.
    Append,
    /// They replace the rows of the same primary key and otherwise come in addition. The model sees only what is new.
    Merge,
    /// They are never kept: the port is an older major, and its model a view of the newest.
    View,
}

impl Materialization {
    /// The snapshot to go on from: none for a port that is made anew, and for the first of any.
    ///
    /// # Errors
    /// [`RunError::NeedsFull`] when the snapshot was made by another model, or has other columns than the contract now.
    pub(super) fn base(
        self,
        port: &PipelinePort,
        newest: Option<Arc<Snapshot>>,
    ) -> Result<Option<Arc<Snapshot>>, RunError> {
        let Some(base) = newest.filter(|_| matches!(self, Self::Append | Self::Merge)) else { return Ok(None) };
        let needs_full = |why: &str| RunError::NeedsFull { port: port.model.port().to_owned(), why: why.to_owned() };
        if base.info().model.as_deref() != Some(model_hash(port.model.sql()).as_str()) {
            return Err(needs_full("its model has changed since the newest snapshot"));
        }
        let schema = mesh_contract::arrow::schema(&port.contract, object(port)?);
        if !base.has_columns_of(&schema) {
            return Err(needs_full("its contract has other columns than the newest snapshot"));
        }
        Ok(Some(base))
    }
}

impl fmt::Display for Materialization {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Full => "full",
            Self::Append => "append",
            Self::Merge => "merge",
            Self::View => "view",
        })
    }
}

impl FromStr for Materialization {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        match text {
            "full" => Ok(Self::Full),
            "append" => Ok(Self::Append),
            "merge" => Ok(Self::Merge),
            "view" => Ok(Self::View),
            other => Err(format!("`{other}` is no materialization: write `full`, `append`, `merge` or `view`")),
        }
    }
}
