//! Fewer files: an append that finds many small ones in its table writes their rows once more, as one file.
//!
//! It happens in the commit of the append itself, so there is no snapshot that only moves rows, and no second writer.

use std::collections::BTreeSet;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::PortTable;
use super::candidate::{self, Candidate};
use super::snapshot::Snapshot;
use crate::error::EngineError;

/// A file below this many bytes is small: reading it costs more in requests than in bytes.
const SMALL_BYTES: u64 = 32 * 1024 * 1024;
/// Small files that a table may have. More of them would be rewritten more often, fewer would slow each reader.
const SMALL_FILES_MAX: usize = 16;

/// The rows of small files, staged in fewer.
#[derive(Debug)]
pub(crate) struct Compacted {
    pub(super) rows: Candidate,
    /// The files that they come from.
    pub(super) replaces: BTreeSet<String>,
}

impl PortTable {
    /// Stages the rows of a snapshot's small files, when there are too many of them.
    pub(crate) async fn compacted(
        &self,
        base: &Snapshot,
        schema: &SchemaRef,
        runtime: &Arc<RuntimeEnv>,
    ) -> Result<Option<Compacted>, EngineError> {
        let files = base.files(self).await?;
        let small: BTreeSet<String> =
            files.into_iter().filter(|(_, bytes)| *bytes < SMALL_BYTES).map(|(path, _)| path).collect();
        if small.len() < SMALL_FILES_MAX {
            return Ok(None);
        }
        let paths: Vec<String> = small.iter().cloned().collect();
        let config = SessionConfig::new().with_information_schema(false);
        let session = SessionContext::new_with_config_rt(config, Arc::clone(runtime));
        let rows = session.read_table(candidate::files(self, schema, &paths, runtime)?)?.execute_stream().await?;
        Ok(Some(Compacted { rows: self.stage(Arc::clone(schema), rows).await?, replaces: small }))
    }
}
