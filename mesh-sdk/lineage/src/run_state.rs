//! What the events of one run come to: the same in whatever order, and however often, they arrive.
//!
//! Each thing that events state is kept with the time of the event that stated it last; what two events of one moment state
//! differently is settled by value. Merging is therefore commutative, associative and idempotent.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};

use crate::event::EventType;
use crate::job_graph::{JobGraph, Written};
use crate::sources::Dataset;
use crate::told::{DATASETS_MAX, DEPENDENCIES_MAX, Dependency, Subject, Told, ToldDataset, ToldError};

/// A run, or the events of a job or dataset that are about no run, as far as they are known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct RunState {
    /// The earliest event.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    began: Option<DateTime<Utc>>,
    /// The last state, final ones before all others.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<Last>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", with = "as_pairs")]
    inputs: BTreeMap<Dataset, DatasetState>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty", with = "as_pairs")]
    outputs: BTreeMap<Dataset, DatasetState>,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Last {
    is_final: bool,
    at: DateTime<Utc>,
    state: EventType,
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
struct DatasetState {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    dependencies: Option<Stated<BTreeSet<Dependency>>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<Stated<String>>,
}

/// What was stated last; nothing when that was taken back.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
struct Stated<T> {
    at: DateTime<Utc>,
    value: Option<T>,
}

/// Where a run stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RunOutcome {
    /// It has not ended, as far as is known.
    Running,
    /// It ended well, then.
    Complete(DateTime<Utc>),
    /// It failed, then.
    Failed(DateTime<Utc>),
    /// It was stopped or not begun, then.
    Aborted(DateTime<Utc>),
}

impl RunState {
    /// Adds what an event tells of this run.
    ///
    /// # Errors
    /// [`ToldError`] when the run would come to more datasets or dependencies than a graph takes; nothing is added then.
    pub fn add(&mut self, told: &Told) -> Result<(), ToldError> {
        self.has_room(told)?;
        self.began = Some(self.began.map_or(told.at, |began| began.min(told.at)));
        let state = match &told.subject {
            Subject::Run { state: EventType::Other, .. } => None,
            Subject::Run { state, .. } => Some(*state),
            // What is written down about a job or a dataset holds from then on.
            Subject::Job(_) | Subject::Dataset(_) => Some(EventType::Complete),
        };
        let last = state.map(|state| Last { is_final: state.is_final(), at: told.at, state });
        self.last = self.last.max(last);
        merge(&mut self.inputs, &told.inputs, told.at);
        merge(&mut self.outputs, &told.outputs, told.at);
        Ok(())
    }

    fn has_room(&self, told: &Told) -> Result<(), ToldError> {
        let new = |known: &BTreeMap<Dataset, DatasetState>, told: &[ToldDataset]| {
            told.iter().filter(|told| !known.contains_key(&told.dataset)).count()
        };
        let datasets = self.inputs.len()
            + self.outputs.len()
            + new(&self.inputs, &told.inputs)
            + new(&self.outputs, &told.outputs);
        let known: usize = self.outputs.values().filter_map(DatasetState::dependencies).map(BTreeSet::len).sum();
        let added: usize =
            told.outputs.iter().filter_map(|told| told.dependencies.as_ref()?.as_ref()).map(BTreeSet::len).sum();
        let refuse = |fault: String| Err(ToldError::new("run", fault));
        // Each event alone keeps to the limit; only what several add up to is looked at here.
        if datasets > 2 * DATASETS_MAX {
            return refuse(format!(
                "comes to {datasets} datasets over its events, and at most {} are taken",
                2 * DATASETS_MAX
            ));
        }
        if known > 0 && known + added > 2 * DEPENDENCIES_MAX {
            let most = 2 * DEPENDENCIES_MAX;
            return refuse(format!("comes to more than {most} dependencies of columns over its events"));
        }
        Ok(())
    }

    /// When its first event happened.
    #[must_use]
    pub fn began(&self) -> Option<DateTime<Utc>> {
        self.began
    }

    /// Where it stands.
    #[must_use]
    pub fn outcome(&self) -> RunOutcome {
        match self.last {
            Some(Last { at, state: EventType::Complete, .. }) => RunOutcome::Complete(at),
            Some(Last { at, state: EventType::Fail, .. }) => RunOutcome::Failed(at),
            Some(Last { at, state: EventType::Abort, .. }) => RunOutcome::Aborted(at),
            _ => RunOutcome::Running,
        }
    }

    /// What it says of the graph.
    #[must_use]
    pub fn graph(&self) -> JobGraph {
        let mut inputs: BTreeSet<Dataset> = self.inputs.keys().cloned().collect();
        let mut outputs = BTreeMap::new();
        for (dataset, state) in &self.outputs {
            let dependencies = state.dependencies();
            // Spark names what it read in the column lineage only, when it creates a table from a query.
            inputs.extend(dependencies.into_iter().flatten().map(|dependency| dependency.input.clone()));
            outputs.insert(dataset.clone(), dependencies.cloned().map_or(Written::Whole, Written::ByColumn));
        }
        JobGraph { inputs, outputs }
    }

    /// Every dataset that it names.
    pub fn datasets(&self) -> impl Iterator<Item = &Dataset> {
        self.inputs.keys().chain(self.outputs.keys())
    }

    /// The snapshots that it read.
    pub fn read(&self) -> impl Iterator<Item = (&Dataset, &str)> {
        versions(&self.inputs)
    }

    /// The snapshots that it wrote.
    pub fn written(&self) -> impl Iterator<Item = (&Dataset, &str)> {
        versions(&self.outputs)
    }
}

impl DatasetState {
    fn dependencies(&self) -> Option<&BTreeSet<Dependency>> {
        self.dependencies.as_ref()?.value.as_ref()
    }
}

fn versions(datasets: &BTreeMap<Dataset, DatasetState>) -> impl Iterator<Item = (&Dataset, &str)> {
    datasets.iter().filter_map(|(dataset, state)| Some((dataset, state.version.as_ref()?.value.as_deref()?)))
}

fn merge(known: &mut BTreeMap<Dataset, DatasetState>, told: &[ToldDataset], at: DateTime<Utc>) {
    for ToldDataset { dataset, dependencies, version } in told {
        let state = known.entry(dataset.clone()).or_default();
        restate(&mut state.dependencies, dependencies, at);
        restate(&mut state.version, version, at);
    }
}

fn restate<T: Clone + Ord>(known: &mut Option<Stated<T>>, told: &Option<Option<T>>, at: DateTime<Utc>) {
    if let Some(value) = told {
        let stated = Some(Stated { at, value: value.clone() });
        if stated > *known {
            *known = stated;
        }
    }
}

/// JSON has no keys of two parts.
mod as_pairs {
    use std::collections::BTreeMap;

    use serde::{Deserialize as _, Deserializer, Serializer};

    use super::{Dataset, DatasetState};

    pub(super) fn serialize<S: Serializer>(
        map: &BTreeMap<Dataset, DatasetState>,
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(map)
    }

    pub(super) fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<BTreeMap<Dataset, DatasetState>, D::Error> {
        Ok(Vec::deserialize(deserializer)?.into_iter().collect())
    }
}

#[cfg(test)]
mod tests;
