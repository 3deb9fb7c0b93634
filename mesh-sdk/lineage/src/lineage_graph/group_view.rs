//! The graph as datasets, ports or products.

use super::groups::Groups;
use super::node::{Direction, Node};
use super::walk::{Hop, View, Visit};
use super::{JobLinks, LineageGraph, at};

/// Numbers: the groups, and behind them the jobs.
pub(super) struct GroupView<'a> {
    pub(super) graph: &'a LineageGraph,
    pub(super) groups: &'a Groups,
}

impl View for GroupView<'_> {
    fn len(&self) -> usize {
        self.groups.len() + self.graph.jobs.len()
    }

    fn next<'s>(&'s self, number: usize, direction: Direction, visit: &mut Visit<'s>) {
        let Some(group) = u32::try_from(number).ok().filter(|_| number < self.groups.len()) else { return };
        for dataset in self.groups.members(group) {
            let Some(links) = at(&self.graph.of_dataset, *dataset) else { continue };
            let jobs = match direction {
                Direction::Upstream => &links.writers,
                Direction::Downstream => &links.readers,
            };
            for job in jobs {
                let Some(links) = at(&self.graph.of_job, *job).filter(|links| visit.enters(*job, links.kind)) else {
                    continue;
                };
                self.through(links, *job, direction, |to| {
                    if to != number {
                        visit.hop(Hop { to, job: *job, ways: None });
                    }
                });
            }
        }
    }

    fn node(&self, number: usize) -> Option<Node> {
        let number = u32::try_from(number).ok()?;
        let groups = u32::try_from(self.groups.len()).ok()?;
        match number.checked_sub(groups) {
            None => self.groups.node(number).cloned(),
            Some(job) => self.graph.jobs.name(job).map(|key| Node::Job(key.name.clone())),
        }
    }
}

impl GroupView<'_> {
    fn through(&self, links: &JobLinks, job: u32, direction: Direction, mut to: impl FnMut(usize)) {
        let mut group = |dataset: u32| {
            if let Some(group) = self.groups.of(dataset) {
                to(group as usize);
            }
        };
        match direction {
            Direction::Upstream => links.inputs.iter().for_each(|input| group(*input)),
            Direction::Downstream if links.outputs.is_empty() => to(self.groups.len() + job as usize),
            Direction::Downstream => links.outputs.iter().for_each(|output| group(output.dataset)),
        }
    }
}
