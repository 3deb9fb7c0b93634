//! Following the registry: the index is built once, and then takes each product and port anew that an event is about.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use mesh_api::{Event, EventKind, RegistrationStatus, VersionSummary};
use mesh_contract::product::Manifest;
use mesh_contract::{Contract, PortName};
use parking_lot::{Mutex, RwLock};
use tokio::task::JoinError;
use tokio_util::sync::CancellationToken;

use super::entry::{Entry, Unit, of_port, of_product, of_unread_port};
use super::groups::Groups;
use super::index::{Writer, create};
use super::{Ready, Search};
use crate::store::{Store, StoreError};

/// Products and ports that are read from the registry at a time.
const BATCH: i64 = 200;
/// Events that are taken in at a time.
const EVENTS_MAX: i64 = 500;
/// Longest time in which another process's registration goes unseen when nobody searches.
const LOOK_EVERY: Duration = Duration::from_millis(500);
/// Pause after the registry or the index could not be read.
const FAILED_PAUSE: Duration = Duration::from_secs(1);

/// Keeps a search's index in step with the registry.
pub(crate) struct Follower {
    store: Arc<Store>,
    search: Arc<Search>,
}

/// Why the index does not follow.
#[derive(Debug, thiserror::Error)]
enum FollowError {
    #[error("the registry cannot be read")]
    Store(#[from] StoreError),
    #[error("the index cannot be written")]
    Index(#[from] tantivy::TantivyError),
    #[error("the index's task broke off")]
    Task(#[from] JoinError),
}

impl Follower {
    pub(crate) fn new(store: Arc<Store>, search: Arc<Search>) -> Self {
        Self { store, search }
    }

    /// Builds the index and follows the registry until told to stop.
    pub(crate) async fn run(self, stopping: CancellationToken) {
        stopping.run_until_cancelled(self.follow()).await;
    }

    async fn follow(&self) {
        let target = loop {
            match self.build().await {
                Ok(target) => break target,
                Err(error) => failed(&error).await,
            }
        };
        let mut committed = self.store.committed();
        loop {
            match self.catch_up(&target).await {
                Ok(true) => {}
                Ok(false) => {
                    // The sender lives as long as the store, which this task holds.
                    let _ = tokio::time::timeout(LOOK_EVERY, committed.changed()).await;
                }
                Err(error) => failed(&error).await,
            }
        }
    }

    /// Builds the index from the whole registry. What happens meanwhile is taken in afterwards, once more where need be.
    async fn build(&self) -> Result<Target, FollowError> {
        let head = self.store.last_event().await?;
        let (index, writer) = create()?;
        let target = Target { writer: Arc::new(Mutex::new(writer)), groups: Arc::default() };
        let mut after = None;
        loop {
            let ports = self.store.ports(after.as_ref(), BATCH).await?;
            let Some(last) = ports.last() else { break };
            after = Some(last.name.clone());
            self.take(ports.into_iter().map(|port| Unit::Port(port.name)).collect(), &target).await?;
        }
        let mut after: Option<String> = None;
        loop {
            let products = self.store.products(after.as_deref(), BATCH).await?;
            let Some(last) = products.last() else { break };
            after = Some(last.domain.clone());
            self.take(products.into_iter().map(|product| Unit::Product(product.domain)).collect(), &target).await?;
        }
        target.commit().await?;
        target.merge().await?;
        // Only the first build that succeeds comes this far.
        let _ = self.search.ready.set(Ready { index, groups: target.groups.clone() });
        self.search.seen.send_replace(Some(head));
        Ok(target)
    }

    /// Takes in what happened since. `false` when there was nothing.
    async fn catch_up(&self, target: &Target) -> Result<bool, FollowError> {
        let seen = self.search.seen.borrow().unwrap_or_default();
        let events = self.store.events(seen, EVENTS_MAX).await?;
        let Some(last) = events.last() else { return Ok(false) };
        let units: BTreeSet<Unit> = events.iter().filter_map(|stored| changed(&stored.event)).collect();
        if !units.is_empty() {
            self.take(units, target).await?;
            target.commit().await?;
        }
        for event in events.iter().map(|stored| &stored.event) {
            if let (EventKind::PortPublished, Some(port)) = (event.kind, &event.data.port) {
                target.groups.write().published(&Unit::Port(port.clone()), event.at);
            }
        }
        self.search.seen.send_replace(i64::try_from(last.event.sequence).ok());
        Ok(true)
    }

    /// Reads units from the registry and puts them into the index.
    async fn take(&self, units: BTreeSet<Unit>, target: &Target) -> Result<(), FollowError> {
        let mut read = Vec::new();
        for unit in units {
            let document = self.read(&unit).await?;
            read.push((unit, document));
        }
        let target = target.clone();
        // Contracts are read and words counted: not on a thread that answers others.
        let writing = tokio::task::spawn_blocking(move || {
            let mut writer = target.writer.lock();
            read.into_iter().try_for_each(|(unit, document)| {
                let entries = document.map(Document::entries).unwrap_or_default();
                writer.replace(&unit, &entries, &target.groups)
            })
        });
        Ok(writing.await??)
    }

    /// The document that says what a unit is; `None` when it is not registered.
    async fn read(&self, unit: &Unit) -> Result<Option<Document>, StoreError> {
        let port = match unit {
            Unit::Product(domain) => {
                let product = self.store.product(domain).await?;
                return Ok(product.map(|product| Document::Product(product.manifest)));
            }
            Unit::Port(port) => port,
        };
        let versions = self.store.versions(port).await?;
        let Some(shown) = shown(&versions) else { return Ok(None) };
        let stored = self.store.version(port, &shown.version).await?;
        Ok(stored.map(|(stored, document)| Document::Port(port.clone(), stored.summary.status, document)))
    }
}

/// What is written to.
#[derive(Clone)]
struct Target {
    writer: Arc<Mutex<Writer>>,
    groups: Arc<RwLock<Groups>>,
}

/// A document of the registry, not read yet.
enum Document {
    Product(String),
    Port(PortName, RegistrationStatus, String),
}

impl Target {
    async fn commit(&self) -> Result<(), FollowError> {
        let writer = self.writer.clone();
        Ok(tokio::task::spawn_blocking(move || writer.lock().commit()).await??)
    }

    /// Makes one segment of what was committed, and shows it.
    async fn merge(&self) -> Result<(), FollowError> {
        let writer = self.writer.clone();
        let merging = tokio::task::spawn_blocking(move || {
            let mut writer = writer.lock();
            writer.merge()?;
            writer.commit()
        });
        Ok(merging.await??)
    }
}

impl Document {
    /// The entries to index. What was registered under older rules may no longer be read, and is found by its name.
    fn entries(self) -> Vec<Entry> {
        match self {
            Self::Product(manifest) => Manifest::parse("manifest", &manifest).iter().map(of_product).collect(),
            Self::Port(port, status, contract) => Contract::parse("contract", &contract)
                .map_or_else(|_| vec![of_unread_port(&port, status)], |contract| of_port(&port, &contract, status)),
        }
    }
}

/// What the catalog shows of a port: a version in force before others, a release before a pre-release, the newest. What was
/// rejected was never there.
fn shown(versions: &[VersionSummary]) -> Option<&VersionSummary> {
    let force = |status| match status {
        RegistrationStatus::Active => 4,
        RegistrationStatus::Deprecated => 3,
        RegistrationStatus::Approved => 2,
        RegistrationStatus::Proposed => 1,
        RegistrationStatus::Retired | RegistrationStatus::Rejected => 0,
    };
    let known = versions.iter().filter(|entry| entry.status != RegistrationStatus::Rejected);
    known.max_by_key(|entry| (force(entry.status), entry.version.pre.is_empty(), entry.version.clone()))
}

/// What an event changes in the catalog.
fn changed(event: &Event) -> Option<Unit> {
    let data = &event.data;
    match event.kind {
        EventKind::ContractRegistered | EventKind::ContractStatusChanged => data.port.clone().map(Unit::Port),
        EventKind::ProductRegistered => Some(Unit::Product(data.domain.clone())),
        _ => None,
    }
}

async fn failed(error: &FollowError) {
    tracing::warn!(error = error as &dyn std::error::Error, "the search index does not follow");
    tokio::time::sleep(FAILED_PAUSE).await;
}
