//! Publishing without being told: on a schedule, and when a port that is read has a new snapshot.

use std::collections::BTreeMap;
use std::time::Duration;

use chrono::{DateTime, Utc};
use mesh_engine::model::Source;
use mesh_engine::run::{Pipeline, RunEvents};
use mesh_engine::source::{InputState, Upstream};
use mesh_engine::table::SnapshotInfo;
use tokio_util::sync::CancellationToken;

use crate::error::ProductError;
use crate::node::Node;
use crate::product::Output;
use crate::publish::Selection;
use crate::schedule::Schedule;

/// Between two looks at what there is to do. A schedule knows minutes, so this is soon enough.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// The newest snapshots of what a port reads, by name.
type Seen = BTreeMap<String, u64>;

/// What was tried, so that what failed is tried again when something has changed and not before.
#[derive(Default)]
struct Tried {
    changes: BTreeMap<String, Seen>,
    times: BTreeMap<String, DateTime<Utc>>,
}

impl Node {
    /// Publishes each port when it is due, until `shutdown`. `turn` asks for the right to publish this product, and gives
    /// `None` while another has it: one product has one publisher at a time.
    pub async fn keep_publishing<T: Send>(
        &self,
        events: RunEvents,
        turn: impl Fn() -> Option<T> + Send,
        shutdown: CancellationToken,
    ) {
        let mut tried = Tried::default();
        while shutdown.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await.is_some() {
            let due = match self.due(&mut tried).await {
                Ok(due) if due.is_empty() => continue,
                Ok(due) => due,
                Err(error) => {
                    tracing::warn!(domain = self.product().domain(), %error, "what is due cannot be told");
                    continue;
                }
            };
            let Some(_turn) = turn() else { continue };
            if let Err(error) = self.publish(&Selection::Only(due).into(), events.clone()).await {
                tracing::warn!(domain = self.product().domain(), %error, "a scheduled run could not begin");
            }
        }
    }

    async fn due(&self, tried: &mut Tried) -> Result<Vec<String>, ProductError> {
        let (pipeline, now) = (self.pipeline()?, self.settings.clock.now());
        let mut due = Vec::new();
        for output in &self.product.outputs {
            let port = output.port.name.port();
            let newest = self.table(&output.port)?.newest().await?;
            let info = newest.as_deref().map(|snapshot| snapshot.info());
            let is_due = match &output.schedule {
                Schedule::Never => false,
                Schedule::OnChange => {
                    let seen = self.seen(&pipeline, output).await;
                    has_changed(&seen, info) && tried.changes.insert(port.to_owned(), seen.clone()) != Some(seen)
                }
                schedule => {
                    let last = tried.times.get(port).copied().or(info.map(|info| info.committed_at));
                    last.is_none_or(|last| schedule.next(last).is_some_and(|next| next <= now))
                }
            };
            if is_due {
                tried.times.insert(port.to_owned(), now);
                due.push(port.to_owned());
            }
        }
        Ok(due)
    }

    /// The newest snapshots of the ports that a port reads. One that cannot be asked is left out until it can.
    async fn seen(&self, pipeline: &Pipeline, output: &Output) -> Seen {
        let mut seen = Seen::new();
        for reference in pipeline.dag().reads(output.port.name.port()) {
            match &reference.source {
                Source::Input(name) => {
                    let input = self.product.inputs.iter().find(|input| input.name == *name);
                    let Some(port) = input.and_then(|input| input.upstream.as_ref()) else { continue };
                    if let Ok(described) = self.upstream().describe(port).await {
                        seen.insert(port.to_string(), described.snapshot);
                    }
                }
                Source::Port(name) => {
                    let sibling = self.product.outputs.iter().find(|output| output.port.name.port() == name);
                    let Some(Ok(table)) = sibling.map(|sibling| self.table(&sibling.port)) else { continue };
                    if let (Some(sibling), Ok(Some(snapshot))) = (sibling, table.newest().await) {
                        seen.insert(sibling.port.to_string(), snapshot.info().version);
                    }
                }
            }
        }
        seen
    }
}

/// Whether a port was made of other snapshots than those there are now.
fn has_changed(seen: &Seen, newest: Option<&SnapshotInfo>) -> bool {
    let read = |port: &str| {
        newest?.inputs.iter().find_map(|read| match &read.state {
            InputState::Port { port: name, snapshot } if name == port => Some(*snapshot),
            _ => None,
        })
    };
    seen.iter().any(|(port, snapshot)| read(port) != Some(*snapshot))
}
