//! The graph of now in memory, kept in step with the database, which other processes may write to as well.

use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use chrono::{DateTime, Utc};
use mesh_lineage::JobGraph;
use mesh_lineage::LineageGraph;
use mesh_lineage::lineage_graph::JobKey;
use tokio_util::sync::CancellationToken;

use crate::failure::Failure;
use crate::store::Store;

/// The graph of now.
#[derive(Default)]
pub(crate) struct Held {
    /// The write that the graph is in step with. Whoever brings it up to date holds this lock, so that an older state never
    /// comes after a newer one.
    count: tokio::sync::Mutex<i64>,
    graph: Arc<RwLock<LineageGraph>>,
    /// Held by whoever makes a graph of an earlier time: it takes the memory of a second one.
    past: tokio::sync::Mutex<()>,
}

/// Between two looks at what was written, when nobody asks.
const KEEP_UP_EVERY: Duration = Duration::from_secs(5);

impl Held {
    /// Brings the graph up to date now and then until `stopping`, so that no reader waits for all of it.
    pub(crate) async fn keep_up(self: Arc<Self>, store: Arc<Store>, stopping: CancellationToken) {
        loop {
            if let Some(Err(error)) = stopping.run_until_cancelled(self.follow(&store)).await {
                tracing::debug!(?error, "the lineage graph is read by whoever asks first");
            }
            if stopping.run_until_cancelled(tokio::time::sleep(KEEP_UP_EVERY)).await.is_none() {
                return;
            }
        }
    }

    /// Looks at the graph as it is in the database now, on a thread that may take its time.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        store: &Store,
        look: impl FnOnce(&LineageGraph) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        self.follow(store).await?;
        let graph = Arc::clone(&self.graph);
        aside(move || look(&graph.read().unwrap_or_else(PoisonError::into_inner))).await
    }

    /// Looks at the graph as it was at a time, which is made for it.
    pub(crate) async fn look_back<T: Send + 'static>(
        &self,
        store: &Store,
        at: DateTime<Utc>,
        look: impl FnOnce(&LineageGraph) -> T + Send + 'static,
    ) -> Result<T, Failure> {
        let _alone = self.past.lock().await;
        let jobs = store.lineage_at(at).await?;
        aside(move || {
            let mut graph = LineageGraph::default();
            apply(&mut graph, &jobs);
            look(&graph)
        })
        .await
    }

    async fn follow(&self, store: &Store) -> Result<(), Failure> {
        let written = store.lineage_count().await?;
        let mut count = self.count.lock().await;
        if *count >= written {
            return Ok(());
        }
        let changed = store.lineage_since(*count).await?;
        let graph = Arc::clone(&self.graph);
        if !changed.is_empty() {
            aside(move || apply(&mut graph.write().unwrap_or_else(PoisonError::into_inner), &changed)).await?;
        }
        // Changes of later writes may have been read with them, and will be read again.
        *count = written;
        Ok(())
    }
}

fn apply(graph: &mut LineageGraph, jobs: &[(JobKey, JobGraph)]) {
    jobs.iter().for_each(|(job, of)| graph.set(job, of));
}

/// Does what takes a while on a thread that answers nobody else.
async fn aside<T: Send + 'static>(work: impl FnOnce() -> T + Send + 'static) -> Result<T, Failure> {
    tokio::task::spawn_blocking(work).await.map_err(|error| Failure::internal(&error))
}
