//! Datasets taken together.

use super::names::Names;
use super::node::{Level, Node};
use crate::sources::Dataset;

/// The groups of one level.
#[derive(Clone, Debug)]
pub(super) struct Groups {
    level: Level,
    names: Names<Node>,
    members: Vec<Vec<u32>>,
    of: Vec<u32>,
}

impl Groups {
    pub(super) fn new(level: Level) -> Self {
        Self { level, names: Names::default(), members: Vec::new(), of: Vec::new() }
    }

    /// Adds the next dataset; datasets come in the order of their numbers.
    pub(super) fn add(&mut self, dataset: &Dataset) {
        let group = self.names.add(self.level.node(dataset));
        self.members.resize_with(self.names.len(), Vec::new);
        let number = u32::try_from(self.of.len()).unwrap_or(u32::MAX);
        if let Some(members) = self.members.get_mut(group as usize) {
            members.push(number);
        }
        self.of.push(group);
    }

    pub(super) fn len(&self) -> usize {
        self.names.len()
    }

    pub(super) fn find(&self, node: &Node) -> Option<u32> {
        self.names.find(node)
    }

    pub(super) fn node(&self, group: u32) -> Option<&Node> {
        self.names.name(group)
    }

    pub(super) fn of(&self, dataset: u32) -> Option<u32> {
        self.of.get(dataset as usize).copied()
    }

    pub(super) fn members(&self, group: u32) -> &[u32] {
        self.members.get(group as usize).map_or(&[], Vec::as_slice)
    }
}
