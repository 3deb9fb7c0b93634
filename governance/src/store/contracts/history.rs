//! What happened to a version.

use mesh_api::{Transition, VersionEvent};
use mesh_contract::PortName;
use semver::Version;
use sqlx::any::AnyRow;

use crate::store::{Store, StoreError, number, text, time_or_none};

impl Store {
    /// Up to `limit` events of a version in order, from behind the one with number `after` on.
    pub(crate) async fn version_events(
        &self,
        port: &PortName,
        version: &Version,
        after: i64,
        limit: i64,
    ) -> Result<Vec<VersionEvent>, StoreError> {
        let rows = sqlx::query(
            "SELECT number, transition, at_us, actor, reason, sunset_us, concerns FROM version_events \
             WHERE domain = $1 AND port = $2 AND version = $3 AND number > $4 ORDER BY number LIMIT $5",
        )
        .bind(port.domain())
        .bind(port.port())
        .bind(version.to_string())
        .bind(after)
        .bind(limit)
        .fetch_all(self.database.reader())
        .await?;
        rows.iter().map(event).collect()
    }
}

fn event(row: &AnyRow) -> Result<VersionEvent, StoreError> {
    let corrupt = |column, value| StoreError::Corrupt { column, value };
    let (word, concerns) = (text(row, "transition")?, text(row, "concerns")?);
    let transition = Transition::parse(&word).ok_or_else(|| corrupt("transition", word))?;
    Ok(VersionEvent {
        number: number(row, "number")?,
        transition,
        status: transition.status(),
        at: time_or_none(row, "at_us")?.unwrap_or_default(),
        actor: text(row, "actor")?,
        reason: text(row, "reason")?,
        sunset: time_or_none(row, "sunset_us")?,
        concerns: serde_json::from_str(&concerns).map_err(|_| corrupt("concerns", concerns))?,
    })
}
