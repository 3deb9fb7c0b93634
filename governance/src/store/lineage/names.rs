//! Identities of datasets and jobs, and those that are known to be stored.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use mesh_lineage::lineage_graph::JobKey;
use mesh_lineage::{Dataset, digest};
use sqlx::AnyConnection;

use crate::store::StoreError;
use crate::store::rows::{self, Value};

/// Most names that are remembered; then it begins anew.
const KNOWN_MAX: usize = 200_000;

/// What is known to be stored, so that it is not asked for again. Nothing of it is ever deleted. Whoever rolls a transaction
/// back forgets it.
#[derive(Debug, Default)]
pub(crate) struct Known {
    pub(super) datasets: HashSet<String>,
    pub(super) graphs: HashSet<String>,
}

impl Known {
    /// Begins anew when it has become large.
    pub(super) fn trim(&mut self) {
        for known in [&mut self.datasets, &mut self.graphs] {
            if known.len() > KNOWN_MAX {
                known.clear();
            }
        }
    }
}

pub(super) fn dataset_id(dataset: &Dataset) -> String {
    digest(&[&dataset.namespace, &dataset.name])
}

pub(super) fn job_id(job: &JobKey) -> String {
    digest(&[job.kind.as_str(), &job.name.namespace, &job.name.name])
}

/// Stores datasets that are not there yet.
pub(super) async fn store_datasets(
    connection: &mut AnyConnection,
    known: &mut Known,
    datasets: impl Iterator<Item = &Dataset>,
) -> Result<(), StoreError> {
    let unique: BTreeSet<&Dataset> = datasets.collect();
    let new: BTreeMap<String, &Dataset> = unique
        .into_iter()
        .map(|dataset| (dataset_id(dataset), dataset))
        .filter(|(id, _)| !known.datasets.contains(id))
        .collect();
    let row = |(id, dataset): (&String, &&Dataset)| {
        [Value::from(id.as_str()), Value::from(dataset.namespace.as_str()), Value::from(dataset.name.as_str())]
    };
    let head = "INSERT INTO lineage_datasets (id, namespace, name)";
    rows::insert(connection, head, new.iter().map(row).collect(), "ON CONFLICT DO NOTHING").await?;
    known.datasets.extend(new.into_keys());
    Ok(())
}
