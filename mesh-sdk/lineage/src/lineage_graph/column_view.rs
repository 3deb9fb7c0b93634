//! The graph as columns.
//!
//! A job that does not say what its columns depend on may carry any column to any: what it writes is reached as a whole. What
//! decides the rows of a dataset affects every column of it.

use super::node::{Direction, EdgeKind, Node};
use super::walk::{Hop, View, Visit};
use super::{ColumnLinks, JobLinks, LineageGraph, at};
use crate::sources::Dataset;

/// Numbers: the columns; each dataset for its rows; each dataset as a whole; the jobs; and the columns that a walk starts
/// from although nothing is known to depend on just them.
pub(super) struct ColumnView<'a> {
    pub(super) graph: &'a LineageGraph,
    pub(super) starts: Vec<(Dataset, String)>,
}

/// A number, taken apart.
enum Part {
    Column(u32),
    Rows(u32),
    Whole(u32),
    Job(u32),
    Start(usize),
}

impl View for ColumnView<'_> {
    fn len(&self) -> usize {
        self.start_number(0) + self.starts.len()
    }

    fn next<'s>(&'s self, number: usize, direction: Direction, visit: &mut Visit<'s>) {
        let graph = self.graph;
        match (self.part(number), direction) {
            (Part::Column(column), _) => {
                let Some(links) = at(&graph.of_column, column) else { return };
                self.along(links, direction, visit);
                match direction {
                    Direction::Downstream => self.read(links.dataset, false, visit),
                    Direction::Upstream => self.written(links.dataset, visit),
                }
            }
            (Part::Start(start), _) => {
                let dataset = self.starts.get(start).and_then(|(dataset, _)| graph.datasets.find(dataset));
                match (dataset, direction) {
                    (Some(dataset), Direction::Downstream) => self.read(dataset, false, visit),
                    (Some(dataset), Direction::Upstream) => self.written(dataset, visit),
                    (None, _) => {}
                }
            }
            (Part::Rows(dataset), Direction::Upstream) => self.written(dataset, visit),
            (Part::Rows(dataset), Direction::Downstream) | (Part::Whole(dataset), _) => {
                let columns = at(&graph.of_dataset, dataset).map_or(&[][..], |links| &links.columns);
                columns.iter().filter_map(|column| at(&graph.of_column, *column)).for_each(|links| {
                    self.along(links, direction, visit);
                });
                match direction {
                    Direction::Downstream => self.read(dataset, true, visit),
                    Direction::Upstream => self.written(dataset, visit),
                }
            }
            (Part::Job(_), _) => {}
        }
    }

    fn node(&self, number: usize) -> Option<Node> {
        let graph = self.graph;
        let dataset = |dataset: u32| graph.datasets.name(dataset).cloned();
        match self.part(number) {
            Part::Column(column) => {
                let key = graph.columns.name(column)?;
                Some(Node::Column(dataset(key.dataset)?, key.name.clone()))
            }
            Part::Rows(number) => dataset(number).map(Node::Rows),
            Part::Whole(number) => dataset(number).map(Node::Dataset),
            Part::Job(job) => graph.jobs.name(job).map(|key| Node::Job(key.name.clone())),
            Part::Start(start) => {
                self.starts.get(start).map(|(dataset, column)| Node::Column(dataset.clone(), column.clone()))
            }
        }
    }
}

impl ColumnView<'_> {
    /// Hops along the dependencies of one column.
    fn along<'s>(&'s self, links: &'s ColumnLinks, direction: Direction, visit: &mut Visit<'s>) {
        let links = match direction {
            Direction::Upstream => &links.sources,
            Direction::Downstream => &links.targets,
        };
        for link in links {
            let Some(other) = at(&self.graph.of_column, link.column).filter(|_| visit.walks(self.kind(link.job)))
            else {
                continue;
            };
            let to = if other.is_rows { self.rows_number(other.dataset) } else { link.column as usize };
            visit.hop(Hop { to, job: link.job, ways: Some(&link.ways) });
        }
    }

    /// Hops to what hangs on the dataset as a whole; with `rows`, also to what hangs on how many rows it has.
    fn read(&self, dataset: u32, rows: bool, visit: &mut Visit<'_>) {
        let readers = at(&self.graph.of_dataset, dataset).map_or(&[][..], |links| &links.readers);
        for job in readers {
            let Some(links) = self.walked(*job, visit) else { continue };
            if links.outputs.is_empty() {
                visit.hop(Hop { to: self.job_number(*job), job: *job, ways: None });
            }
            for output in &links.outputs {
                let to = match (output.by_column, rows) {
                    (false, _) => self.whole_number(output.dataset),
                    (true, true) => self.rows_number(output.dataset),
                    (true, false) => continue,
                };
                visit.hop(Hop { to, job: *job, ways: None });
            }
        }
    }

    /// Hops to what decides the rows of the dataset, and to what may decide anything of it.
    fn written<'s>(&'s self, dataset: u32, visit: &mut Visit<'s>) {
        let Some(links) = at(&self.graph.of_dataset, dataset) else { return };
        if let Some(rows) = links.rows.and_then(|column| at(&self.graph.of_column, column)) {
            self.along(rows, Direction::Upstream, visit);
        }
        for job in &links.writers {
            let Some(links) = self.walked(*job, visit) else { continue };
            for output in links.outputs.iter().filter(|output| output.dataset == dataset) {
                let whole = links.inputs.iter().filter(|_| !output.by_column).map(|input| self.whole_number(*input));
                let rows = output.unmentioned.iter().map(|input| self.rows_number(*input));
                whole.chain(rows).for_each(|to| visit.hop(Hop { to, job: *job, ways: None }));
            }
        }
    }

    fn walked(&self, job: u32, visit: &Visit<'_>) -> Option<&JobLinks> {
        at(&self.graph.of_job, job).filter(|links| visit.walks(links.kind))
    }

    fn kind(&self, job: u32) -> EdgeKind {
        at(&self.graph.of_job, job).map_or(EdgeKind::Observed, |links| links.kind)
    }

    /// The number of a column that a walk may start from.
    pub(super) fn find(&self, dataset: &Dataset, name: &str) -> Option<usize> {
        let key = super::ColumnKey { dataset: self.graph.datasets.find(dataset)?, name: name.to_owned() };
        self.graph.columns.find(&key).map(|column| column as usize)
    }

    fn rows_number(&self, dataset: u32) -> usize {
        self.graph.columns.len() + dataset as usize
    }

    fn whole_number(&self, dataset: u32) -> usize {
        self.rows_number(dataset) + self.graph.datasets.len()
    }

    fn job_number(&self, job: u32) -> usize {
        self.graph.columns.len() + 2 * self.graph.datasets.len() + job as usize
    }

    pub(super) fn start_number(&self, start: usize) -> usize {
        self.job_number(0) + self.graph.jobs.len() + start
    }

    fn part(&self, number: usize) -> Part {
        let (columns, datasets) = (self.graph.columns.len(), self.graph.datasets.len());
        // Numbers are those of the three lists, which count in `u32`.
        let small = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        if number < columns {
            Part::Column(small(number))
        } else if number < columns + datasets {
            Part::Rows(small(number - columns))
        } else if number < columns + 2 * datasets {
            Part::Whole(small(number - columns - datasets))
        } else if number < self.start_number(0) {
            Part::Job(small(number - columns - 2 * datasets))
        } else {
            Part::Start(number - self.start_number(0))
        }
    }
}
