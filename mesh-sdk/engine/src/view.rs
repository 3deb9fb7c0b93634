//! An older major of a port that no longer has rows of its own: SQL over the table of a newer one.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use datafusion::arrow::datatypes::SchemaRef;
use datafusion::catalog::TableProvider;
use datafusion::catalog::view::ViewTable;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::ident;
use mesh_contract::Contract;
use mesh_contract::model::SchemaObject;
use tokio::sync::{OnceCell, RwLock};

use crate::error::EngineError;
use crate::function::Functions;
use crate::model::{Model, ModelError, ModelSession, OutputSchema, reads_only};
use crate::table::{AsOf, PortTable, Snapshot, model_hash};

/// Snapshots seen through a view that are kept planned: queries read the newest, and at times one before.
const OPENED_MAX: usize = 2;

/// One view. Its snapshots are those that the major had while it held rows itself, and after them those of the table below
/// that were checked against its contract. Cheap to clone.
#[derive(Clone)]
pub struct View(Arc<Inner>);

struct Inner {
    domain: String,
    model: Model,
    contract: Arc<Contract>,
    object: SchemaObject,
    columns: SchemaRef,
    /// What the model may call the table below: `loans` and `loans_v2`.
    names: [String; 2],
    below: PortTable,
    former: PortTable,
    /// Versions that the major had while it held rows itself. Nobody adds to them any more.
    former_versions: OnceCell<u64>,
    functions: Functions,
    opened: RwLock<Vec<Arc<Snapshot>>>,
}

/// The tables behind a view.
#[derive(Clone, Debug)]
pub struct Behind {
    /// The port, without the domain.
    pub port: String,
    /// The major whose rows are seen.
    pub major: u64,
    /// The table of that major.
    pub below: PortTable,
    /// The table of the view's own major, from when it held rows itself; there may be nothing in it.
    pub former: PortTable,
}

/// A view over certain rows.
pub(crate) struct Seen {
    pub(crate) state: SessionState,
    /// The model's own plan.
    pub(crate) plan: LogicalPlan,
    /// Its rows in the contract's columns and types.
    pub(crate) rows: Arc<dyn TableProvider>,
}

impl View {
    /// The view that `model` is, under `contract`. `functions` are the product's.
    ///
    /// # Errors
    /// [`EngineError::Model`] when it reads anything but the table below.
    pub fn new(
        domain: &str,
        model: Model,
        contract: Arc<Contract>,
        object: &SchemaObject,
        behind: Behind,
        functions: Functions,
    ) -> Result<Self, EngineError> {
        let names = [format!("{}_v{}", behind.port, behind.major), behind.port];
        reads_only(&model, domain, &names)?;
        Ok(Self(Arc::new(Inner {
            domain: domain.to_owned(),
            model,
            columns: mesh_contract::arrow::schema(&contract, object),
            contract,
            object: object.clone(),
            names,
            below: behind.below,
            former: behind.former,
            former_versions: OnceCell::new(),
            functions,
            opened: RwLock::default(),
        })))
    }

    /// Its name among the product's models: `loans_v1`.
    #[must_use]
    pub fn name(&self) -> &str {
        self.0.model.port()
    }

    pub(crate) fn model(&self) -> &Model {
        &self.0.model
    }

    pub(crate) fn contract(&self) -> &Arc<Contract> {
        &self.0.contract
    }

    pub(crate) fn object(&self) -> &SchemaObject {
        &self.0.object
    }

    /// The newest snapshot of the table below, seen through the view; `None` when that was not checked against the view.
    /// Before that table has any, the newest that the major holds itself.
    ///
    /// # Errors
    /// [`EngineError::Table`] when a log cannot be read.
    pub async fn newest(&self) -> Result<Option<Arc<Snapshot>>, EngineError> {
        match self.0.below.newest().await? {
            Some(below) if self.was_checked_with(&below) => self.through(below).await.map(Some),
            Some(_) => Ok(None),
            None => self.0.former.newest().await,
        }
    }

