//! What a server holds: ports, functions and limits; from an identity it makes a session.

use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::execution::memory_pool::{FairSpillPool, TrackConsumersPool};
use datafusion::execution::runtime_env::{RuntimeEnv, RuntimeEnvBuilder};
use datafusion::execution::session_state::{SessionState, SessionStateBuilder};
use datafusion::prelude::SessionConfig;
use mesh_policy::{Agreements, Clock, Identity};
use parking_lot::RwLock;

use super::fairness::YieldWhereRowsMultiply;
use super::limits::QueryLimits;
use super::ports::Ports;
use super::session::Session;
use crate::error::EngineError;
use crate::function::{Functions, Listing};
use crate::govern::ReadLog;
use crate::hot::Shelf;

/// The catalog of every session.
pub(super) const CATALOG: &str = "mesh";

/// What a reader is made of.
pub struct ReaderSettings {
    /// Ports in service.
    pub ports: Ports,
    /// The domains' own functions.
    pub functions: Functions,
    /// The schema of unqualified table names: the serving product's domain.
    pub domain: String,
    /// Access agreements in force, until [`Reader::set_agreements`] replaces them.
    pub agreements: Agreements,
    /// Where it is written down what each query reads.
    pub reads: ReadLog,
    /// Limits on each query.
    pub limits: QueryLimits,
    /// The time.
    pub clock: Clock,
}

/// Governed reads of the ports in service. Cheap to clone.
#[derive(Clone)]
pub struct Reader {
    inner: Arc<Inner>,
}

/// Access agreements, and how long they may be relied on.
struct Grants {
    agreements: Arc<Agreements>,
    until: Option<DateTime<Utc>>,
}

pub(super) struct Inner {
    pub(super) ports: Ports,
    grants: RwLock<Grants>,
    pub(super) reads: ReadLog,
    pub(super) limits: QueryLimits,
    pub(super) clock: Clock,
    /// The state that each request's is copied from; its catalog is empty.
    pub(super) state: SessionState,
    /// Snapshots held in memory.
    pub(super) shelf: Arc<Shelf>,
    /// What the catalog says of the functions.
    pub(super) functions: Arc<Listing>,
}

impl Reader {
    /// A reader over `settings`.
    ///
    /// # Errors
    /// [`EngineError::Query`] when DataFusion's runtime cannot be made.
    pub fn new(settings: ReaderSettings) -> Result<Self, EngineError> {
        let runtime = runtime(settings.limits.memory_bytes_max)?;
        let config = session_config(&settings.domain, &settings.limits);
        let mut state = SessionStateBuilder::new_with_default_features()
            .with_config(config)
            .with_runtime_env(runtime)
            .with_physical_optimizer_rule(Arc::new(YieldWhereRowsMultiply))
            .build();
        // Nothing that a query says may make tables out of files.
        state.table_factories_mut().clear();
        settings.functions.register(&mut state)?;
        let inner = Inner {
            ports: settings.ports,
            grants: RwLock::new(Grants { agreements: Arc::new(settings.agreements), until: None }),
            shelf: Shelf::new(settings.limits.hot_bytes_max, settings.limits.batch_rows),
            functions: Listing::new(state.clone()),
            reads: settings.reads,
            limits: settings.limits,
            clock: settings.clock,
            state,
        };
        Ok(Self { inner: Arc::new(inner) })
    }

    /// One request's view: only what `identity` may read, decided now.
    #[must_use]
    pub fn session(&self, identity: &Identity) -> Session {
        Session::open(&self.inner, identity)
    }

    /// The limits on each query.
    #[must_use]
    pub fn limits(&self) -> &QueryLimits {
        &self.inner.limits
    }

    /// The ports in service.
    #[must_use]
    pub fn ports(&self) -> &Ports {
        &self.inner.ports
    }

    /// Replaces the access agreements; requests that begin from now on are decided by them, and from `until` on as if there
    /// were none: who has not heard for so long cannot know that they still hold.
    pub fn set_agreements(&self, agreements: Agreements, until: Option<DateTime<Utc>>) {
        *self.inner.grants.write() = Grants { agreements: Arc::new(agreements), until };
    }
}

impl Inner {
    /// The agreements that may be relied on at `now`.
    pub(super) fn grants(&self, now: DateTime<Utc>) -> Arc<Agreements> {
        let grants = self.grants.read();
        match grants.until {
            Some(until) if until <= now => Arc::default(),
            _ => Arc::clone(&grants.agreements),
        }
    }
}

/// A runtime whose queries share `memory_bytes` and spill to the system's temporary folder beyond it.
pub(crate) fn runtime(memory_bytes: usize) -> Result<Arc<RuntimeEnv>, EngineError> {
    let named = std::num::NonZeroUsize::MIN.saturating_add(4);
    let pool = TrackConsumersPool::new(FairSpillPool::new(memory_bytes), named);
    Ok(RuntimeEnvBuilder::new().with_memory_pool(Arc::new(pool)).build_arc()?)
}

fn session_config(domain: &str, limits: &QueryLimits) -> SessionConfig {
    let mut config = SessionConfig::new()
        .with_create_default_catalog_and_schema(false)
        .with_default_catalog_and_schema(CATALOG, domain)
        .with_information_schema(false)
        .with_batch_size(limits.batch_rows);
    let options = config.options_mut();
    // Money is compared exactly: `0.01` is a decimal, not a float.
    options.sql_parser.parse_float_as_decimal = true;
    options.sql_parser.map_string_types_to_utf8view = false;
    options.execution.parquet.schema_force_view_types = false;
    config
}
