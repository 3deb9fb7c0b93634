//! Major versions of all ports, with what their runs came to.

use std::collections::HashMap;

use chrono::{DateTime, Utc};
use mesh_api::{PortRun, RegistrationStatus, RunState};
use mesh_contract::PortName;
use semver::Version;
use sqlx::Row as _;
use sqlx::any::AnyRow;
use url::Url;

use crate::lifecycle;
use crate::store::quality::read_run;
use crate::store::{Store, StoreError, endpoint, number, port_name, status, text, time, time_or_none, version};

/// A major version of a port.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct MajorKey {
    pub(crate) port: PortName,
    pub(crate) major: u64,
}

/// What is stored of a major version of a port.
pub(crate) struct PortFacts {
    pub(crate) key: MajorKey,
    pub(crate) version: StandingVersion,
    pub(crate) endpoint: Option<Url>,
    pub(crate) last_run: Option<PortRun>,
    pub(crate) published_at: Option<DateTime<Utc>>,
    pub(crate) rules: u64,
    pub(crate) rules_broken: u64,
}

/// The version that stands for a major.
#[derive(Clone, Debug)]
pub(crate) struct StandingVersion {
    pub(crate) version: Version,
    pub(crate) hash: String,
    pub(crate) status: RegistrationStatus,
    pub(crate) contract: String,
    pub(crate) description: Option<String>,
    pub(crate) registered_at: DateTime<Utc>,
    pub(crate) sunset: Option<DateTime<Utc>>,
}

/// One row for each major, from the number of bound values on. Each run is looked up by an index that ends in its time.
const MAJORS: &str = "\
    SELECT v.domain, v.port, v.major, l.run, l.state, l.at_us, l.snapshot, p.at_us AS published_us, \
    (SELECT COUNT(*) FROM quality_results q WHERE q.domain = v.domain AND q.port = v.port AND q.major = v.major \
     AND q.run = (SELECT n.run FROM quality_results n WHERE n.domain = v.domain AND n.port = v.port \
     AND n.major = v.major ORDER BY n.at_us DESC, n.run DESC LIMIT 1)) AS rules, \
    (SELECT COUNT(*) FROM quality_results q WHERE q.domain = v.domain AND q.port = v.port AND q.major = v.major \
     AND q.held = 0 AND q.run = (SELECT n.run FROM quality_results n WHERE n.domain = v.domain AND n.port = v.port \
     AND n.major = v.major ORDER BY n.at_us DESC, n.run DESC LIMIT 1)) AS rules_broken \
    FROM (SELECT DISTINCT domain, port, major FROM contract_versions WHERE (domain, port, major) > ($1, $2, $3) \
     ORDER BY domain, port, major LIMIT $4) v \
    LEFT JOIN port_runs l ON l.domain = v.domain AND l.port = v.port AND l.major = v.major \
     AND l.run = (SELECT r.run FROM port_runs r WHERE r.domain = v.domain AND r.port = v.port AND r.major = v.major \
     ORDER BY r.at_us DESC, r.run DESC LIMIT 1) \
    LEFT JOIN port_runs p ON p.domain = v.domain AND p.port = v.port AND p.major = v.major \
     AND p.run = (SELECT r.run FROM port_runs r WHERE r.domain = v.domain AND r.port = v.port AND r.major = v.major \
     AND r.state = $5 ORDER BY r.at_us DESC, r.run DESC LIMIT 1) \
    ORDER BY v.domain, v.port, v.major";

