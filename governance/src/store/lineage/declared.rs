//! What manifests and contracts declare, kept as the runs of jobs are.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, Utc};
use mesh_lineage::lineage_graph::{JobKey, JobKind};
use mesh_lineage::told::JobName;
use mesh_lineage::{JobGraph, MESH};

use super::heard::{JOBS, job_row};
use super::names::{Known, job_id};
use super::{count, graphs, revisions};
use crate::store::{Store, StoreError, rows, text};

impl Store {
    /// What a product declares from now on: for each of its ports, by name with major version, what it is made from. What
    /// it declared before and does not now is declared no longer.
    pub(crate) async fn declare(
        &self,
        domain: &str,
        ports: BTreeMap<String, JobGraph>,
        by: &str,
        at: DateTime<Utc>,
    ) -> Result<(), StoreError> {
        let key = |name: &str| JobKey {
            kind: JobKind::Declared,
            name: JobName { namespace: MESH.to_owned(), name: name.to_owned() },
        };
        let mut transaction = self.database.write().await?;
        let count = count(&mut transaction).await?;
        let mut declared: BTreeMap<String, (JobKey, JobGraph)> =
            ports.into_iter().map(|(port, graph)| (job_id(&key(&port)), (key(&port), graph))).collect();
        let prefix = format!("{domain}.");
        let before = sqlx::query("SELECT id, name FROM lineage_jobs WHERE kind = 'declared' AND name LIKE $1")
            .bind(format!("{prefix}%"))
            .fetch_all(&mut *transaction)
            .await?;
        for row in before {
            let name = text(&row, "name")?;
            // `_` in a domain's name stands for any character there.
            if name.starts_with(&prefix) {
                declared.entry(text(&row, "id")?).or_insert((key(&name), JobGraph::default()));
            }
        }
        let of_ports: BTreeMap<String, JobGraph> =
            declared.values().map(|(_, graph)| (graph.id(), graph.clone())).collect();
        graphs::store(&mut transaction, &mut Known::default(), &of_ports).await?;
        let jobs = declared.iter().map(|(id, (key, _))| job_row(id, key, by)).collect();
        rows::insert(&mut transaction, JOBS, jobs, "ON CONFLICT DO NOTHING").await?;
        let mut changed = BTreeSet::new();
        for (id, (_, graph)) in &declared {
            if revisions::revise(&mut transaction, id, at, &graph.id()).await? {
                changed.insert(id.clone());
            }
        }
        revisions::mark(&mut transaction, &changed, count).await?;
        self.database.commit(transaction).await
    }
}
