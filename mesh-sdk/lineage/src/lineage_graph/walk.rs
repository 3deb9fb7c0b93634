//! Walking the graph, nearest first.

use std::collections::{BTreeMap, BTreeSet};

use mesh_contract::PortName;

use super::column_view::ColumnView;
use super::group_view::GroupView;
use super::groups::Groups;
use super::node::{Direction, EdgeKind, Level, Node};
use super::{LineageGraph, at};
use crate::sources::Dataset;
use crate::told::JobName;
use crate::transformation::Transformation;

/// Where to walk.
#[derive(Clone, Debug)]
pub struct Walk {
    /// From there.
    pub start: Start,
    /// Which way.
    pub direction: Direction,
    /// How many hops at most.
    pub depth: u32,
    /// Along which edges.
    pub kinds: BTreeSet<EdgeKind>,
    /// What is shown.
    pub show: Show,
}

/// Where a walk starts, which also says what it takes together.
#[derive(Clone, Debug)]
pub enum Start {
    /// A product, by its domain; between products.
    Product(String),
    /// A port; between ports.
    Port(PortName),
    /// A dataset; between datasets.
    Dataset(Dataset),
    /// Columns, such as one column in each major version of a port; between columns.
    Columns(Vec<(Dataset, String)>),
}

/// What a walk shows.
#[derive(Clone, Copy, Debug)]
pub enum Show {
    /// The nodes nearest to the start, with the edges between them.
    Graph {
        /// Most nodes.
        nodes_max: usize,
        /// Most edges.
        edges_max: usize,
    },
    /// A part of the list of all nodes, each with a way to it.
    Page {
        /// Nodes before the first one shown.
        skip: usize,
        /// Most nodes.
        take: usize,
    },
}

/// What a walk came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Walked {
    /// The nodes shown, nearest first; of a graph the start comes first.
    pub nodes: Vec<Reached>,
    /// The edges between them, by the places of their ends in `nodes`.
    pub edges: Vec<Edge>,
    /// How many nodes the walk came to, the start included.
    pub total: usize,
    /// Whether there is more within the depth than a graph shows.
    pub is_cut: bool,
}

/// A node that a walk came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reached {
    /// Which.
    pub node: Node,
    /// Hops from the start.
    pub distance: u32,
    /// A shortest way to it, from the start on; empty at the start, and in a graph, which has edges.
    pub path: Vec<Step>,
}

/// A hop of a way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// From there.
    pub from: Node,
    /// By that job.
    pub job: JobName,
    /// How that is known.
    pub kind: EdgeKind,
    /// The ways in which a column matters; empty when it is not about columns, or not known.
    pub ways: BTreeSet<Transformation>,
}

/// An edge, in the direction in which data flows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edge {
    /// Place of where data comes from.
    pub from: usize,
    /// Place of where it goes.
    pub to: usize,
    /// How it is known.
    pub kind: EdgeKind,
    /// By which jobs.
    pub jobs: BTreeSet<JobName>,
    /// The ways in which a column matters.
    pub ways: BTreeSet<Transformation>,
}

/// The graph as one level sees it: nodes by number.
pub(super) trait View {
    /// One more than the last number.
    fn len(&self) -> usize;
    /// Tells `visit` every hop from a node.
    fn next<'s>(&'s self, number: usize, direction: Direction, visit: &mut Visit<'s>);
    /// The node of a number.
    fn node(&self, number: usize) -> Option<Node>;
}

/// A hop from the node in hand.
pub(super) struct Hop<'s> {
    pub(super) to: usize,
    pub(super) job: u32,
    pub(super) ways: Option<&'s BTreeSet<Transformation>>,
}

/// Collects the hops from one node.
pub(super) struct Visit<'s> {
    kinds: BTreeSet<EdgeKind>,
    /// Jobs that were gone through: from a second node they lead nowhere new. `None` when every edge is wanted.
    entered: Option<Vec<bool>>,
    hops: Vec<Hop<'s>>,
}

impl<'s> Visit<'s> {
    pub(super) fn walks(&self, kind: EdgeKind) -> bool {
        self.kinds.contains(&kind)
    }

    /// Whether to go through a job that leads from any of its inputs to all of its outputs.
    pub(super) fn enters(&mut self, job: u32, kind: EdgeKind) -> bool {
        let is_new =
            |entered: &mut Vec<bool>| entered.get_mut(job as usize).is_some_and(|seen| !std::mem::replace(seen, true));
        self.walks(kind) && self.entered.as_mut().is_none_or(is_new)
    }

    pub(super) fn hop(&mut self, hop: Hop<'s>) {
        self.hops.push(hop);
    }
}

/// A node that was come to, by number.
struct Found<'s> {
    number: usize,
    distance: u32,
    /// The place of the node before, and the hop from there.
    by: Option<(usize, Hop<'s>)>,
}

impl LineageGraph {
    /// Walks the graph. A start that the graph does not know is come to all the same, and nothing from there.
    #[must_use]
    pub fn walk(&self, walk: &Walk) -> Walked {
        let (groups, node) = match &walk.start {
            Start::Product(domain) => (&self.by_product, Node::Product(domain.clone())),
            Start::Port(port) => (&self.by_port, Node::Port(port.clone())),
            Start::Dataset(dataset) => (&self.by_dataset, Level::Dataset.node(dataset)),
            Start::Columns(columns) => return self.walk_columns(columns, walk),
        };
        self.walk_groups(groups, node, walk)
    }

