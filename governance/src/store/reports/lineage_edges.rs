//! The lineage graph of now as a list: edges between datasets, edges between columns, and who reads what.

use chrono::{DateTime, NaiveDate, Utc};
use mesh_api::{LineageEdgeKind, LineageNodeKind, ReportedEdge, ReportedEnd};
use mesh_contract::PortVersion;
use mesh_lineage::lineage_graph::{EdgeKind, JobKind};
use mesh_lineage::{MESH, digest};
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;

use crate::store::consumption::{day, day_number};
use crate::store::{Store, StoreError, number, port_name, text, time_or_none};

/// An edge's place in the list, which has three parts in this order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) enum EdgeKey {
    /// Job, input and output, by identity.
    Datasets(String, String, String),
    /// Job, by identity, and the edge's place in its graph.
    Columns(String, i64),
    /// Domain, port, major, principal and column.
    Reads(String, String, i64, String, String),
}

impl EdgeKey {
    fn first_of_datasets() -> Self {
        Self::Datasets(String::new(), String::new(), String::new())
    }

    fn first_of_columns() -> Self {
        Self::Columns(String::new(), 0)
    }

    fn first_of_reads() -> Self {
        Self::Reads(String::new(), String::new(), 0, String::new(), String::new())
    }

    /// Whether it holds nothing that could not be in the database.
    pub(crate) fn is_plain(&self) -> bool {
        let texts: Vec<&str> = match self {
            Self::Datasets(job, input, output) => vec![job, input, output],
            Self::Columns(job, _) => vec![job],
            Self::Reads(domain, port, _, principal, column) => vec![domain, port, principal, column],
        };
        texts.iter().all(|text| !text.contains('\0'))
    }
}

/// An edge and its place.
type Placed = (EdgeKey, ReportedEdge);

impl Store {
    /// Up to `limit` edges from behind `after` on; of reads, those from the day `since` on.
    pub(crate) async fn lineage_edges(
        &self,
        after: Option<EdgeKey>,
        since: NaiveDate,
        limit: i64,
    ) -> Result<Vec<Placed>, StoreError> {
        let mut found: Vec<Placed> = Vec::new();
        let mut place = after.unwrap_or_else(EdgeKey::first_of_datasets);
        loop {
            let rest = limit - i64::try_from(found.len()).unwrap_or(i64::MAX);
            let (edges, next) = match &place {
                EdgeKey::Datasets(job, input, output) => {
                    (self.dataset_edges((job, input, output), rest).await?, EdgeKey::first_of_columns())
                }
                EdgeKey::Columns(job, number) => {
                    (self.column_edges((job, *number), rest).await?, EdgeKey::first_of_reads())
                }
                EdgeKey::Reads(..) => {
                    found.extend(self.read_edges(&place, since, rest).await?);
                    return Ok(found);
                }
            };
            found.extend(edges);
            if i64::try_from(found.len()).unwrap_or(i64::MAX) >= limit {
                return Ok(found);
            }
            place = next;
        }
    }

    async fn dataset_edges(&self, after: (&str, &str, &str), limit: i64) -> Result<Vec<Placed>, StoreError> {
        let rows = sqlx::query(
            "SELECT j.id, j.kind, j.namespace, j.name, r.from_us, i.dataset_id AS input_id, \
             o.dataset_id AS output_id, a.namespace AS input_namespace, a.name AS input_name, \
             b.namespace AS output_namespace, b.name AS output_name \
             FROM lineage_revisions r JOIN lineage_jobs j ON j.id = r.job_id \
             JOIN lineage_graph_datasets i ON i.graph_id = r.graph_id AND i.role = 'in' \
             JOIN lineage_graph_datasets o ON o.graph_id = r.graph_id AND o.role <> 'in' \
             JOIN lineage_datasets a ON a.id = i.dataset_id JOIN lineage_datasets b ON b.id = o.dataset_id \
             WHERE r.to_us IS NULL AND (r.job_id, i.dataset_id, o.dataset_id) > ($1, $2, $3) \
             ORDER BY r.job_id, i.dataset_id, o.dataset_id LIMIT $4",
        )
        .bind(after.0)
        .bind(after.1)
        .bind(after.2)
        .bind(limit)
        .fetch_all(self.database.reader())
        .await?;
        let placed = |row| {
            let place = EdgeKey::Datasets(text(row, "id")?, text(row, "input_id")?, text(row, "output_id")?);
            let (from, to) = (dataset(row, "input")?, dataset(row, "output")?);
            Ok((place, by_job(row, from, to, "")?))
        };
        rows.iter().map(placed).collect()
    }

    async fn column_edges(&self, after: (&str, i64), limit: i64) -> Result<Vec<Placed>, StoreError> {
        let rows = sqlx::query(
            "SELECT j.id, j.kind, j.namespace, j.name, r.from_us, c.place, c.output_column, c.input_column, c.ways, \
             a.namespace AS input_namespace, a.name AS input_name, \
             b.namespace AS output_namespace, b.name AS output_name \
             FROM lineage_revisions r JOIN lineage_jobs j ON j.id = r.job_id \
             JOIN lineage_graph_columns c ON c.graph_id = r.graph_id \
             JOIN lineage_datasets a ON a.id = c.input_id JOIN lineage_datasets b ON b.id = c.output_id \
             WHERE r.to_us IS NULL AND (r.job_id, c.place) > ($1, $2) ORDER BY r.job_id, c.place LIMIT $3",
        )
        .bind(after.0)
        .bind(after.1)
        .bind(limit)
        .fetch_all(self.database.reader())
        .await?;
        let placed = |row| {
            let place: i64 = sqlx::Row::try_get(row, "place")?;
            let from = of_column(dataset(row, "input")?, text(row, "input_column")?);
            let to = of_column(dataset(row, "output")?, text(row, "output_column")?);
            Ok((EdgeKey::Columns(text(row, "id")?, place), by_job(row, from, to, &text(row, "ways")?)?))
        };
        rows.iter().map(placed).collect()
    }

