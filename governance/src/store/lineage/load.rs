//! Reading the graph: now, as it was at a time, and what changed of it.

use std::collections::BTreeSet;

use chrono::{DateTime, Utc};
use mesh_lineage::lineage_graph::{JobKey, JobKind};
use mesh_lineage::told::JobName;
use mesh_lineage::{Dataset, JobGraph};
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::graphs;
use super::names::dataset_id;
use crate::store::{Store, StoreError, text};

impl Store {
    /// How many transactions have written lineage.
    pub(crate) async fn lineage_count(&self) -> Result<i64, StoreError> {
        let row =
            sqlx::query("SELECT count FROM lineage_changes WHERE graph = 1").fetch_one(self.database.reader()).await?;
        Ok(row.try_get("count")?)
    }

    /// The jobs whose graph changed after the write `count`, each with its graph now.
    pub(crate) async fn lineage_since(&self, count: i64) -> Result<Vec<(JobKey, JobGraph)>, StoreError> {
        let rows = sqlx::query(
            "SELECT j.kind, j.namespace, j.name, r.graph_id FROM lineage_jobs j \
             LEFT JOIN lineage_revisions r ON r.job_id = j.id AND r.to_us IS NULL WHERE j.changed_at_count > $1",
        )
        .bind(count)
        .fetch_all(self.database.reader())
        .await?;
        self.with_graphs(&rows).await
    }

    /// The jobs at a time, each with its graph then.
    pub(crate) async fn lineage_at(&self, at: DateTime<Utc>) -> Result<Vec<(JobKey, JobGraph)>, StoreError> {
        let rows = sqlx::query(
            "SELECT j.kind, j.namespace, j.name, r.graph_id FROM lineage_revisions r JOIN lineage_jobs j ON j.id = r.job_id \
             WHERE r.from_us <= $1 AND (r.to_us IS NULL OR r.to_us > $1)",
        )
        .bind(at.timestamp_micros())
        .fetch_all(self.database.reader())
        .await?;
        self.with_graphs(&rows).await
    }

    async fn with_graphs(&self, rows: &[AnyRow]) -> Result<Vec<(JobKey, JobGraph)>, StoreError> {
        let mut jobs = Vec::with_capacity(rows.len());
        for row in rows {
            let word = text(row, "kind")?;
            let kind = JobKind::parse(&word).ok_or(StoreError::Corrupt { column: "kind", value: word })?;
            let name = JobName { namespace: text(row, "namespace")?, name: text(row, "name")? };
            jobs.push((JobKey { kind, name }, row.try_get::<Option<String>, _>("graph_id")?));
        }
        let ids: BTreeSet<String> = jobs.iter().filter_map(|(_, graph)| graph.clone()).collect();
        let mut connection = self.database.reader().acquire().await?;
        let graphs = graphs::load(&mut connection, &ids).await?;
        let graph = |id: Option<String>| id.and_then(|id| graphs.get(&id).cloned()).unwrap_or_default();
        Ok(jobs.into_iter().map(|(job, id)| (job, graph(id))).collect())
    }

    /// Whether any event ever named the dataset.
    pub(crate) async fn knows_dataset(&self, dataset: &Dataset) -> Result<bool, StoreError> {
        let found = sqlx::query("SELECT id FROM lineage_datasets WHERE id = $1")
            .bind(dataset_id(dataset))
            .fetch_optional(self.database.reader())
            .await?;
        Ok(found.is_some())
    }
}