    fn walk_groups(&self, groups: &Groups, start: Node, walk: &Walk) -> Walked {
        match groups.find(&start) {
            Some(group) => {
                Walker { graph: self, view: &GroupView { graph: self, groups }, walk }.run(&[group as usize])
            }
            None => Walked {
                nodes: vec![Reached { node: start, distance: 0, path: vec![] }],
                total: 1,
                ..Walked::default()
            },
        }
    }

    fn walk_columns(&self, columns: &[(Dataset, String)], walk: &Walk) -> Walked {
        let view = ColumnView { graph: self, starts: columns.to_vec() };
        let number = |(start, (dataset, name)): (usize, &(Dataset, String))| {
            view.find(dataset, name).unwrap_or_else(|| view.start_number(start))
        };
        let starts: Vec<usize> = columns.iter().enumerate().map(number).collect();
        Walker { graph: self, view: &view, walk }.run(&starts)
    }
}

struct Walker<'g, V> {
    graph: &'g LineageGraph,
    view: &'g V,
    walk: &'g Walk,
}

impl<'g, V: View> Walker<'g, V> {
    fn run(&self, starts: &[usize]) -> Walked {
        let nodes_max = match self.walk.show {
            Show::Graph { nodes_max, .. } => nodes_max,
            Show::Page { .. } => usize::MAX,
        };
        let wants_edges = matches!(self.walk.show, Show::Graph { .. });
        let mut visit = Visit {
            kinds: self.walk.kinds.clone(),
            entered: (!wants_edges).then(|| vec![false; self.graph.jobs.len()]),
            hops: Vec::new(),
        };
        // The place of each number among what was found.
        let mut places: Vec<Option<usize>> = vec![None; self.view.len()];
        let mut found: Vec<Found<'g>> = Vec::new();
        for number in starts {
            if let Some(place) = places.get_mut(*number).filter(|place| place.is_none()) {
                *place = Some(found.len());
                found.push(Found { number: *number, distance: 0, by: None });
            }
        }
        let (mut edges, mut is_cut, mut next) = (Edges::new(self.walk), false, 0);
        while let Some(Found { number, distance, .. }) = found.get(next) {
            let (number, distance) = (*number, *distance);
            if distance < self.walk.depth {
                self.view.next(number, self.walk.direction, &mut visit);
            }
            for hop in std::mem::take(&mut visit.hops) {
                let Some(place) = places.get_mut(hop.to) else { continue };
                if place.is_none() && found.len() >= nodes_max {
                    is_cut = true;
                    continue;
                }
                let is_new = place.is_none();
                let there = *place.get_or_insert(found.len());
                if wants_edges {
                    is_cut |= !edges.add(self.graph, next, there, &hop);
                }
                if is_new {
                    found.push(Found { number: hop.to, distance: distance + 1, by: Some((next, hop)) });
                }
            }
            next += 1;
        }
        Walked { nodes: self.shown(&found), edges: edges.list(), total: found.len(), is_cut }
    }

    fn shown(&self, found: &[Found<'g>]) -> Vec<Reached> {
        let (skip, take, with_path) = match self.walk.show {
            Show::Graph { nodes_max, .. } => (0, nodes_max, false),
            Show::Page { skip, take } => (skip, take, true),
        };
        let reached = |one: &Found<'g>| {
            let path = if with_path { self.path(found, one) } else { Vec::new() };
            Some(Reached { node: self.view.node(one.number)?, distance: one.distance, path })
        };
        found.iter().skip(skip).take(take).filter_map(reached).collect()
    }

    fn path(&self, found: &[Found<'g>], to: &Found<'g>) -> Vec<Step> {
        let (mut path, mut one) = (Vec::new(), to);
        while let Some((before, hop)) = &one.by {
            let Some(from) = found.get(*before) else { break };
            let (Some(node), Some(key)) = (self.view.node(from.number), self.graph.jobs.name(hop.job)) else { break };
            let ways = hop.ways.cloned().unwrap_or_default();
            path.push(Step { from: node, job: key.name.clone(), kind: key.kind.edges(), ways });
            one = from;
        }
        path.reverse();
        path
    }
}

/// Edges of a graph that is shown, put together where they share their ends and how they are known.
struct Edges {
    edges_max: usize,
    direction: Direction,
    of: BTreeMap<(usize, usize, EdgeKind), Shown>,
}

/// What is shown of an edge besides its ends.
#[derive(Default)]
struct Shown {
    jobs: BTreeSet<JobName>,
    ways: BTreeSet<Transformation>,
}

impl Edges {
    fn new(walk: &Walk) -> Self {
        let edges_max = match walk.show {
            Show::Graph { edges_max, .. } => edges_max,
            Show::Page { .. } => 0,
        };
        Self { edges_max, direction: walk.direction, of: BTreeMap::new() }
    }

    /// Adds a hop; whether there was room.
    fn add(&mut self, graph: &LineageGraph, here: usize, there: usize, hop: &Hop<'_>) -> bool {
        let (Some(links), Some(key)) = (at(&graph.of_job, hop.job), graph.jobs.name(hop.job)) else { return true };
        let (from, to) = match self.direction {
            Direction::Upstream => (there, here),
            Direction::Downstream => (here, there),
        };
        let key_of_edge = (from, to, links.kind);
        if self.of.len() >= self.edges_max && !self.of.contains_key(&key_of_edge) {
            return false;
        }
        let Shown { jobs, ways } = self.of.entry(key_of_edge).or_default();
        jobs.insert(key.name.clone());
        ways.extend(hop.ways.into_iter().flatten());
        true
    }

    fn list(self) -> Vec<Edge> {
        let edge = |((from, to, kind), Shown { jobs, ways })| Edge { from, to, kind, jobs, ways };
        self.of.into_iter().map(edge).collect()
    }
}