    /// The snapshot that `as_of` names.
    ///
    /// # Errors
    /// [`EngineError::NoSnapshot`] when there is none, or it was not checked against the view.
    pub async fn as_of(&self, as_of: &AsOf) -> Result<Arc<Snapshot>, EngineError> {
        let Inner { below, former, .. } = self.0.as_ref();
        let found = match as_of {
            AsOf::Version(version) => match version.checked_sub(self.former_versions().await?) {
                None => return former.as_of(as_of).await,
                Some(version) => below.as_of(&AsOf::Version(version)).await,
            },
            AsOf::Time(_) => below.as_of(as_of).await,
        };
        match found {
            Ok(found) if self.was_checked_with(&found) => self.through(found).await,
            Ok(_) | Err(EngineError::NoSnapshot { .. }) if matches!(as_of, AsOf::Time(_)) => former.as_of(as_of).await,
            Ok(_) | Err(EngineError::NoSnapshot { .. }) => {
                let table = format!("{}.{}", self.0.domain, self.name());
                Err(EngineError::NoSnapshot { table, as_of: as_of.to_string() })
            }
            Err(error) => Err(error),
        }
    }

    /// The view's own version of the snapshot of version `below` of the table below.
    pub(crate) async fn version(&self, below: u64) -> Result<u64, EngineError> {
        Ok(self.former_versions().await? + below)
    }

    /// Whether the rows of `below` kept the view's contract when they were committed, as the view is now.
    pub(crate) fn was_checked_with(&self, below: &Snapshot) -> bool {
        below.info().views.get(self.name()) == Some(&model_hash(self.0.model.sql()))
    }

    async fn former_versions(&self) -> Result<u64, EngineError> {
        let count = async || {
            let newest = self.0.former.newest().await?;
            Ok::<_, EngineError>(newest.map_or(0, |newest| newest.info().version + 1))
        };
        self.0.former_versions.get_or_try_init(count).await.copied()
    }

    async fn through(&self, below: Arc<Snapshot>) -> Result<Arc<Snapshot>, EngineError> {
        let version = self.version(below.info().version).await?;
        let mut opened = self.0.opened.write().await;
        if let Some(found) = opened.iter().find(|snapshot| snapshot.info().version == version) {
            return Ok(Arc::clone(found));
        }
        // `now()` of a view is when its rows were committed: that is what was checked.
        let seen = self.over(below.provider(), Arc::default(), below.info().committed_at).await?;
        let snapshot = Arc::new(below.seen_as(version, seen.rows));
        opened.push(Arc::clone(&snapshot));
        if opened.len() > OPENED_MAX {
            opened.remove(0);
        }
        Ok(snapshot)
    }

    /// The view over `rows`, which need not be committed.
    pub(crate) async fn over(
        &self,
        rows: Arc<dyn TableProvider>,
        runtime: Arc<RuntimeEnv>,
        now: chrono::DateTime<chrono::Utc>,
    ) -> Result<Seen, EngineError> {
        let Inner { domain, model, columns, names, functions, .. } = self.0.as_ref();
        let session = ModelSession::new(domain)?;
        for name in names {
            session.add_port(name, Arc::clone(&rows))?;
        }
        let state = session.state(functions, runtime, now)?;
        let file = model.file();
        let plan = state.statement_to_plan(model.statement()).await;
        let plan = plan.map_err(|error| ModelError::Plan { file: file.to_owned(), what: error.strip_backtrace() })?;
        OutputSchema::check(file, &format!("{domain}.{}", model.port()), plan.schema().as_arrow(), columns)?;
        let typed = state.optimize(&typed(plan.clone(), columns)?)?;
        Ok(Seen { state, plan, rows: Arc::new(ViewTable::new(typed, None)) })
    }
}

/// What commits say of the views that were checked with them: each one's name and its model's hash.
pub(crate) fn hashes(views: &[View]) -> BTreeMap<String, String> {
    views.iter().map(|view| (view.name().to_owned(), model_hash(view.model().sql()))).collect()
}

/// The plan's columns in the order and types of `columns`.
fn typed(plan: LogicalPlan, columns: &SchemaRef) -> Result<LogicalPlan, EngineError> {
    let typed = columns.fields().iter().map(|field| {
        let column: Expr = ident(field.name());
        Ok(column.cast_to(field.data_type(), plan.schema())?.alias(field.name()))
    });
    let typed = typed.collect::<Result<Vec<_>, EngineError>>()?;
    Ok(LogicalPlanBuilder::from(plan).project(typed)?.build()?)
}

impl fmt::Debug for View {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "View({}.{})", self.0.domain, self.name())
    }
}
