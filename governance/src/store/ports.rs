//! Ports, read from what was registered.

use std::collections::BTreeMap;

use mesh_api::{PortDetail, PortSummary};
use mesh_contract::PortName;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{Store, StoreError, endpoint, port_name, text, version};

impl Store {
    /// Up to `limit` ports by name, from behind `after` on.
    pub(crate) async fn ports(&self, after: Option<&PortName>, limit: i64) -> Result<Vec<PortSummary>, StoreError> {
        // Names are never empty, so the empty pair is before them all.
        let (domain, port) = after.map_or(("", ""), |name| (name.domain(), name.port()));
        let rows = sqlx::query(
            "SELECT p.domain, p.port, p.contract_id, v.version, v.description FROM \
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
            "SELECT p.domain, p.port, p.contract_id, v.version, v.description FROM ports p \
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

/// One summary for each port among rows that hold one version each.
fn summaries(rows: &[AnyRow]) -> Result<Vec<PortSummary>, StoreError> {
    let mut found: Vec<PortSummary> = Vec::new();
    let mut position: BTreeMap<PortName, usize> = BTreeMap::new();
    for row in rows {
        let (name, newest) = (port_name(row)?, version(row, "version")?);
        let (major, description) = (newest.major, row.try_get("description")?);
        let place = *position.entry(name.clone()).or_insert(found.len());
        match found.get_mut(place) {
            None => {
                let (id, majors) = (text(row, "contract_id")?, vec![major]);
                found.push(PortSummary { name, id, description, newest, majors });
            }
            Some(port) => {
                if let Err(place) = port.majors.binary_search(&major) {
                    port.majors.insert(place, major);
                }
                let rank = |version: &semver::Version| (version.pre.is_empty(), version.clone());
                if rank(&newest) > rank(&port.newest) {
                    (port.newest, port.description) = (newest, description);
                }
            }
        }
    }
    Ok(found)
}
