//! Nodes and edges as the interface shows them.

use std::collections::BTreeSet;

use mesh_api::{LineageEdgeKind, LineageNode, LineageNodeKind};
use mesh_contract::{PortName, PortVersion};
use mesh_lineage::lineage_graph::{EdgeKind, Node};
use mesh_lineage::told::JobName;
use mesh_lineage::{Dataset, Place, Transformation};

/// Most jobs that an edge names.
const JOBS_MAX: usize = 10;

pub(crate) fn node(node: &Node, distance: i64) -> LineageNode {
    let (kind, namespace, name, column) = match node {
        Node::Product(domain) => (LineageNodeKind::Product, None, domain.clone(), None),
        Node::Namespace(name) => (LineageNodeKind::Namespace, None, name.clone(), None),
        Node::Port(port) => (LineageNodeKind::Port, None, port.to_string(), None),
        Node::Dataset(of) => (LineageNodeKind::Dataset, Some(&of.namespace), of.name.clone(), None),
        Node::Rows(of) => (LineageNodeKind::Rows, Some(&of.namespace), of.name.clone(), None),
        Node::Column(of, column) => {
            (LineageNodeKind::Column, Some(&of.namespace), of.name.clone(), Some(column.clone()))
        }
        Node::Job(JobName { namespace, name }) => (LineageNodeKind::Job, Some(namespace), name.clone(), None),
    };
    LineageNode { kind, namespace: namespace.cloned(), name, column, distance }
}

pub(crate) fn reader(principal: &str, distance: i64) -> LineageNode {
    let (kind, name) = (LineageNodeKind::Reader, principal.to_owned());
    LineageNode { kind, namespace: None, name, column: None, distance }
}

pub(crate) fn edge_kind(kind: EdgeKind) -> LineageEdgeKind {
    match kind {
        EdgeKind::Declared => LineageEdgeKind::Declared,
        EdgeKind::Observed => LineageEdgeKind::Observed,
        EdgeKind::Consumed => LineageEdgeKind::Consumed,
    }
}

pub(crate) fn job(job: &JobName) -> String {
    format!("{}:{}", job.namespace, job.name)
}

pub(crate) fn jobs(jobs: &BTreeSet<JobName>) -> Vec<String> {
    jobs.iter().take(JOBS_MAX).map(job).collect()
}

pub(crate) fn ways(ways: &BTreeSet<Transformation>) -> Vec<String> {
    ways.iter().map(ToString::to_string).collect()
}

/// What of a port a node is: the port, its major version where it is one, and the column where it is one.
pub(crate) fn port(node: &Node) -> Option<(PortName, Option<u64>, Option<&str>)> {
    let of = |dataset: &Dataset| match Place::of(dataset) {
        Place::Port(PortVersion { name, major }) => Some((name, Some(major))),
        Place::Input { .. } | Place::Outside(_) => None,
    };
    match node {
        Node::Port(port) => Some((port.clone(), None, None)),
        Node::Dataset(dataset) | Node::Rows(dataset) => of(dataset).map(|(name, major)| (name, major, None)),
        Node::Column(dataset, column) => of(dataset).map(|(name, major)| (name, major, Some(column.as_str()))),
        Node::Product(_) | Node::Namespace(_) | Node::Job(_) => None,
    }
}