    async fn read_edges(&self, after: &EdgeKey, since: NaiveDate, limit: i64) -> Result<Vec<Placed>, StoreError> {
        let EdgeKey::Reads(domain, port, major, principal, column) = after else { return Ok(Vec::new()) };
        let rows = sqlx::query(
            "SELECT domain, port, major, principal, column_name, first_day, last_day FROM consumption_columns \
             WHERE last_day >= $1 AND (domain, port, major, principal, column_name) > ($2, $3, $4, $5, $6) \
             ORDER BY domain, port, major, principal, column_name LIMIT $7",
        )
        .bind(day_number(since))
        .bind(domain)
        .bind(port)
        .bind(major)
        .bind(principal)
        .bind(column)
        .bind(limit)
        .fetch_all(self.database.reader())
        .await?;
        rows.iter().map(read).collect()
    }
}

/// An edge that a job makes.
fn by_job(row: &AnyRow, from: ReportedEnd, to: ReportedEnd, ways: &str) -> Result<ReportedEdge, StoreError> {
    let word = text(row, "kind")?;
    let kind = JobKind::parse(&word).ok_or(StoreError::Corrupt { column: "kind", value: word.clone() })?;
    let (namespace, name) = (text(row, "namespace")?, text(row, "name")?);
    Ok(ReportedEdge {
        id: identity(&[&word, &namespace, &name, ways], &from, &to),
        kind: match kind.edges() {
            EdgeKind::Declared => LineageEdgeKind::Declared,
            EdgeKind::Observed => LineageEdgeKind::Observed,
            EdgeKind::Consumed => LineageEdgeKind::Consumed,
        },
        from,
        to,
        job: Some(format!("{namespace}:{name}")),
        ways: ways.split(' ').filter(|way| !way.is_empty()).map(str::to_owned).collect(),
        since: time_or_none(row, "from_us")?.unwrap_or_default(),
        last_read: None,
    })
}

/// What somebody read.
fn read(row: &AnyRow) -> Result<Placed, StoreError> {
    let version = PortVersion { name: port_name(row)?, major: number(row, "major")? };
    let (principal, column) = (text(row, "principal")?, text(row, "column_name")?);
    let major = i64::try_from(version.major).unwrap_or(i64::MAX);
    let (domain, port) = (version.name.domain().to_owned(), version.name.port().to_owned());
    let whole = ReportedEnd {
        kind: LineageNodeKind::Dataset,
        namespace: Some(MESH.to_owned()),
        name: version.to_string(),
        column: None,
    };
    // A read that did not say which columns is one of the whole port.
    let from = if column.is_empty() { whole } else { of_column(whole, column.clone()) };
    let to = ReportedEnd { kind: LineageNodeKind::Reader, namespace: None, name: principal.clone(), column: None };
    let edge = ReportedEdge {
        id: identity(&["read"], &from, &to),
        kind: LineageEdgeKind::Consumed,
        from,
        to,
        job: None,
        ways: Vec::new(),
        since: midnight(day(row, "first_day")?),
        last_read: Some(day(row, "last_day")?),
    };
    Ok((EdgeKey::Reads(domain, port, major, principal, column), edge))
}

fn midnight(day: NaiveDate) -> DateTime<Utc> {
    day.and_time(chrono::NaiveTime::MIN).and_utc()
}

/// The dataset at one end: `input` or `output`.
fn dataset(row: &AnyRow, end: &str) -> Result<ReportedEnd, StoreError> {
    let (namespace, name) =
        if end == "input" { ("input_namespace", "input_name") } else { ("output_namespace", "output_name") };
    let (namespace, name) = (text(row, namespace)?, text(row, name)?);
    Ok(ReportedEnd { kind: LineageNodeKind::Dataset, namespace: Some(namespace), name, column: None })
}

/// A column of a dataset; the empty one stands for its rows.
fn of_column(dataset: ReportedEnd, column: String) -> ReportedEnd {
    if column.is_empty() {
        return ReportedEnd { kind: LineageNodeKind::Rows, ..dataset };
    }
    ReportedEnd { kind: LineageNodeKind::Column, column: Some(column), ..dataset }
}

fn identity(job: &[&str], from: &ReportedEnd, to: &ReportedEnd) -> String {
    let mut parts = job.to_vec();
    for end in [from, to] {
        let kind = match end.kind {
            LineageNodeKind::Column => "column",
            LineageNodeKind::Rows => "rows",
            LineageNodeKind::Reader => "reader",
            _ => "dataset",
        };
        parts.extend([kind, end.namespace.as_deref().unwrap_or_default(), &end.name]);
        parts.extend([end.column.as_deref().unwrap_or_default()]);
    }
    digest(&parts)
}
