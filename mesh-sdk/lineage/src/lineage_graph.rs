//! The lineage graph of the mesh and around it, held in memory for walking: datasets and columns, joined by jobs.
//!
//! A job stands between what it reads and what it writes, so one that reads a thousand datasets and writes a thousand is
//! two thousand edges and not a million. Names are kept once and known by number; a job's part is replaced as a whole.

mod column_view;
mod group_view;
mod groups;
mod names;
mod node;
mod walk;

use std::collections::{BTreeMap, BTreeSet};

use crate::job_graph::{JobGraph, Written};
use crate::sources::Dataset;
use crate::told::{Dependency, JobName};
use groups::Groups;
use names::Names;

pub use node::{Direction, EdgeKind, JobKind, Level, Node};
pub use walk::{Edge, Reached, Show, Start, Step, Walk, Walked};

/// A job, and what is known of it: what it did is not what it declares.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct JobKey {
    /// How its part of the graph is known.
    pub kind: JobKind,
    /// Its names.
    pub name: JobName,
}

/// The graph at one time.
#[derive(Clone, Debug)]
pub struct LineageGraph {
    datasets: Names<Dataset>,
    columns: Names<ColumnKey>,
    jobs: Names<JobKey>,
    of_dataset: Vec<DatasetLinks>,
    of_column: Vec<ColumnLinks>,
    of_job: Vec<JobLinks>,
    by_dataset: Groups,
    by_port: Groups,
    by_product: Groups,
}

/// A column of a dataset that is known by number; the empty name is for the dataset's rows.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
struct ColumnKey {
    dataset: u32,
    name: String,
}

/// What a dataset hangs on.
#[derive(Clone, Debug, Default)]
struct DatasetLinks {
    readers: Vec<u32>,
    writers: Vec<u32>,
    columns: Vec<u32>,
    /// The column that stands for its rows.
    rows: Option<u32>,
}

/// What a column hangs on.
#[derive(Clone, Debug, Default)]
struct ColumnLinks {
    dataset: u32,
    is_rows: bool,
    sources: Vec<ColumnLink>,
    targets: Vec<ColumnLink>,
}

/// A dependency between two columns.
#[derive(Clone, Debug)]
struct ColumnLink {
    column: u32,
    job: u32,
    ways: BTreeSet<crate::Transformation>,
}

/// A job's part of the graph.
#[derive(Clone, Debug)]
struct JobLinks {
    kind: EdgeKind,
    inputs: Vec<u32>,
    outputs: Vec<OutputLink>,
    /// The columns at both ends of its dependencies.
    columns: BTreeSet<u32>,
}

/// A dataset that a job writes.
#[derive(Clone, Debug)]
struct OutputLink {
    dataset: u32,
    /// Whether it is known what its columns depend on.
    by_column: bool,
    /// Inputs that none of its columns depend on: they decide how many rows there are, if anything.
    unmentioned: Vec<u32>,
}

impl Default for LineageGraph {
    fn default() -> Self {
        Self {
            datasets: Names::default(),
            columns: Names::default(),
            jobs: Names::default(),
            of_dataset: Vec::new(),
            of_column: Vec::new(),
            of_job: Vec::new(),
            by_dataset: Groups::new(Level::Dataset),
            by_port: Groups::new(Level::Port),
            by_product: Groups::new(Level::Product),
        }
    }
}

impl LineageGraph {
    /// Replaces what is known of a job; an empty graph leaves nothing of it.
    pub fn set(&mut self, key: &JobKey, graph: &JobGraph) {
        let job = self.job(key);
        self.clear(job);
        let inputs: Vec<u32> = graph.inputs.iter().map(|input| self.dataset(input)).collect();
        let mut columns = BTreeSet::new();
        let mut outputs = Vec::with_capacity(graph.outputs.len());
        for (output, written) in &graph.outputs {
            let dataset = self.dataset(output);
            let mentioned = match written {
                Written::Whole => None,
                Written::ByColumn(dependencies) => Some(self.depend(job, dataset, dependencies, &mut columns)),
            };
            let unmentioned =
                mentioned.as_ref().map(|mentioned| inputs.iter().copied().filter(|input| !mentioned.contains(input)));
            let unmentioned = unmentioned.map(Iterator::collect).unwrap_or_default();
            outputs.push(OutputLink { dataset, by_column: mentioned.is_some(), unmentioned });
        }
        for input in &inputs {
            if let Some(links) = at_mut(&mut self.of_dataset, *input) {
                links.readers.push(job);
            }
        }
        for output in &outputs {
            if let Some(links) = at_mut(&mut self.of_dataset, output.dataset) {
                links.writers.push(job);
            }
        }
        if let Some(links) = at_mut(&mut self.of_job, job) {
            *links = JobLinks { kind: key.kind.edges(), inputs, outputs, columns };
        }
    }

