//! What walks start from and come to.

use mesh_contract::PortName;

use crate::place::Place;
use crate::sources::Dataset;
use crate::told::JobName;

/// How a job's part of the graph is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum JobKind {
    /// From its runs, or from what was said of it as it is written.
    Job,
    /// From what was said of a dataset, whoever writes it.
    Dataset,
    /// From the manifest of a product and the contracts of its ports.
    Declared,
}

/// How an edge is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EdgeKind {
    /// A manifest or a contract says so.
    Declared,
    /// A run did so.
    Observed,
    /// Somebody read it.
    Consumed,
}

/// How much is taken together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// All datasets of a product, or of a namespace outside the mesh.
    Product,
    /// All major versions of a port.
    Port,
    /// Each dataset by itself.
    Dataset,
    /// Each column by itself.
    Column,
}

/// Which way to walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// To where data comes from.
    Upstream,
    /// To where data goes.
    Downstream,
}

/// What a walk comes to.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// A product, by its domain.
    Product(String),
    /// All datasets of a namespace outside the mesh.
    Namespace(String),
    /// A port, whatever its major version.
    Port(PortName),
    /// A dataset; a port's major version among them.
    Dataset(Dataset),
    /// The rows of a dataset, not their values.
    Rows(Dataset),
    /// A column of a dataset.
    Column(Dataset, String),
    /// A job that reads and writes nothing.
    Job(JobName),
}

impl JobKind {
    /// The word in the database.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Job => "job",
            Self::Dataset => "dataset",
            Self::Declared => "declared",
        }
    }

    /// The kind of that word.
    #[must_use]
    pub fn parse(word: &str) -> Option<Self> {
        [Self::Job, Self::Dataset, Self::Declared].into_iter().find(|kind| kind.as_str() == word)
    }

    /// What its edges are.
    #[must_use]
    pub fn edges(self) -> EdgeKind {
        match self {
            Self::Job | Self::Dataset => EdgeKind::Observed,
            Self::Declared => EdgeKind::Declared,
        }
    }
}

impl Level {
    /// What `dataset` is a part of.
    pub(super) fn node(self, dataset: &Dataset) -> Node {
        let place = Place::of(dataset);
        match (self, place) {
            (Self::Product, place) => match place.domain() {
                Some(domain) => Node::Product(domain.to_owned()),
                None => Node::Namespace(dataset.namespace.clone()),
            },
            (Self::Port, Place::Port(port)) => Node::Port(port.name),
            _ => Node::Dataset(dataset.clone()),
        }
    }
}
