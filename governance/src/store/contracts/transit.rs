//! Transitions that people ask for, and acknowledgements.

use chrono::{DateTime, Utc};
use mesh_api::Transition;
use mesh_contract::PortName;
use semver::Version;
use serde_json::json;
use sqlx::AnyConnection;

use super::life::{self, Cause};
use super::{ONE, StoredVersion, major_key, read};
use crate::lifecycle::{self, Asked, Asker, Refusal};
use crate::store::audit::{self, Entry};
use crate::store::concerned::concerned;
use crate::store::{Store, StoreError};

/// A transition that somebody asks for.
pub(crate) struct NewTransition<'a> {
    pub(crate) port: &'a PortName,
    pub(crate) version: &'a Version,
    pub(crate) transition: Transition,
    pub(crate) asker: Asker<'a>,
    pub(crate) reason: &'a str,
    pub(crate) sunset: Option<DateTime<Utc>>,
    pub(crate) at: DateTime<Utc>,
}

/// What a request came to.
#[derive(Debug)]
pub(crate) enum Transited {
    /// It is done: the version as it is now.
    Done(StoredVersion),
    /// The version is not as its reader saw it: as it is now.
    Changed(StoredVersion),
    Refused(Refusal),
}

impl Store {
    /// Takes a version a step further, when it still is as the asker saw it: `seen` is asked, with the version as it is.
    pub(crate) async fn transit(
        &self,
        new: &NewTransition<'_>,
        seen: impl FnOnce(&StoredVersion) -> bool,
    ) -> Result<Transited, StoreError> {
        let mut transaction = self.database.write().await?;
        audit::hold(&mut transaction).await?;
        let Some(stored) = one(&mut transaction, new.port, new.version).await? else {
            return Ok(Transited::Refused(Refusal::Unknown));
        };
        let port = life::standings(&mut transaction, new.port).await?;
        let concerned = match new.transition {
            Transition::Deprecate | Transition::Retire => {
                concerned(&mut transaction, new.port, new.version.major, new.at).await?
            }
            _ => Default::default(),
        };
        let asked = Asked {
            transition: new.transition,
            asker: new.asker,
            sunset: new.sunset,
            unsettled: concerned.unsettled.len(),
        };
        let asked = lifecycle::ask(&port, new.version, &asked);
        // Who may not ask at all is not told whether the version changed.
        if !matches!(asked, Err(Refusal::NotEntitled)) && !seen(&stored) {
            return Ok(Transited::Changed(stored));
        }
        let steps = match asked {
            Ok(steps) => steps,
            Err(refusal) => return Ok(Transited::Refused(refusal)),
        };
        let concerns = concerned.consumers.into_iter().collect();
        let cause = Cause { port: new.port, actor: new.asker.name, reason: new.reason, at: new.at, concerns };
        life::record(&mut transaction, &cause, &steps).await?;
        life::apply(&mut transaction, &cause, &steps).await?;
        let stored = one(&mut transaction, new.port, new.version).await?.ok_or(sqlx::Error::RowNotFound)?;
        life::announce(&mut transaction, &cause, &port, &steps).await?;
        self.database.commit(transaction).await?;
        Ok(Transited::Done(stored))
    }

    /// Notes that a consumer knows of the end of a version's major; `None` when it has no agreement on it, or there is no
    /// such version.
    pub(crate) async fn acknowledge(
        &self,
        port: &PortName,
        version: &Version,
        consumer: &str,
        at: DateTime<Utc>,
    ) -> Result<Option<StoredVersion>, StoreError> {
        let mut transaction = self.database.write().await?;
        audit::hold(&mut transaction).await?;
        let Some(stored) = one(&mut transaction, port, version).await? else { return Ok(None) };
        let concerned = concerned(&mut transaction, port, version.major, at).await?;
        if !concerned.consumers.contains(consumer) {
            return Ok(None);
        }
        let detail = json!({"major": version.major});
        let subject = format!("{port} {version}");
        audit::append(
            &mut transaction,
            &Entry { at, actor: consumer, action: "contract.acknowledge", subject, detail },
        )
        .await?;
        sqlx::query(
            "INSERT INTO acknowledgements (domain, port, major, consumer, at_us) VALUES ($1, $2, $3, $4, $5) \
             ON CONFLICT DO NOTHING",
        )
        .bind(port.domain())
        .bind(port.port())
        .bind(major_key(version.major))
        .bind(consumer)
        .bind(at.timestamp_micros())
        .execute(&mut *transaction)
        .await?;
        self.database.commit(transaction).await?;
        Ok(Some(stored))
    }
}

async fn one(
    connection: &mut AnyConnection,
    port: &PortName,
    version: &Version,
) -> Result<Option<StoredVersion>, StoreError> {
    let query = sqlx::query(ONE).bind(port.domain()).bind(port.port()).bind(version.to_string());
    query.fetch_optional(connection).await?.map(|row| read(&row)).transpose()
}
