//! Events wait in a queue for one writer, which takes as many as are there into one transaction: the sync to disk that an
//! event waits for is shared. An event is acknowledged after the commit.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use mesh_policy::Clock;
use tokio::sync::{mpsc, oneshot};
use tokio::task::JoinHandle;

use super::Held;
use crate::failure::{self, Failure};
use crate::quality::affected::affected;
use crate::quality::told::ended_runs;
use crate::store::lineage::{Heard, Known, Outcome};
use crate::store::quality::Affected;
use crate::store::{Store, StoreError};

/// Most events in one transaction.
const TOGETHER_MAX: usize = 512;
/// Most parcels that wait; those who bring more wait with them.
const WAITING_MAX: usize = 1_024;
/// How often the writer looks for what is past its retention.
const FORGET_EVERY: Duration = Duration::from_secs(60);

/// Events that came together, and who waits for what became of them.
struct Parcel {
    events: Vec<Heard>,
    answer: oneshot::Sender<Result<Vec<Outcome>, Failure>>,
}

/// The queue. Whoever drops it ends the writer, which writes what waits first.
pub(crate) struct Queue {
    parcels: Mutex<Option<mpsc::Sender<Parcel>>>,
    writer: Mutex<Option<JoinHandle<()>>>,
}

impl Queue {
    pub(crate) fn start(store: Arc<Store>, lineage: Arc<Held>, clock: Clock) -> Self {
        let (sender, waiting) = mpsc::channel(WAITING_MAX);
        let writer = Writer { store, lineage, known: Known::default(), clock };
        let writer = Mutex::new(Some(tokio::spawn(writer.run(waiting))));
        Self { parcels: Mutex::new(Some(sender)), writer }
    }

    /// What became of the events, in their order, once that is durable.
    pub(crate) async fn hear(&self, events: Vec<Heard>) -> Result<Vec<Outcome>, Failure> {
        if events.is_empty() {
            return Ok(Vec::new());
        }
        let gone = || Failure::new(failure::DATABASE, "governance is about to stop; try again");
        let parcels = self.parcels.lock().unwrap_or_else(PoisonError::into_inner).clone().ok_or_else(gone)?;
        let (answer, told) = oneshot::channel();
        parcels.send(Parcel { events, answer }).await.map_err(|_| gone())?;
        told.await.map_err(|_| gone())?
    }

    /// Takes nothing more, and waits until what waits is written.
    pub(crate) async fn close(&self) {
        self.parcels.lock().unwrap_or_else(PoisonError::into_inner).take();
        let writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(writer) = writer {
            // It ended, or panicked and said so.
            let _ = writer.await;
        }
    }
}

struct Writer {
    store: Arc<Store>,
    lineage: Arc<Held>,
    known: Known,
    clock: Clock,
}

impl Writer {
    async fn run(mut self, mut waiting: mpsc::Receiver<Parcel>) {
        let mut forget = tokio::time::interval(FORGET_EVERY);
        forget.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
        let mut parcels: Vec<Parcel> = Vec::new();
        loop {
            tokio::select! {
                biased;
                parcel = waiting.recv() => match parcel {
                    Some(parcel) => parcels.push(parcel),
                    None => return,
                },
                _ = forget.tick() => {
                    self.forget().await;
                    continue;
                }
            }
            let mut count = parcels.iter().map(|parcel| parcel.events.len()).sum::<usize>();
            while count < TOGETHER_MAX
                && let Ok(parcel) = waiting.try_recv()
            {
                count += parcel.events.len();
                parcels.push(parcel);
            }
            self.write(std::mem::take(&mut parcels)).await;
        }
    }

    async fn write(&mut self, parcels: Vec<Parcel>) {
        let (mut events, mut waiting) = (Vec::new(), Vec::new());
        for parcel in parcels {
            waiting.push((parcel.events.len(), parcel.answer));
            events.extend(parcel.events);
        }
        let outcomes = self.hear(&events).await;
        let mut rest = events.as_slice();
        let mut outcomes = outcomes.map(Vec::into_iter);
        let is_alone = waiting.len() == 1;
        for (count, answer) in waiting {
            let (own, others) = rest.split_at(count.min(rest.len()));
            rest = others;
            let told = match &mut outcomes {
                Ok(outcomes) => Ok(outcomes.by_ref().take(count).collect()),
                Err(error) if is_alone => Err(failed(error)),
                // Nobody shares the fate of another's events.
                Err(_) => self.hear(own).await.map_err(|error| failed(&error)),
            };
            // Who does not wait any more has no use for the answer.
            let _ = answer.send(told);
        }
    }

    async fn hear(&mut self, events: &[Heard]) -> Result<Vec<Outcome>, StoreError> {
        let affected = self.affected(events).await;
        let outcomes = self.store.hear(&mut self.known, events, &affected).await;
        if outcomes.is_err() {
            self.known = Known::default();
        }
        outcomes
    }

    /// Whom it concerns that rules of ports break or hold again with these events. It is looked up before the transaction,
    /// which keeps others waiting; an event of which it cannot be told is taken without.
    async fn affected(&self, events: &[Heard]) -> Affected {
        let mut found = Affected::new();
        for run in events.iter().filter(|heard| heard.is_of_the_mesh()).flat_map(|heard| ended_runs(&heard.text)) {
            if found.contains_key(&run.port) {
                continue;
            }
            let told = async {
                if !self.store.is_news(&run).await? {
                    return Ok(None);
                }
                affected(&self.store, &self.lineage, &run.port, self.clock.now()).await.map(Some)
            };
            match told.await {
                Ok(told) => found.extend(told.map(|told| (run.port, told))),
                Err(failure) => tracing::warn!(%failure, port = %run.port, "whom broken rules concern is not known"),
            }
        }
        found
    }

    async fn forget(&self) {
        match self.store.forget_lineage(self.clock.now()).await {
            Ok(_) | Err(StoreError::ReadOnly) => {}
            Err(error) => tracing::warn!(error = &error as &dyn std::error::Error, "old lineage could not be dropped"),
        }
    }
}

fn failed(error: &StoreError) -> Failure {
    match error {
        StoreError::Corrupt { .. } => Failure::internal(error),
        StoreError::ReadOnly => Failure::from(StoreError::ReadOnly),
        StoreError::Database(source) => {
            tracing::error!(error = source as &dyn std::error::Error, "lineage events could not be stored");
            Failure::new(failure::DATABASE, "the events could not be stored; try again")
        }
    }
}
