//! An older major of a port that no longer has rows of its own: SQL over the table of a newer one.

mod past;

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::arrow::datatypes::{Schema, SchemaRef};
use datafusion::catalog::TableProvider;
use datafusion::catalog::view::ViewTable;
use datafusion::execution::runtime_env::RuntimeEnv;
use datafusion::execution::session_state::SessionState;
use datafusion::logical_expr::{Expr, ExprSchemable, LogicalPlan, LogicalPlanBuilder};
use datafusion::prelude::ident;
use mesh_contract::Contract;
use mesh_contract::model::SchemaObject;
use serde::{Deserialize, Serialize};
use tokio::sync::{OnceCell, RwLock};

use crate::error::EngineError;
use crate::function::Functions;
use crate::model::widening::is_safe;
use crate::model::{Model, ModelError, ModelSession, OutputSchema, reads_only};
use crate::table::{AsOf, PortTable, Snapshot};
use past::Place;

/// Snapshots seen through a view that are kept planned: queries read the newest, and at times one before.
const OPENED_MAX: usize = 2;

/// One view. Its snapshots are those that the major had while it held rows itself, and after them those of newer majors' tables
/// that were checked against its contract. Each is read through the SQL that it was checked with. Cheap to clone.
#[derive(Clone)]
pub struct View(Arc<Inner>);

struct Inner {
    domain: String,
    model: Model,
    contract: Arc<Contract>,
    object: SchemaObject,
    columns: SchemaRef,
    below: Arc<Below>,
    /// Tables of other newer majors, through which the view was seen before, or is no more.
    others: Vec<Arc<Below>>,
    former: PortTable,
    /// Versions that the major had while it held rows itself. Nobody adds to them any more.
    former_versions: OnceCell<u64>,
    /// The view's snapshots in the other tables, newest first. Nobody adds to them either.
    elsewhere: OnceCell<Vec<Place>>,
    functions: Functions,
    opened: RwLock<Vec<Arc<Snapshot>>>,
    /// Where versions are that were asked for. A version is the same snapshot for ever.
    found: RwLock<BTreeMap<u64, Place>>,
}

/// A newer major's table, and what a view may call it: `loans_v2` and `loans`.
struct Below {
    names: [String; 2],
    table: PortTable,
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
    /// Tables of other newer majors, by major: what the view showed before.
    pub others: Vec<(u64, PortTable)>,
    /// The table of the view's own major, from when it held rows itself; there may be nothing in it.
    pub former: PortTable,
}

/// What a commit says of a view that its rows were checked with: a snapshot of that view.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct SeenView {
    /// The view's own version of it.
    pub version: u64,
    /// The SQL that it is seen through, whatever becomes of the view later.
    pub sql: String,
    /// When it was checked: `now()` in that SQL.
    pub now: DateTime<Utc>,
}

