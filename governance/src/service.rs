//! What the service is made of.

use std::sync::Arc;

use axum::Router;
use mesh_policy::{Clock, Sealer, Unsealer};
use tokio_util::sync::{CancellationToken, DropGuard};
use tokio_util::task::TaskTracker;

use crate::agreement::feed::Waiting;
use crate::error::Error;
use crate::events;
use crate::facts::KnownFacts;
use crate::lineage::{Held, Queue};
use crate::metrics::Metrics;
use crate::middleware;
use crate::middleware::checkpoint::Kept;
use crate::middleware::limits::Slots;
use crate::middleware::refused::{self, Refused};
use crate::middleware::request_id::RequestIds;
use crate::quality::watch::Watcher;
use crate::route;
use crate::route::event_stream::Streams;
use crate::rules::judge::Ready;
use crate::search::{Follower, Search};
use crate::store::Store;
use crate::store::database::Database;
use crate::webhook::{Addresses, Deliverer};

/// What the service needs to know.
#[derive(Clone)]
pub struct Settings {
    /// `sqlite://…` (see [`sqlite_url`](crate::sqlite_url)) or `postgres://…`.
    pub database_url: String,
    /// Seals receipts. Its key must outlive the process, or receipts that products hold no longer open.
    pub sealer: Sealer,
    /// Opens bearer tokens.
    pub unsealer: Unsealer,
    /// Tells the time.
    pub clock: Clock,
    /// Hosts, by name or address, whose webhooks may be without TLS and at addresses that are not public.
    pub webhook_hosts: Vec<String>,
}

/// The service. Cheap to clone; clones share everything.
#[derive(Clone)]
pub struct Service(pub(crate) Arc<Parts>);

pub(crate) struct Parts {
    pub(crate) store: Arc<Store>,
    pub(crate) lineage: Arc<Held>,
    pub(crate) lineage_queue: Queue,
    pub(crate) sealer: Sealer,
    pub(crate) unsealer: Unsealer,
    pub(crate) clock: Clock,
    pub(crate) metrics: Metrics,
    pub(crate) request_ids: RequestIds,
    pub(crate) slots: Slots,
    pub(crate) kept: Kept,
    pub(crate) refused: Arc<Refused>,
    pub(crate) waiting: Waiting,
    pub(crate) search: Arc<Search>,
    pub(crate) addresses: Addresses,
    pub(crate) streams: Streams,
    /// What runs beside the requests.
    background: TaskTracker,
    pub(crate) rules: Ready,
    pub(crate) facts: KnownFacts,
    /// Cancelled when the service stops: whoever waits for news gets an answer, and what runs beside the requests ends.
    pub(crate) stopping: CancellationToken,
    /// A service that is dropped without being closed stops too.
    _stops: DropGuard,
}

impl Service {
    /// Opens the registry, and creates or updates its tables.
    ///
    /// # Errors
    /// [`Error::Open`] and [`Error::Migrate`] when the database does not answer or cannot be written to, and
    /// [`Error::Newer`] when a newer program wrote it.
    pub async fn open(settings: Settings) -> Result<Self, Error> {
        let database = Database::open(&settings.database_url).await?;
        let request_ids = RequestIds::starting(settings.clock.now());
        let (store, search) = (Arc::new(Store::new(database)), Arc::new(Search::new()));
        let lineage = Arc::<Held>::default();
        let lineage_queue = Queue::start(Arc::clone(&store), Arc::clone(&lineage), settings.clock.clone());
        let (background, stopping) = (TaskTracker::new(), CancellationToken::new());
        let addresses = Addresses::new(settings.webhook_hosts);
        let (sealer, clock) = (settings.sealer.clone(), settings.clock.clone());
        let refused = Arc::<Refused>::default();
        background.spawn(refused::settle(refused.clone(), store.clone(), clock.clone(), stopping.clone()));
        background.spawn(Watcher::new(store.clone(), lineage.clone(), clock.clone()).run(stopping.clone()));
        background.spawn(events::prune::run(store.clone(), clock.clone(), stopping.clone()));
        let deliverer = Deliverer::new(store.clone(), sealer, clock, addresses.clone()).map_err(Error::Tls)?;
        background.spawn(deliverer.run(stopping.clone()));
        background.spawn(Follower::new(store.clone(), search.clone()).run(stopping.clone()));
        background.spawn(Arc::clone(&lineage).keep_up(Arc::clone(&store), stopping.clone()));
        Ok(Self(Arc::new(Parts {
            store,
            lineage,
            lineage_queue,
            sealer: settings.sealer,
            unsealer: settings.unsealer,
            clock: settings.clock,
            metrics: Metrics::new(),
            request_ids,
            slots: Slots::default(),
            kept: Kept::default(),
            refused,
            waiting: Waiting::default(),
            search,
            addresses,
            streams: Streams::default(),
            background,
            _stops: stopping.clone().drop_guard(),
            stopping,
            rules: Ready::default(),
            facts: KnownFacts::default(),
        })))
    }

    /// The REST interface, with health, metrics and its own description.
    pub fn router(&self) -> Router {
        let (router, _) = route::routes().split_for_parts();
        let router = router.fallback(route::no_such_path).method_not_allowed_fallback(route::method_not_allowed);
        middleware::wrap(router, self).with_state(self.clone())
    }

    /// Waits for what is being written, and closes the database.
    pub async fn close(&self) {
        self.0.lineage_queue.close().await;
        self.0.stopping.cancel();
        self.0.background.close();
        self.0.background.wait().await;
        self.0.store.close().await;
    }
}
