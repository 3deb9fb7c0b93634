//! Publishing: a port whose list has news is published by a run like any other product's.

use std::time::Duration;

use mesh_sdk::{Node, Outcome, ProductError, Publishing, RunEvents, RunReport, Selection};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use crate::DOMAIN;
use crate::error::PublishError;
use crate::feed::{Brought, Feed};
use crate::patience::{Came, Patience};
use crate::source::Source;

/// Between two looks at governance.
const LOOK_EVERY: Duration = Duration::from_secs(60);

/// What a run says of a port that can only be made anew: its model or its contract has changed since.
const NEEDS_FULL: &str = "FC-1045";

/// Whoever publishes the product.
#[derive(Debug)]
pub struct Publisher {
    feed: Feed,
}

impl Publisher {
    /// Publishes what `feed` brings.
    #[must_use]
    pub fn new(feed: Feed) -> Self {
        Self { feed }
    }

    /// Publishes the selected ports that have news; gives what the run of each came to, nothing when nothing has changed. A
    /// port that is not in service is left out. One caller at a time publishes the product.
    ///
    /// # Errors
    /// [`PublishError`] when there is no such port, governance does not answer, or a run could not begin; the ports before
    /// are published.
    pub async fn publish(
        &self,
        node: &Node,
        publishing: &Publishing,
        events: RunEvents,
    ) -> Result<Vec<RunReport>, PublishError> {
        let mut reports = Vec::new();
        for source in selected(&publishing.selection)? {
            reports.extend(self.publish_port(node, source, publishing, &events).await?);
        }
        Ok(reports)
    }

    /// Publishes each port when it has news, until `shutdown`: it looks at once, and then about once a minute; the audit trail,
    /// which has news whenever somebody reads, is published every quarter of an hour at most. `turn` asks for
    /// the right to publish the product, and gives `None` while another has it.
    pub async fn keep_publishing<T: Send>(
        &self,
        node: &Node,
        turn: impl Fn() -> Option<T> + Send,
        shutdown: CancellationToken,
    ) {
        let mut patience = Patience::default();
        let publishing = Publishing::from(Selection::All);
        loop {
            for source in Source::ALL {
                if shutdown.is_cancelled() {
                    return;
                }
                let Some(_turn) = turn().filter(|_| patience.may_try(source, Instant::now())) else { continue };
                let done = self.publish_port(node, source, &publishing, &RunEvents::default()).await;
                let came = match &done {
                    Ok(None) => Came::Nothing,
                    Ok(Some(report)) if report.succeeded() => Came::Published,
                    Ok(Some(_)) => Came::Failed,
                    Err(error) => {
                        let error = error as &dyn std::error::Error;
                        tracing::warn!(port = source.port(), error, "governance's own port was not published");
                        Came::Failed
                    }
                };
                patience.was_tried(source, came, Instant::now());
            }
            if shutdown.run_until_cancelled(tokio::time::sleep(LOOK_EVERY)).await.is_none() {
                return;
            }
        }
    }

    /// Publishes a port when it has news. Where it cannot go on from its newest snapshot, it is made anew.
    async fn publish_port(
        &self,
        node: &Node,
        source: Source,
        publishing: &Publishing,
        events: &RunEvents,
    ) -> Result<Option<RunReport>, PublishError> {
        let snapshots = node.newest_snapshots().await?;
        let output = node.product().outputs.iter().find(|output| output.port.name.port() == source.port());
        let (Some(output), Some(newest)) = (output, snapshots.get(source.port())) else { return Ok(None) };
        let run = async |anew: bool| {
            let selection = Selection::Only(vec![source.port().to_owned()]);
            node.publish(&Publishing { selection, anew, rehearsal: publishing.rehearsal }, events.clone()).await
        };
        let brought = self.feed.bring(source, output, newest.as_ref(), publishing.anew).await?;
        if brought == Brought::Nothing && !publishing.anew {
            return Ok(None);
        }
        let anew = publishing.anew || brought == Brought::Anew;
        let report = run(anew).await?;
        if anew || !needs_full(&report, source) {
            return Ok(Some(report));
        }
        self.feed.bring(source, output, newest.as_ref(), true).await?;
        Ok(Some(run(true).await?))
    }
}

fn selected(selection: &Selection) -> Result<Vec<Source>, PublishError> {
    let ports = match selection {
        Selection::All => return Ok(Source::ALL.to_vec()),
        Selection::Ports(ports) | Selection::Only(ports) => ports,
    };
    let source = |port: &String| {
        let found = Source::ALL.into_iter().find(|source| source.port() == port);
        found.ok_or_else(|| ProductError::NoPort { domain: DOMAIN.to_owned(), port: port.clone() }.into())
    };
    ports.iter().map(source).collect()
}

fn needs_full(report: &RunReport, source: Source) -> bool {
    let outcome = report.port(source.port()).map(|run| &run.outcome);
    matches!(outcome, Some(Outcome::Failed { code, .. }) if code == NEEDS_FULL)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_selected_by_name() {
        let only = |port: &str| selected(&Selection::Ports(vec![port.to_owned()]));
        assert_eq!(only("audit").expect("a port"), [Source::Audit]);
        assert_eq!(only("loans").expect_err("no port").to_string(), "`governance` has no port `loans`");
        assert_eq!(selected(&Selection::All).expect("all"), Source::ALL);
    }
}
