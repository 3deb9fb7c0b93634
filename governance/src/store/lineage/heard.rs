//! Taking events in: many in one transaction, each counted once.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use mesh_lineage::lineage_graph::{JobKey, JobKind};
use mesh_lineage::told::{JobName, Subject, Told, ToldError};
use mesh_lineage::{MESH, digest};
use sqlx::AnyConnection;

use super::names::{Known, job_id};
use super::{count, graphs, revisions, runs};
use crate::store::quality::Affected;
use crate::store::rows::{self, Value};
use crate::store::{Store, StoreError, quality, text};

/// An event that somebody may tell.
#[derive(Debug)]
pub(crate) struct Heard {
    /// What it tells.
    pub(crate) told: Told,
    /// The event in canonical form: the same event has the same text.
    pub(crate) text: String,
    /// Who tells it.
    pub(crate) from: String,
    /// Whether they may tell of jobs that are not theirs.
    pub(crate) speaks_for_all: bool,
    /// When it was heard.
    pub(crate) at: DateTime<Utc>,
}

impl Heard {
    /// Whether it tells of the mesh's own jobs.
    pub(crate) fn is_of_the_mesh(&self) -> bool {
        self.told.job().namespace == MESH
    }
}

/// What became of an event.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It is kept.
    New,
    /// It was kept before, or came so late that its run is closed.
    Known,
    /// The job belongs to somebody else.
    OtherOwner,
    /// The run would become too large.
    Refused(ToldError),
}

/// An event with its identities.
pub(super) struct Event<'a> {
    pub(super) heard: &'a Heard,
    pub(super) id: String,
    pub(super) job: String,
    pub(super) run: String,
}

impl<'a> Event<'a> {
    fn of(heard: &'a Heard) -> Self {
        let id = digest(&[&heard.text]);
        // What is said of a job or a dataset is about no run: the event stands for itself.
        let run = match &heard.told.subject {
            Subject::Run { run, .. } => run.clone(),
            Subject::Job(_) | Subject::Dataset(_) => format!("event-{id}"),
        };
        Self { heard, id, job: job_id(&key(&heard.told)), run }
    }
}

fn key(told: &Told) -> JobKey {
    let kind = match told.subject {
        Subject::Run { .. } | Subject::Job(_) => JobKind::Job,
        Subject::Dataset(_) => JobKind::Dataset,
    };
    JobKey { kind, name: told.job() }
}

impl Store {
    /// Takes events in, all in one transaction; tells what became of each, in their order. `affected` says whom it concerns
    /// when rules of ports break or hold again.
    pub(crate) async fn hear(
        &self,
        known: &mut Known,
        batch: &[Heard],
        affected: &Affected,
    ) -> Result<Vec<Outcome>, StoreError> {
        let mut transaction = self.database.write().await?;
        let outcomes = hear(&mut transaction, known, batch, affected).await?;
        self.database.commit(transaction).await?;
        Ok(outcomes)
    }
}

async fn hear(
    connection: &mut AnyConnection,
    known: &mut Known,
    batch: &[Heard],
    affected: &Affected,
) -> Result<Vec<Outcome>, StoreError> {
    known.trim();
    let count = count(connection).await?;
    let events: Vec<Event<'_>> = batch.iter().map(Event::of).collect();
    let mut outcomes = vec![Outcome::New; events.len()];
    refuse_others(connection, &events, &mut outcomes).await?;
    skip_known(connection, &events, &mut outcomes).await?;
    let mut runs = runs::load(connection, events.iter().zip(&outcomes).filter(is_new).map(|(event, _)| event)).await?;
    for (event, outcome) in events.iter().zip(&mut outcomes).filter(|(_, outcome)| **outcome == Outcome::New) {
        *outcome = runs.add(event);
    }
    let of_runs = runs.graphs();
    graphs::store(connection, known, &of_runs).await?;
    let changes = runs.store(connection, known).await?;
    let changed = revisions::follow(connection, &changes).await?;
    revisions::mark(connection, &changed, count).await?;
    keep(connection, events.iter().zip(&outcomes).filter(is_new).map(|(event, _)| event)).await?;
    // Last, because it may append to the outbox. Only the mesh's own products tell of its ports' runs.
    for (event, _) in events.iter().zip(&outcomes).filter(is_new) {
        if event.heard.is_of_the_mesh() {
            quality::record(connection, &event.heard.text, count, affected).await?;
        }
    }
    Ok(outcomes)
}

