//! The rows of the old snapshot that a merge leaves as they are.

use std::sync::Arc;

use datafusion::common::JoinType;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::prelude::{SessionConfig, SessionContext};

use super::pipeline::{PipelinePort, object};
use crate::error::EngineError;
use crate::table::{Candidate, Snapshot};

/// Stages the rows of `base` whose key is not among the candidate's.
pub(super) async fn survivors(
    port: &PipelinePort,
    base: &Snapshot,
    candidate: &Candidate,
    runtime: &Arc<RuntimeEnv>,
) -> Result<Candidate, EngineError> {
    let config = SessionConfig::new().with_information_schema(false);
    let session = SessionContext::new_with_config_rt(config, Arc::clone(runtime));
    let new = session.read_table(candidate.provider(runtime).await?)?;
    let keys: Vec<&str> = object(port)?.primary_key().iter().map(|property| property.name.as_str()).collect();
    let kept = session.read_table(base.provider())?.join(new, JoinType::LeftAnti, &keys, &keys, None)?;
    let schema = candidate.schema();
    port.table.stage(schema, kept.execute_stream().await?).await
}