/// A view whose contract a candidate keeps.
#[derive(Clone, Debug)]
pub struct Checked {
    /// The view.
    pub view: View,
    /// What `now()` was in it.
    pub now: DateTime<Utc>,
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
        let port = behind.port;
        let named = |(major, table)| Arc::new(Below { names: [format!("{port}_v{major}"), port.clone()], table });
        let below = named((behind.major, behind.below));
        reads_only(&model, domain, &below.names)?;
        Ok(Self(Arc::new(Inner {
            domain: domain.to_owned(),
            model,
            columns: mesh_contract::arrow::schema(&contract, object),
            contract,
            object: object.clone(),
            below,
            others: behind.others.into_iter().map(named).collect(),
            former: behind.former,
            former_versions: OnceCell::new(),
            elsewhere: OnceCell::new(),
            functions,
            opened: RwLock::default(),
            found: RwLock::default(),
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

    /// The view's newest snapshot: where the view was introduced, changed or moved to a newer table and nothing was published
    /// since, that is the one before.
    ///
    /// # Errors
    /// [`EngineError::Table`] when a log cannot be read.
    pub async fn newest(&self) -> Result<Option<Arc<Snapshot>>, EngineError> {
        let Inner { below, former, .. } = self.0.as_ref();
        match below.table.newest().await? {
            Some(newest) if self.seen_in(&newest).is_some() => return self.through(below, newest).await.map(Some),
            _ => {}
        }
        match self.places().await?.into_iter().next() {
            Some(place) => self.open(&place).await.map(Some),
            None => former.newest().await,
        }
    }

    /// The snapshot that `as_of` names.
    ///
    /// # Errors
    /// [`EngineError::NoSnapshot`] when there is none.
    pub async fn as_of(&self, as_of: &AsOf) -> Result<Arc<Snapshot>, EngineError> {
        match as_of {
            AsOf::Version(version) if *version < self.former_versions().await? => self.0.former.as_of(as_of).await,
            AsOf::Version(version) => match self.place(*version).await? {
                Some(place) => self.open(&place).await,
                None => Err(self.no_snapshot(as_of)),
            },
            // The major's own rows are what was served only before any newer table showed the view.
            AsOf::Time(time) => match self.places().await?.into_iter().find(|place| place.committed_at <= *time) {
                Some(place) => self.open(&place).await,
                None => self.0.former.as_of(as_of).await,
            },
        }
    }

    /// The view's own version of the snapshot of version `below` of the table below.
    pub(crate) async fn version(&self, below: u64) -> Result<u64, EngineError> {
        let as_of = AsOf::Version(below);
        let snapshot = self.0.below.table.as_of(&as_of).await?;
        Ok(self.seen_in(&snapshot).ok_or_else(|| self.no_snapshot(&as_of))?.version)
    }

    /// Whether the rows of `below` kept the view's contract when they were committed, as the view is now.
    pub(crate) fn was_checked_with(&self, below: &Snapshot) -> bool {
        self.seen_in(below).is_some_and(|seen| seen.sql == self.0.model.sql())
    }

    fn seen_in<'a>(&self, snapshot: &'a Snapshot) -> Option<&'a SeenView> {
        snapshot.info().views.get(self.name())
    }

    fn no_snapshot(&self, as_of: &AsOf) -> EngineError {
        EngineError::NoSnapshot { table: format!("{}.{}", self.0.domain, self.name()), as_of: as_of.to_string() }
    }

    /// A snapshot of a newer major's table as the view showed it when it was committed.
    async fn through(&self, below: &Below, snapshot: Arc<Snapshot>) -> Result<Arc<Snapshot>, EngineError> {
        let SeenView { version, sql, now } =
            self.seen_in(&snapshot).ok_or_else(|| self.no_snapshot(&AsOf::Version(snapshot.info().version)))?;
        let mut opened = self.0.opened.write().await;
        if let Some(found) = opened.iter().find(|snapshot| snapshot.info().version == *version) {
            return Ok(Arc::clone(found));
        }
        let model = Model::parse(self.name(), self.0.model.file(), sql.as_str())?;
        reads_only(&model, &self.0.domain, &below.names)?;
        let (state, plan) = self.planned(&model, below, snapshot.provider(), Arc::default(), *now).await?;
        let columns = still_there(&self.0.columns, plan.schema().as_arrow());
        let rows = ViewTable::new(state.optimize(&typed(plan, &columns)?)?, None);
        let seen = Arc::new(snapshot.seen_as(*version, Arc::new(rows)));
        opened.push(Arc::clone(&seen));
        if opened.len() > OPENED_MAX {
            opened.remove(0);
        }
        Ok(seen)
    }

    /// The view over `rows`, which need not be committed.
    pub(crate) async fn over(
        &self,
        rows: Arc<dyn TableProvider>,
        runtime: Arc<RuntimeEnv>,
        now: DateTime<Utc>,
    ) -> Result<Seen, EngineError> {
        let Inner { domain, model, columns, below, .. } = self.0.as_ref();
        let (state, plan) = self.planned(model, below, rows, runtime, now).await?;
        OutputSchema::check(model.file(), &format!("{domain}.{}", model.port()), plan.schema().as_arrow(), columns)?;
        let typed = state.optimize(&typed(plan.clone(), columns)?)?;
        Ok(Seen { state, plan, rows: Arc::new(ViewTable::new(typed, None)) })
    }

    /// The plan of `model`, which is the view as it is or as it was, over `rows` in the place of `below`.
    async fn planned(
        &self,
        model: &Model,
        below: &Below,
        rows: Arc<dyn TableProvider>,
        runtime: Arc<RuntimeEnv>,
        now: DateTime<Utc>,
    ) -> Result<(SessionState, LogicalPlan), EngineError> {
        let session = ModelSession::new(&self.0.domain)?;
        for name in &below.names {
            session.add_port(name, Arc::clone(&rows))?;
        }
        let state = session.state(&self.0.functions, runtime, now)?;
        let plan = state.statement_to_plan(model.statement()).await;
        let file = model.file().to_owned();
        let plan = plan.map_err(|error| ModelError::Plan { file, what: error.strip_backtrace() })?;
        Ok((state, plan))
    }
}

/// What a commit on top of `old` says of the views that were checked with it.
pub(crate) async fn seen(views: &[Checked], old: Option<&Snapshot>) -> Result<BTreeMap<String, SeenView>, EngineError> {
    let mut seen = BTreeMap::new();
    for Checked { view, now } in views {
        let (version, sql) = (view.next_version(old).await?, view.model().sql().to_owned());
        seen.insert(view.name().to_owned(), SeenView { version, sql, now: *now });
    }
    Ok(seen)
}

/// The columns of the contract that an older snapshot has. A table's older snapshots lack what the contract gained since, too.
fn still_there(columns: &SchemaRef, planned: &Schema) -> SchemaRef {
    let fits = |name: &str, wanted| planned.field_with_name(name).is_ok_and(|own| is_safe(own.data_type(), wanted));
    let kept = columns.fields().iter().filter(|field| fits(field.name(), field.data_type()));
    Arc::new(Schema::new(kept.cloned().collect::<Vec<_>>()))
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