fn is_new(entry: &(&Event<'_>, &Outcome)) -> bool {
    *entry.1 == Outcome::New
}

/// Stores jobs that are new, for who names them, and refuses events of jobs that are somebody else's.
async fn refuse_others(
    connection: &mut AnyConnection,
    events: &[Event<'_>],
    outcomes: &mut [Outcome],
) -> Result<(), StoreError> {
    let jobs: BTreeSet<&str> = events.iter().map(|event| event.job.as_str()).collect();
    let mut owners = BTreeMap::new();
    for row in rows::select(connection, "SELECT id, owner FROM lineage_jobs WHERE id IN", jobs.into_iter(), "").await? {
        owners.insert(text(&row, "id")?, text(&row, "owner")?);
    }
    let mut new = Vec::new();
    for (event, outcome) in events.iter().zip(outcomes) {
        let (job, from) = (key(&event.heard.told), &event.heard.from);
        let owner = owners.entry(event.job.clone()).or_insert_with(|| {
            new.push(job_row(&event.job, &job, from));
            from.clone()
        });
        // Whose a job of the mesh is, its domain says.
        if owner != from && !event.heard.speaks_for_all && job.name.namespace != MESH {
            *outcome = Outcome::OtherOwner;
        }
    }
    rows::insert(connection, JOBS, new, "ON CONFLICT DO NOTHING").await
}

pub(super) const JOBS: &str = "INSERT INTO lineage_jobs (id, kind, namespace, name, owner, changed_at_count)";

/// A row of [`JOBS`].
pub(super) fn job_row(id: &str, job: &JobKey, owner: &str) -> [Value; 6] {
    let JobName { namespace, name } = &job.name;
    let texts = [id, job.kind.as_str(), namespace, name, owner];
    let [id, kind, namespace, name, owner] = texts.map(Value::from);
    [id, kind, namespace, name, owner, Value::Number(0)]
}

async fn skip_known(
    connection: &mut AnyConnection,
    events: &[Event<'_>],
    outcomes: &mut [Outcome],
) -> Result<(), StoreError> {
    let ids: BTreeSet<&str> = events.iter().map(|event| event.id.as_str()).collect();
    let stored = rows::select(connection, "SELECT id FROM lineage_events WHERE id IN", ids.into_iter(), "").await?;
    let mut seen = stored.iter().map(|row| text(row, "id")).collect::<Result<BTreeSet<_>, _>>()?;
    for (event, outcome) in events.iter().zip(outcomes).filter(|(_, outcome)| **outcome == Outcome::New) {
        if !seen.insert(event.id.clone()) {
            *outcome = Outcome::Known;
        }
    }
    Ok(())
}

/// Keeps events as they came.
async fn keep<'a>(
    connection: &mut AnyConnection,
    events: impl Iterator<Item = &'a Event<'a>>,
) -> Result<(), StoreError> {
    let row = |event: &Event<'_>| {
        let Heard { told, text, from, at, .. } = event.heard;
        [
            Value::from(event.id.as_str()),
            Value::from(event.job.as_str()),
            Value::from(event.run.as_str()),
            Value::Number(told.at.timestamp_micros()),
            Value::Number(at.timestamp_micros()),
            Value::from(from.as_str()),
            Value::from(text.as_str()),
        ]
    };
    let head = "INSERT INTO lineage_events (id, job_id, run_id, at_us, heard_at_us, heard_from, event)";
    rows::insert(connection, head, events.map(row).collect(), "").await
}
