//! Ports that nobody reads.

use chrono::{DateTime, Utc};
use mesh_api::UnusedPort;
use mesh_contract::PortName;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{day, day_number, number};
use crate::store::{Store, StoreError, port_name, time};

/// Key of the last entry of the page before.
pub(crate) struct UnusedAfter {
    pub(crate) port: PortName,
    pub(crate) major: u64,
}

impl Store {
    /// Up to `limit` major versions of ports that were there before `since` and that nobody read after it, by name; of
    /// `domain` alone where it is given.
    pub(crate) async fn unused_ports(
        &self,
        domain: Option<&str>,
        since: DateTime<Utc>,
        after: Option<&UnusedAfter>,
        limit: i64,
    ) -> Result<Vec<UnusedPort>, StoreError> {
        let (after_domain, after_port, after_major) = after.map_or(("", "", 0), |after| {
            (after.port.domain(), after.port.port(), i64::try_from(after.major).unwrap_or(i64::MAX))
        });
        let rows = sqlx::query(
            "SELECT v.domain, v.port, v.major, v.registered_at_us, c.last_day FROM \
             (SELECT domain, port, major, MIN(registered_at_us) AS registered_at_us FROM contract_versions \
             WHERE status <> 'retired' AND ($1 = '' OR domain = $1) AND (domain, port, major) > ($2, $3, $4) \
             GROUP BY domain, port, major) v \
             LEFT JOIN (SELECT domain, port, major, MAX(last_day) AS last_day FROM consumption_columns \
             GROUP BY domain, port, major) c \
             ON c.domain = v.domain AND c.port = v.port AND c.major = v.major \
             WHERE v.registered_at_us < $5 AND (c.last_day IS NULL OR c.last_day < $6) \
             ORDER BY v.domain, v.port, v.major LIMIT $7",
        )
        .bind(domain.unwrap_or_default())
        .bind(after_domain)
        .bind(after_port)
        .bind(after_major)
        .bind(since.timestamp_micros())
        .bind(day_number(since.date_naive()))
        .bind(limit)
        .fetch_all(self.database.reader())
        .await?;
        rows.iter().map(unused).collect()
    }
}

fn unused(row: &AnyRow) -> Result<UnusedPort, StoreError> {
    let last_read = match row.try_get::<Option<i64>, _>("last_day")? {
        Some(_) => Some(day(row, "last_day")?),
        None => None,
    };
    Ok(UnusedPort { port: port_name(row)?, major: number(row, "major")?, registered_at: time(row)?, last_read })
}
