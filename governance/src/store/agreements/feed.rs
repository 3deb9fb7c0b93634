//! What is granted, for the products that serve it.

use chrono::{DateTime, Utc};
use mesh_policy::{Agreement, Purpose};

use super::{StoredAgreement, read, select};
use crate::store::{Store, StoreError};

/// Agreements that are marked as over in one go.
const DUE_MAX: i64 = 100;

const IN_FORCE: &str =
    select!("WHERE domain = $1 AND status IN ('active', 'renewing') AND expires_us > $2 ORDER BY number");
const DUE: &str =
    select!("WHERE domain = $1 AND status IN ('active', 'renewing') AND expires_us <= $2 ORDER BY number LIMIT $3");

impl Store {
    /// The revision of what is granted over a domain's ports: 0 before anything was.
    pub(crate) async fn grant_revision(&self, domain: &str) -> Result<u64, StoreError> {
        let row = sqlx::query("SELECT revision FROM grant_revisions WHERE domain = $1")
            .bind(domain)
            .fetch_optional(self.database.reader())
            .await?;
        row.map_or(Ok(0), |row| super::unsigned(&row, "revision"))
    }

    /// The agreements in force over a domain's ports.
    pub(crate) async fn grants(&self, domain: &str, now: DateTime<Utc>) -> Result<Vec<Agreement>, StoreError> {
        let rows =
            sqlx::query(IN_FORCE).bind(domain).bind(now.timestamp_micros()).fetch_all(self.database.reader()).await?;
        rows.iter().map(|row| Ok(granted(read(row)?))).collect()
    }

    /// Marks agreements over a domain's ports whose time is over, which moves the revision.
    pub(crate) async fn expire_due(&self, domain: &str, now: DateTime<Utc>) -> Result<(), StoreError> {
        let rows = sqlx::query(DUE)
            .bind(domain)
            .bind(now.timestamp_micros())
            .bind(DUE_MAX)
            .fetch_all(self.database.reader())
            .await?;
        for row in &rows {
            let due = read(row)?;
            if let Some(ended) = due.overdue(now) {
                // Whoever changed it meanwhile has moved the revision as well.
                self.expire_agreement(&due, ended).await?;
            }
        }
        Ok(())
    }
}

fn granted(stored: StoredAgreement) -> Agreement {
    let StoredAgreement { summary, .. } = stored;
    Agreement {
        id: summary.id,
        port: summary.port,
        major: summary.major,
        principal: summary.principal,
        purposes: summary.purposes.into_iter().map(Purpose).collect(),
        columns: summary.columns,
        starts: summary.starts.unwrap_or(summary.requested_at),
        expires: summary.expires.unwrap_or(summary.until),
    }
}
