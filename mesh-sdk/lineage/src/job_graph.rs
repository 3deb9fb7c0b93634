//! What one job says of the lineage graph at one time.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::digest::digest;
use crate::sources::Dataset;
use crate::told::Dependency;

/// What a job reads and writes. Everything it writes depends on everything it reads; of columns more may be known.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct JobGraph {
    /// What it reads.
    pub inputs: BTreeSet<Dataset>,
    /// What it writes.
    pub outputs: BTreeMap<Dataset, Written>,
}

/// What is known of the columns of a dataset that is written.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Written {
    /// Nothing: any column may depend on any column that is read.
    Whole,
    /// Exactly what they depend on.
    ByColumn(BTreeSet<Dependency>),
}

impl JobGraph {
    /// Whether it reads and writes nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.inputs.is_empty() && self.outputs.is_empty()
    }

    /// How many edges it adds: one for each dataset read or written, and one for each dependency of a column.
    #[must_use]
    pub fn edges(&self) -> usize {
        let columns = |written: &Written| match written {
            Written::Whole => 0,
            Written::ByColumn(dependencies) => dependencies.len(),
        };
        self.inputs.len() + self.outputs.len() + self.outputs.values().map(columns).sum::<usize>()
    }

    /// An identity that two equal graphs share and no two others do.
    #[must_use]
    pub fn id(&self) -> String {
        let mut parts: Vec<&str> = vec!["inputs"];
        parts.extend(self.inputs.iter().flat_map(names));
        let mut ways = Vec::new();
        for (output, written) in &self.outputs {
            parts.push("output");
            parts.extend(names(output));
            if let Written::ByColumn(dependencies) = written {
                parts.push("columns");
                for Dependency { column, input, field, ways: of } in dependencies {
                    parts.extend([column.as_str(), &input.namespace, &input.name, field]);
                    ways.push(of.iter().map(ToString::to_string).collect::<Vec<_>>().join("+"));
                }
            }
        }
        parts.push("ways");
        parts.extend(ways.iter().map(String::as_str));
        digest(&parts)
    }
}

fn names(dataset: &Dataset) -> [&str; 2] {
    [&dataset.namespace, &dataset.name]
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dataset(name: &str) -> Dataset {
        Dataset::new("mesh", name)
    }

    #[test]
    fn equal_graphs_share_an_identity_and_others_do_not() {
        let graph = |inputs: &[&str], outputs: &[(&str, Written)]| JobGraph {
            inputs: inputs.iter().map(|name| dataset(name)).collect(),
            outputs: outputs.iter().map(|(name, written)| (dataset(name), written.clone())).collect(),
        };
        let columns = |field: &str| {
            let dependency =
                Dependency { column: "c".into(), input: dataset("a"), field: field.into(), ways: BTreeSet::new() };
            Written::ByColumn(BTreeSet::from([dependency]))
        };
        let graphs = [
            graph(&[], &[]),
            graph(&["a"], &[]),
            graph(&[], &[("a", Written::Whole)]),
            graph(&["a"], &[("b", Written::Whole)]),
            graph(&["a"], &[("b", Written::ByColumn(BTreeSet::new()))]),
            graph(&["a"], &[("b", columns("x"))]),
            graph(&["a"], &[("b", columns("y"))]),
            graph(&["a", "b"], &[]),
        ];
        let ids: BTreeSet<String> = graphs.iter().map(JobGraph::id).collect();
        assert_eq!(ids.len(), graphs.len());
        assert_eq!(graphs[5].id(), graphs[5].clone().id());
        assert_eq!((graphs[0].edges(), graphs[5].edges()), (0, 3));
    }
}
