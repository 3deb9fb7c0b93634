//! Publishing without being told: on a schedule, and when a port that is read has a new snapshot.

mod attempt;

use std::collections::BTreeMap;
use std::time::Duration;

use mesh_engine::model::Source;
use mesh_engine::run::{Pipeline, RunEvents, RunReport};
use mesh_engine::source::Upstream;
use tokio_util::sync::CancellationToken;

use crate::error::ProductError;
use crate::node::Node;
use crate::product::Output;
use crate::publish::Selection;
use crate::schedule::Schedule;
use attempt::{Attempt, Seen, has_changed};

/// Between two looks at what there is to do. A schedule knows minutes, so this is soon enough.
const LOOK_EVERY: Duration = Duration::from_secs(10);

/// What was tried, by port.
type Attempts = BTreeMap<String, Attempt>;

impl Node {
    /// Publishes each port when it is due, until `shutdown`. `turn` asks for the right to publish this product, and gives
    /// `None` while another has it: one product has one publisher at a time. What fails is tried again when something has
    /// changed, and otherwise after a minute, then two, up to an hour.
    pub async fn keep_publishing<T: Send>(
        &self,
        events: RunEvents,
        turn: impl Fn() -> Option<T> + Send,
        shutdown: CancellationToken,
    ) {
        let domain = self.product().domain();
        let pipeline = match self.pipeline() {
            Ok(pipeline) => pipeline,
            Err(error) => {
                tracing::warn!(domain, %error, "nothing is published of its own accord");
                return;
            }
        };
        let mut attempts = Attempts::new();
        while shutdown.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await.is_some() {
            let due = match self.due(&pipeline, &attempts).await {
                Ok(due) if due.is_empty() => continue,
                Ok(due) => due,
                Err(error) => {
                    tracing::warn!(domain, %error, "what is due cannot be told");
                    continue;
                }
            };
            let Some(_turn) = turn() else { continue };
            let ports = due.keys().cloned().collect();
            let report = self.publish(&Selection::Only(ports).into(), events.clone()).await;
            if let Err(error) = &report {
                tracing::warn!(domain, %error, "a run of its own accord could not begin");
            }
            for (port, seen) in due {
                let good = report.as_ref().is_ok_and(|report| is_good(report, &port));
                attempts.entry(port).or_default().was_made(seen, self.settings.clock.now(), good);
            }
        }
    }

    /// The ports that are due, each with what it would read.
    async fn due(&self, pipeline: &Pipeline, attempts: &Attempts) -> Result<BTreeMap<String, Seen>, ProductError> {
        let (mut due, now, never) = (BTreeMap::new(), self.settings.clock.now(), Attempt::default());
        for output in self.product.outputs.iter().filter(|output| !output.is_view()) {
            let port = output.name.as_str();
            let attempt = attempts.get(port).unwrap_or(&never);
            let newest = self.table(&output.port)?.newest().await?;
            let info = newest.as_deref().map(|snapshot| snapshot.info());
            match &output.schedule {
                Schedule::Never => {}
                Schedule::OnChange => {
                    let seen = self.seen(pipeline, output).await;
                    // Also a port that somebody approved only after the product had started.
                    let is_missing = info.is_none() && self.reader.ports().is_served(&output.port);
                    if (is_missing || has_changed(&seen, info)) && attempt.may_be_made(&seen, now) {
                        due.insert(port.to_owned(), seen);
                    }
                }
                schedule => {
                    if attempt.is_due(schedule, info.map(|info| info.committed_at), now) {
                        due.insert(port.to_owned(), Seen::new());
                    }
                }
            }
        }
        Ok(due)
    }

    /// The newest snapshots of the ports that a port reads. One that cannot be asked is left out until it can.
    async fn seen(&self, pipeline: &Pipeline, output: &Output) -> Seen {
        let mut seen = Seen::new();
        for reference in pipeline.dag().reads(&output.name) {
            match &reference.source {
                Source::Input(name) => {
                    let input = self.product.inputs.iter().find(|input| input.name == *name);
                    let Some(port) = input.and_then(|input| input.upstream.as_ref()) else { continue };
                    if let Ok(described) = self.upstream().describe(port).await {
                        seen.insert(port.to_string(), described.snapshot);
                    }
                }
                Source::Port(name) => {
                    let sibling = self.product.outputs.iter().find(|output| output.name == *name);
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

fn is_good(report: &RunReport, port: &str) -> bool {
    report.port(port).is_some_and(|run| run.outcome.is_good())
}
