//! A snapshot made again from what it was made of.

use std::path::Path;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::dataframe::DataFrame;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::lit;
use datafusion::prelude::{SessionConfig, SessionContext, ident};

use super::error::RunError;
use super::pipeline::{Pipeline, PipelinePort, object};
use super::replay;
use super::session::{self, Reading};
use crate::error::EngineError;
use crate::model::{ModelError, OutputSchema};
use crate::source::nearest;
use crate::table::{AsOf, Snapshot, model_hash};

/// Memory that it may take before it spills: as a run.
const MEMORY_BYTES_MAX: usize = 1024 * 1024 * 1024;

/// How a snapshot compares with what its model gives from the same inputs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reproduction {
    /// Rows of the snapshot.
    pub rows: u64,
    /// Different rows that the snapshot has, or has more often, and the model does not give.
    pub missing: u64,
    /// Different rows that the model gives, or gives more often, and the snapshot does not have.
    pub surplus: u64,
}

impl Reproduction {
    /// Whether both have the same rows, each as often.
    #[must_use]
    pub fn is_exact(&self) -> bool {
        self.missing == 0 && self.surplus == 0
    }
}

impl Pipeline {
    /// Runs the model of `port` over exactly what its snapshot of `version` was made of, and compares. Nothing is
    /// written but to `spill`. `now()` in the model is when the snapshot was committed, which is a moment later than when
    /// it was built.
    ///
    /// # Errors
    /// [`RunError::NotReproducible`] when the model has changed since, or the snapshot does not say what it was made of;
    /// [`crate::source::SourceError::Past`] when an input is not as it was any more.
    pub async fn reproduce(&self, port: &str, version: u64, spill: &Path) -> Result<Reproduction, EngineError> {
        if let Some(held) = self.held_by(port) {
            let why = format!("it is a view and holds no rows: make the snapshot of `{held}` again");
            return Err(RunError::NotReproducible { port: port.to_owned(), version, why }.into());
        }
        let port = self.ports.get(port).ok_or_else(|| RunError::UnknownPort {
            domain: self.domain.clone(),
            port: port.to_owned(),
            nearest: nearest(port, self.ports.keys().map(String::as_str)),
        })?;
        let snapshot = port.table.as_of(&AsOf::Version(version)).await?;
        refuse_other_model(port, &snapshot)?;
        let runtime = session::runtime(MEMORY_BYTES_MAX, spill)?;
        let then = snapshot.info().committed_at;
        let opened = session::open(self, port, Reading::As(&snapshot.info().inputs), &runtime, then).await?;
        let plan = opened.state.statement_to_plan(port.model.statement()).await;
        let file = port.model.file();
        let plan = plan.map_err(|error| ModelError::Plan { file: file.to_owned(), what: error.strip_backtrace() })?;
        let contract = mesh_contract::arrow::schema(&port.contract, object(port)?);
        let name = format!("{}.{}", self.domain, port.model.port());
        let output = OutputSchema::check(file, &name, plan.schema().as_arrow(), &contract)?;
        let schema = Arc::clone(output.relaxed());
        let again = replay::table(DataFrame::new(opened.state, plan), output)?;
        let config = SessionConfig::new().with_information_schema(false);
        let session = SessionContext::new_with_config_rt(config, runtime);
        let (was, is) = (counted(&session, snapshot.provider(), &schema)?, counted(&session, again, &schema)?);
        let rows = session.read_table(snapshot.provider())?.count().await?;
        let missing = was.clone().except_distinct(is.clone())?.count().await?;
        let surplus = is.except_distinct(was)?.count().await?;
        Ok(Reproduction { rows: rows as u64, missing: missing as u64, surplus: surplus as u64 })
    }
}

/// Each different row, and how often it is there.
fn counted(
    session: &SessionContext,
    rows: Arc<dyn TableProvider>,
    schema: &SchemaRef,
) -> Result<DataFrame, EngineError> {
    let columns = schema.fields().iter().map(|field| ident(field.name())).collect::<Vec<_>>();
    Ok(session.read_table(rows)?.aggregate(columns, vec![count(lit(1_i64)).alias("how often")])?)
}

fn refuse_other_model(port: &PipelinePort, snapshot: &Snapshot) -> Result<(), RunError> {
    let refused = |why: &str| RunError::NotReproducible {
        port: port.model.port().to_owned(),
        version: snapshot.info().version,
        why: why.to_owned(),
    };
    if snapshot.info().inputs.is_empty() {
        return Err(refused("the snapshot does not say what it was made of"));
    }
    if snapshot.info().model.as_deref() != Some(model_hash(port.model.sql()).as_str()) {
        return Err(refused("its model has changed since"));
    }
    Ok(())
}
