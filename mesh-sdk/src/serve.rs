//! A node at its door: queries, publishing, registration, agreements and reports side by side.

use std::sync::Arc;

use mesh_engine::run::RunEvents;
use mesh_flight::{Door, FlightLimits, FlightSettings, Readiness};
use mesh_policy::Sealer;
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_util::sync::CancellationToken;

use crate::error::ProductError;
use crate::node::Node;

/// What a node answers with.
pub struct Serving<T> {
    /// Where it answers Flight SQL.
    pub listener: TcpListener,
    /// Who may come in.
    pub door: Door,
    /// Seals the tickets that it gives out.
    pub tickets: Sealer,
    /// Who is told of runs.
    pub events: RunEvents,
    /// Asks for the right to publish the product; `None` while another has it.
    pub turn: Box<dyn Fn() -> Option<T> + Send + Sync>,
}

impl Node {
    /// Answers Flight SQL, publishes what is due, and keeps in step with governance, until `shutdown`, or until one of these ends
    /// in a failure: then it ends as a whole.
    ///
    /// # Errors
    /// [`ProductError::Serve`] when the transport fails; [`ProductError::Broken`] when a part of it broke off.
    pub async fn serve<T: Send + 'static>(
        self: Arc<Self>,
        serving: Serving<T>,
        shutdown: CancellationToken,
    ) -> Result<(), ProductError> {
        let Serving { listener, door, tickets, events, turn } = serving;
        let readiness = Readiness::new();
        readiness.set(true);
        let limits = FlightLimits::default();
        let settings = FlightSettings { reader: self.reader().clone(), door, sealer: tickets, limits, readiness };
        // What ends here ends with the node, and not the whole process's parts with it.
        let stopping = shutdown.child_token();
        let mut parts = JoinSet::new();
        parts.spawn(mesh_flight::serve(listener, settings, stopping.clone()));
        let (node, stop) = (Arc::clone(&self), stopping.clone());
        parts.spawn(async move {
            node.keep_publishing(events, turn, stop).await;
            Ok(())
        });
        let (node, stop) = (Arc::clone(&self), stopping.clone());
        parts.spawn(async move {
            tokio::join!(node.keep_grants(stop.clone()), node.keep_registering(stop));
            Ok(())
        });
        // Ends after all that reads has ended, so that the rows of the last queries are told too.
        let (node, reported) = (self, CancellationToken::new());
        let until = reported.clone();
        let reporting = tokio::spawn(async move { node.keep_reporting(until).await });
        let mut outcome = Ok(());
        while let Some(ended) = parts.join_next().await {
            let failed = match ended {
                Ok(Ok(())) => continue,
                Ok(Err(error)) => ProductError::Serve(error),
                Err(error) => ProductError::Broken(error),
            };
            stopping.cancel();
            outcome = outcome.and(Err(failed));
        }
        reported.cancel();
        outcome.and(reporting.await.map_err(ProductError::Broken))
    }
}