    /// How many edges there are: one for each dataset that a job reads or writes, one for each dependency of a column.
    #[must_use]
    pub fn edges(&self) -> usize {
        let of_jobs: usize = self.of_job.iter().map(|job| job.inputs.len() + job.outputs.len()).sum();
        of_jobs + self.of_column.iter().map(|column| column.sources.len()).sum::<usize>()
    }

    /// Whether anything is known to depend on a column, or it on anything.
    #[must_use]
    pub fn knows(&self, dataset: &Dataset, column: &str) -> bool {
        let known = self.datasets.find(dataset).map(|dataset| ColumnKey { dataset, name: column.to_owned() });
        known.is_some_and(|key| !key.name.is_empty() && self.columns.find(&key).is_some())
    }

    /// Takes out all that hangs on a job.
    fn clear(&mut self, job: u32) {
        let Some(links) = at_mut(&mut self.of_job, job) else { return };
        let JobLinks { inputs, outputs, columns, .. } = std::mem::replace(links, JobLinks::of(links.kind));
        for dataset in inputs {
            if let Some(links) = at_mut(&mut self.of_dataset, dataset) {
                links.readers.retain(|reader| *reader != job);
            }
        }
        for OutputLink { dataset, .. } in outputs {
            if let Some(links) = at_mut(&mut self.of_dataset, dataset) {
                links.writers.retain(|writer| *writer != job);
            }
        }
        for column in columns {
            if let Some(links) = at_mut(&mut self.of_column, column) {
                links.sources.retain(|link| link.job != job);
                links.targets.retain(|link| link.job != job);
            }
        }
    }

    /// Links the columns of `output`; gives the datasets that they depend on.
    fn depend(
        &mut self,
        job: u32,
        output: u32,
        dependencies: &BTreeSet<Dependency>,
        columns: &mut BTreeSet<u32>,
    ) -> BTreeSet<u32> {
        let mut mentioned = BTreeSet::new();
        let mut inputs: BTreeMap<&Dataset, u32> = BTreeMap::new();
        for Dependency { column, input, field, ways } in dependencies {
            let input = match inputs.get(input) {
                Some(known) => *known,
                None => *inputs.entry(input).or_insert(self.dataset(input)),
            };
            mentioned.insert(input);
            let (source, target) = (self.column(input, field), self.column(output, column));
            columns.extend([source, target]);
            if let Some(links) = at_mut(&mut self.of_column, source) {
                links.targets.push(ColumnLink { column: target, job, ways: ways.clone() });
            }
            if let Some(links) = at_mut(&mut self.of_column, target) {
                links.sources.push(ColumnLink { column: source, job, ways: ways.clone() });
            }
        }
        mentioned
    }

    fn dataset(&mut self, dataset: &Dataset) -> u32 {
        if let Some(known) = self.datasets.find(dataset) {
            return known;
        }
        self.of_dataset.push(DatasetLinks::default());
        for groups in [&mut self.by_dataset, &mut self.by_port, &mut self.by_product] {
            groups.add(dataset);
        }
        self.datasets.add(dataset.clone())
    }

    fn column(&mut self, dataset: u32, name: &str) -> u32 {
        let key = ColumnKey { dataset, name: name.to_owned() };
        if let Some(known) = self.columns.find(&key) {
            return known;
        }
        let column = self.columns.add(key);
        self.of_column.push(ColumnLinks { dataset, is_rows: name.is_empty(), ..ColumnLinks::default() });
        if let Some(links) = at_mut(&mut self.of_dataset, dataset) {
            links.columns.push(column);
            links.rows = links.rows.or(name.is_empty().then_some(column));
        }
        column
    }

    fn job(&mut self, key: &JobKey) -> u32 {
        if let Some(known) = self.jobs.find(key) {
            return known;
        }
        self.of_job.push(JobLinks::of(key.kind.edges()));
        self.jobs.add(key.clone())
    }
}

impl JobLinks {
    fn of(kind: EdgeKind) -> Self {
        Self { kind, inputs: Vec::new(), outputs: Vec::new(), columns: BTreeSet::new() }
    }
}

/// The entry of a number that [`Names`] gave out.
fn at<T>(list: &[T], number: u32) -> Option<&T> {
    list.get(number as usize)
}

fn at_mut<T>(list: &mut [T], number: u32) -> Option<&mut T> {
    list.get_mut(number as usize)
}

#[cfg(test)]
mod tests;
