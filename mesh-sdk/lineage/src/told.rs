//! What an OpenLineage event of any producer tells about the lineage graph.
//!
//! Names, times and states are read strictly, facets leniently: one that is not in the form of its schema is passed over,
//! as is every facet that the graph does not need.

mod facets;
mod fault;
mod names;

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::event::EventType;
use crate::sources::Dataset;
use crate::transformation::Transformation;

pub use fault::ToldError;
pub use names::{COLUMN_LENGTH_MAX, NAME_LENGTH_MAX, NAMESPACE_LENGTH_MAX};

/// Most datasets that one event may name, and that a run may come to over all its events.
pub const DATASETS_MAX: usize = 2_000;
/// Most columns of one dataset.
pub const COLUMNS_MAX: usize = 10_000;
/// Most dependencies of columns on columns in one event, and in a run over all its events.
pub const DEPENDENCIES_MAX: usize = 50_000;

/// One event, as far as the graph needs it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// When it happened, to the microsecond.
    pub at: DateTime<Utc>,
    /// What it is about.
    pub subject: Subject,
    /// What is read.
    pub inputs: Vec<ToldDataset>,
    /// What is written; of a dataset event, the dataset.
    pub outputs: Vec<ToldDataset>,
}

/// What an event is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A run of a job (OpenLineage's `RunEvent`).
    Run {
        /// The job.
        job: JobName,
        /// The run, a UUID.
        run: String,
        /// Where the run is.
        state: EventType,
    },
    /// A job as it is written, whenever it runs (`JobEvent`).
    Job(JobName),
    /// A dataset as it is, whoever writes it (`DatasetEvent`).
    Dataset(Dataset),
}

/// A job by OpenLineage's two names.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct JobName {
    /// Who runs it.
    pub namespace: String,
    /// Its name there.
    pub name: String,
}

/// What an event says of one dataset. Of each facet: `None` when it is silent, `Some(None)` when it takes back what was
/// said before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToldDataset {
    /// Which.
    pub dataset: Dataset,
    /// What its columns depend on.
    pub dependencies: Option<Option<BTreeSet<Dependency>>>,
    /// Its snapshot.
    pub version: Option<Option<String>>,
}

/// A dependency of a dataset's column, or of its rows, on a column of another dataset.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Dependency {
    /// The dependent column; empty for which rows there are, which affects every column.
    pub column: String,
    /// The dataset it depends on.
    pub input: Dataset,
    /// The column there.
    pub field: String,
    /// The ways in which; empty when the producer does not say.
    pub ways: BTreeSet<Transformation>,
}

impl Told {
    /// Reads an event.
    ///
    /// # Errors
    /// [`ToldError`] with the place and what is wrong there: a name that is missing, too long or holds control characters;
    /// a time without offset; a run that is no UUID; more datasets or columns than a graph takes.
    pub fn read(event: &Value) -> Result<Self, ToldError> {
        let event = event.as_object().ok_or_else(|| ToldError::new("event", "is not an object"))?;
        let at = names::time(event)?;
        // Some producers send the dataset of a dataset event along with a run: what runs is what it is about.
        let subject = if event.contains_key("run") {
            let run = names::object(event, "run")?;
            Subject::Run { job: job(event)?, run: names::uuid(run)?, state: names::state(event)? }
        } else if event.contains_key("job") {
            Subject::Job(job(event)?)
        } else {
            let dataset = names::object(event, "dataset")?;
            let told = read_dataset(dataset, "dataset")?;
            return Ok(Self {
                at,
                subject: Subject::Dataset(told.dataset.clone()),
                inputs: vec![],
                outputs: vec![told],
            });
        };
        let told = Self { at, subject, inputs: datasets(event, "inputs")?, outputs: datasets(event, "outputs")? };
        let dependencies: usize = told.outputs.iter().map(ToldDataset::dependency_count).sum();
        names::at_most(dependencies, DEPENDENCIES_MAX, "outputs", "dependencies of columns")?;
        Ok(told)
    }

    /// The job whose graph this changes: the job itself, or the dataset's own, under its names.
    #[must_use]
    pub fn job(&self) -> JobName {
        match &self.subject {
            Subject::Run { job, .. } | Subject::Job(job) => job.clone(),
            Subject::Dataset(Dataset { namespace, name }) => {
                JobName { namespace: namespace.clone(), name: name.clone() }
            }
        }
    }
}

impl ToldDataset {
    fn dependency_count(&self) -> usize {
        self.dependencies.iter().flatten().map(BTreeSet::len).sum()
    }
}

fn job(event: &Map<String, Value>) -> Result<JobName, ToldError> {
    let job = names::object(event, "job")?;
    Ok(JobName { namespace: names::namespace(job, "job")?, name: names::name(job, "job")? })
}

fn datasets(event: &Map<String, Value>, key: &str) -> Result<Vec<ToldDataset>, ToldError> {
    let list = match event.get(key) {
        None | Some(Value::Null) => return Ok(Vec::new()),
        Some(Value::Array(list)) => list,
        Some(_) => return Err(ToldError::new(key, "is not a list")),
    };
    names::at_most(list.len(), DATASETS_MAX, key, "datasets")?;
    let read = |(place, value): (usize, &Value)| {
        let place = format!("{key}[{place}]");
        match value {
            Value::Object(dataset) => read_dataset(dataset, &place),
            _ => Err(ToldError::new(place, "is not an object")),
        }
    };
    list.iter().enumerate().map(read).collect()
}

fn read_dataset(dataset: &Map<String, Value>, place: &str) -> Result<ToldDataset, ToldError> {
    let named = Dataset::new(names::namespace(dataset, place)?, names::name(dataset, place)?);
    let facet = |key: &str| dataset.get("facets").and_then(|facets| facets.get(key)).and_then(Value::as_object);
    Ok(ToldDataset {
        dependencies: facets::stated(facet("columnLineage"), |facet| facets::dependencies(facet, place))?,
        version: facets::stated(facet("version"), |facet| facets::version(facet, place))?,
        dataset: named,
    })
}

#[cfg(test)]
mod tests;