impl Store {
    /// Up to `limit` majors by name, from behind `after` on.
    pub(crate) async fn port_facts(&self, after: Option<&MajorKey>, limit: i64) -> Result<Vec<PortFacts>, StoreError> {
        let (domain, port, major) = after.map_or(("", "", 0), |after| {
            (after.port.domain(), after.port.port(), i64::try_from(after.major).unwrap_or(i64::MAX))
        });
        let rows = sqlx::query(MAJORS)
            .bind(domain)
            .bind(port)
            .bind(major)
            .bind(limit)
            .bind(RunState::Complete.as_str())
            .fetch_all(self.database.reader())
            .await?;
        let keys = rows.iter().map(key).collect::<Result<Vec<_>, _>>()?;
        let (Some(first), Some(last)) = (keys.first(), keys.last()) else { return Ok(Vec::new()) };
        let mut versions = self.standing_versions(&first.port, &last.port).await?;
        let mut endpoints = self.endpoints(&first.port, &last.port).await?;
        let mut found = Vec::with_capacity(rows.len());
        for (row, key) in rows.iter().zip(keys) {
            let Some(version) = versions.remove(&key) else { continue };
            let run: Option<String> = row.try_get("run")?;
            found.push(PortFacts {
                version,
                endpoint: endpoints.remove(&key),
                last_run: run.map(|_| read_run(row)).transpose()?,
                published_at: time_or_none(row, "published_us")?,
                rules: number(row, "rules")?,
                rules_broken: number(row, "rules_broken")?,
                key,
            });
        }
        Ok(found)
    }

    /// The version that stands for each major of the ports from `first` to `last`.
    async fn standing_versions(
        &self,
        first: &PortName,
        last: &PortName,
    ) -> Result<HashMap<MajorKey, StandingVersion>, StoreError> {
        let rows = sqlx::query(
            "SELECT v.domain, v.port, v.version, v.hash, v.status, v.description, v.registered_at_us, v.sunset_us, \
             p.contract_id FROM contract_versions v JOIN ports p ON p.domain = v.domain AND p.port = v.port \
             WHERE (v.domain, v.port) >= ($1, $2) AND (v.domain, v.port) <= ($3, $4)",
        )
        .bind(first.domain())
        .bind(first.port())
        .bind(last.domain())
        .bind(last.port())
        .fetch_all(self.database.reader())
        .await?;
        let mut standing: HashMap<MajorKey, StandingVersion> = HashMap::new();
        for row in &rows {
            let version = standing_version(row)?;
            let key = MajorKey { port: port_name(row)?, major: version.version.major };
            match standing.get(&key) {
                Some(known) if known.precedence() >= version.precedence() => {}
                _ => drop(standing.insert(key, version)),
            }
        }
        Ok(standing)
    }

    /// Where products answer for the majors of the ports from `first` to `last`.
    async fn endpoints(&self, first: &PortName, last: &PortName) -> Result<HashMap<MajorKey, Url>, StoreError> {
        let rows = sqlx::query(
            "SELECT o.domain, o.port, o.contract_version, v.endpoint FROM products p \
             JOIN product_versions v ON v.domain = p.domain AND v.version = p.version \
             JOIN product_outputs o ON o.domain = p.domain AND o.product_version = p.version \
             WHERE (o.domain, o.port) >= ($1, $2) AND (o.domain, o.port) <= ($3, $4)",
        )
        .bind(first.domain())
        .bind(first.port())
        .bind(last.domain())
        .bind(last.port())
        .fetch_all(self.database.reader())
        .await?;
        let mut found = HashMap::new();
        for row in &rows {
            let key = MajorKey { port: port_name(row)?, major: version(row, "contract_version")?.major };
            if let Some(endpoint) = endpoint(row)? {
                found.insert(key, endpoint);
            }
        }
        Ok(found)
    }
}

impl StandingVersion {
    fn precedence(&self) -> (bool, bool, &Version) {
        lifecycle::precedence(&self.version, self.status)
    }
}

fn key(row: &AnyRow) -> Result<MajorKey, StoreError> {
    Ok(MajorKey { port: port_name(row)?, major: number(row, "major")? })
}

fn standing_version(row: &AnyRow) -> Result<StandingVersion, StoreError> {
    Ok(StandingVersion {
        version: version(row, "version")?,
        hash: text(row, "hash")?,
        status: status(row)?,
        contract: text(row, "contract_id")?,
        description: row.try_get("description")?,
        registered_at: time(row)?,
        sunset: time_or_none(row, "sunset_us")?,
    })
}
