//! Ports, read from what was registered.

use std::collections::{BTreeSet, HashMap};

use mesh_api::{PortDetail, PortSummary};
use mesh_contract::PortName;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{Store, StoreError, endpoint, port_name, rows, status, text, version};

impl Store {
    /// Up to `limit` ports by name, from behind `after` on.
    pub(crate) async fn ports(&self, after: Option<&PortName>, limit: i64) -> Result<Vec<PortSummary>, StoreError> {
        // Names are never empty, so the empty pair is before them all.
        let (domain, port) = after.map_or(("", ""), |name| (name.domain(), name.port()));
        let rows = sqlx::query(
            "SELECT p.domain, p.port, p.contract_id, v.version, v.status, v.description FROM \
             (SELECT domain, port, contract_id FROM ports WHERE (domain, port) > ($1, $2) \
             ORDER BY domain, port LIMIT $3) p \
             JOIN contract_versions v ON v.domain = p.domain AND v.port = p.port ORDER BY p.domain, p.port",
        )
        .bind(domain)
        .bind(port)
        .bind(limit)
        .fetch_all(self.database.reader())
        .await?;
        summaries(&rows)
    }

    /// One port.
    pub(crate) async fn port(&self, name: &PortName) -> Result<Option<PortDetail>, StoreError> {
        let rows = sqlx::query(
            "SELECT p.domain, p.port, p.contract_id, v.version, v.status, v.description FROM ports p \
             JOIN contract_versions v ON v.domain = p.domain AND v.port = p.port WHERE p.domain = $1 AND p.port = $2",
        )
        .bind(name.domain())
        .bind(name.port())
        .fetch_all(self.database.reader())
        .await?;
        let Some(summary) = summaries(&rows)?.pop() else { return Ok(None) };
        let served = sqlx::query(
            "SELECT o.contract_version, v.endpoint FROM products p \
             JOIN product_versions v ON v.domain = p.domain AND v.version = p.version \
             JOIN product_outputs o ON o.domain = p.domain AND o.product_version = p.version \
             WHERE o.domain = $1 AND o.port = $2",
        )
        .bind(name.domain())
        .bind(name.port())
        .fetch_all(self.database.reader())
        .await?;
        let mut versions = served.iter().map(|row| version(row, "contract_version")).collect::<Result<Vec<_>, _>>()?;
        versions.sort();
        let endpoint = served.first().map(endpoint).transpose()?.flatten();
        Ok(Some(PortDetail { summary, served: versions.iter().map(ToString::to_string).collect(), endpoint }))
    }
}

impl Store {
    /// The ports whose contract has one of these identities.
    pub(crate) async fn ports_by_contract(&self, ids: BTreeSet<&str>) -> Result<HashMap<String, PortName>, StoreError> {
        let mut connection = self.database.reader().acquire().await?;
        let head = "SELECT domain, port, contract_id FROM ports WHERE contract_id IN";
        let found = rows::select(&mut connection, head, ids.into_iter(), "").await?;
        found.iter().map(|row| Ok((text(row, "contract_id")?, port_name(row)?))).collect()
    }
}

/// One summary for each port among rows that hold one version each.
fn summaries(rows: &[AnyRow]) -> Result<Vec<PortSummary>, StoreError> {
    let mut found: Vec<(PortName, Vec<&AnyRow>)> = Vec::new();
    for row in rows {
        let name = port_name(row)?;
        match found.last_mut() {
            Some((last, versions)) if *last == name => versions.push(row),
            _ => found.push((name, vec![row])),
        }
    }
    let summaries = found.into_iter().map(|(name, rows)| summary(name, &rows));
    summaries.filter_map(Result::transpose).collect()
}

/// The summary of one port, from one row for each of its versions.
fn summary(name: PortName, rows: &[&AnyRow]) -> Result<Option<PortSummary>, StoreError> {
    let mut versions = Vec::with_capacity(rows.len());
    for row in rows {
        versions.push((status(row)?.is_in_force(), version(row, "version")?, *row));
    }
    if versions.iter().any(|(in_force, ..)| *in_force) {
        versions.retain(|(in_force, ..)| *in_force);
    }
    let majors: BTreeSet<u64> = versions.iter().map(|(_, version, _)| version.major).collect();
    let newest = versions.into_iter().max_by_key(|(_, version, _)| (version.pre.is_empty(), version.clone()));
    let Some((_, newest, row)) = newest else { return Ok(None) };
    let (id, description) = (text(row, "contract_id")?, row.try_get("description")?);
    Ok(Some(PortSummary { name, id, description, newest, majors: majors.into_iter().collect() }))
}
