//! Listing agreements.

use chrono::{DateTime, Utc};
use mesh_api::{AgreementStatus, AgreementSummary};
use mesh_policy::Principal;

use super::read;
use crate::store::{Store, StoreError};

/// What of the list its reader may see.
pub(crate) enum Sight {
    /// All of it.
    All,
    /// One's own agreements, and those over the ports of one's domains.
    Of { principal: String, domains: Vec<String> },
}

/// Which agreements to list; an empty text is any.
pub(crate) struct Listing {
    pub(crate) domain: String,
    pub(crate) port: String,
    pub(crate) principal: String,
    pub(crate) status: Option<AgreementStatus>,
    /// Only those with lower numbers.
    pub(crate) before: Option<i64>,
    pub(crate) limit: i64,
}

impl Sight {
    pub(crate) fn of(principal: &Principal) -> Self {
        if principal.governs() {
            return Self::All;
        }
        Self::Of { principal: principal.name.clone(), domains: principal.domains().map(str::to_owned).collect() }
    }
}

impl Store {
    /// Agreements, newest first, as they are true at `now`.
    pub(crate) async fn agreements(
        &self,
        listing: &Listing,
        sight: &Sight,
        now: DateTime<Utc>,
    ) -> Result<Vec<AgreementSummary>, StoreError> {
        let (seen, domains): (_, &[String]) = match sight {
            Sight::All => ("1 = 1".to_owned(), &[]),
            Sight::Of { domains, .. } => {
                let places: Vec<_> = (0..domains.len()).map(|place| format!("${}", place + 9)).collect();
                let owned =
                    if places.is_empty() { "1 = 0".to_owned() } else { format!("domain IN ({})", places.join(", ")) };
                (format!("(principal = $8 OR {owned})"), domains)
            }
        };
        // Only places for values are put together here; the values are bound below.
        let sql = format!(
            "{} AND {seen} ORDER BY number DESC LIMIT $7",
            super::select!(
                "WHERE number < $1 AND ($2 = '' OR domain = $2) AND ($3 = '' OR port = $3) \
                 AND ($4 = '' OR principal = $4) AND ($5 = '' OR $5 = CASE \
                 WHEN status IN ('active', 'renewing') AND expires_us <= $6 THEN 'expired' \
                 WHEN status = 'requested' AND until_us <= $6 THEN 'expired' ELSE status END)"
            )
        );
        let query = sqlx::query(sqlx::AssertSqlSafe(sql))
            .bind(listing.before.unwrap_or(i64::MAX))
            .bind(&listing.domain)
            .bind(&listing.port)
            .bind(&listing.principal)
            .bind(listing.status.map_or("", AgreementStatus::as_str))
            .bind(now.timestamp_micros())
            .bind(listing.limit);
        let query = match sight {
            Sight::All => query,
            Sight::Of { principal, .. } => domains.iter().fold(query.bind(principal), sqlx::query::Query::bind),
        };
        let rows = query.fetch_all(self.database.reader()).await?;
        rows.iter().map(|row| Ok(read(row)?.shown(now))).collect()
    }
}
