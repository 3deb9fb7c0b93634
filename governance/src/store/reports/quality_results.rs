//! What runs found of the rules of all ports, in the order in which they were heard of.

use mesh_api::ReportedResult;
use serde::{Deserialize, Serialize};
use sqlx::any::AnyRow;

use crate::store::quality::read_result;
use crate::store::{Store, StoreError, number, port_name};

/// A result's place in the order in which runs were heard of: the count, domain, port, major, run and rule.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct HeardKey(
    pub(crate) i64,
    pub(crate) String,
    pub(crate) String,
    pub(crate) i64,
    pub(crate) String,
    pub(crate) String,
);

impl HeardKey {
    /// Behind everything that was heard of with this count.
    pub(crate) fn behind(count: i64) -> Self {
        Self(count.saturating_add(1), String::new(), String::new(), 0, String::new(), String::new())
    }

    pub(crate) fn of(result: &ReportedResult) -> Self {
        let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
        let ReportedResult { port, major, result, heard } = result;
        Self(
            number(*heard),
            port.domain().to_owned(),
            port.port().to_owned(),
            number(*major),
            result.run.clone(),
            result.rule.clone(),
        )
    }
}

impl Store {
    /// Up to `limit` results in the order in which their runs were heard of, from behind `after` on.
    pub(crate) async fn heard_results(&self, after: &HeardKey, limit: i64) -> Result<Vec<ReportedResult>, StoreError> {
        let HeardKey(count, domain, port, major, run, rule) = after;
        let rows = sqlx::query(
            "SELECT r.heard_at_count, q.domain, q.port, q.major, q.at_us, q.run, q.rule, q.held, q.severity, \
             q.column_name, q.description, q.expected, q.actual FROM port_runs r JOIN quality_results q \
             ON q.domain = r.domain AND q.port = r.port AND q.major = r.major AND q.run = r.run \
             WHERE r.heard_at_count >= $1 \
             AND (r.heard_at_count, r.domain, r.port, r.major, r.run, q.rule) > ($1, $2, $3, $4, $5, $6) \
             ORDER BY r.heard_at_count, r.domain, r.port, r.major, r.run, q.rule LIMIT $7",
        )
        .bind(count)
        .bind(domain)
        .bind(port)
        .bind(major)
        .bind(run)
        .bind(rule)
        .bind(limit)
        .fetch_all(self.database.reader())
        .await?;
        rows.iter().map(reported).collect()
    }
}

fn reported(row: &AnyRow) -> Result<ReportedResult, StoreError> {
    Ok(ReportedResult {
        port: port_name(row)?,
        major: number(row, "major")?,
        result: read_result(row)?,
        heard: number(row, "heard_at_count")?,
    })
}
