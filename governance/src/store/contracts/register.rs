//! Storing a contract version, with what its registration comes to.

use mesh_api::{EventKind, RegistrationStatus};
use serde_json::json;
use sqlx::AnyConnection;
use sqlx::any::AnyRow;

use super::life::{self, Cause};
use super::{NewVersion, ONE, Stored, StoredVersion, major_key, read};
use crate::lifecycle::{self, Standing, Step};
use crate::store::events::{self, NewEvent};
use crate::store::{Store, StoreError, audit, text};

impl Store {
    /// Stores a contract version and takes it as far as the rules do on their own, unless it is there. Of several that
    /// race, one goes first; the others wait and then see it.
    pub(crate) async fn store_contract(&self, new: &NewVersion<'_>) -> Result<Stored, StoreError> {
        let mut transaction = self.database.write().await?;
        audit::hold(&mut transaction).await?;
        if let Some(owner) = owner(&mut transaction, new).await?.filter(|owner| owner != new.contract_id) {
            return Ok(Stored::OtherContract(owner));
        }
        let port = life::standings(&mut transaction, new.port).await?;
        let steps = match stored(&mut transaction, new).await? {
            Some(stored) if stored.summary.hash != new.hash => {
                return Ok(Stored::Taken { hash: stored.summary.hash });
            }
            Some(stored) => match lifecycle::renew(&port, new.version) {
                steps if steps.is_empty() => return Ok(Stored::Known(stored)),
                steps => steps,
            },
            None => {
                let versions = port.iter().map(|standing| (&standing.version, standing.status));
                if lifecycle::predecessor(versions, new.version) != new.predecessor {
                    return Ok(Stored::Moved);
                }
                lifecycle::register(&port, &new.standing())
            }
        };
        let is_new = steps.iter().any(|step| step.transition == mesh_api::Transition::Propose);
        let cause = Cause {
            port: new.port,
            actor: new.registered_by,
            reason: "registered",
            at: new.registered_at,
            concerns: Vec::new(),
        };
        life::record(&mut transaction, &cause, &steps).await?;
        if is_new {
            insert(&mut transaction, new).await?;
        }
        life::apply(&mut transaction, &cause, &steps).await?;
        let row = one(&mut transaction, new).await?.ok_or(sqlx::Error::RowNotFound)?;
        let stored = read(&row)?;
        let others: Vec<Step> = steps.into_iter().filter(|step| !is_new || step.version != *new.version).collect();
        if is_new {
            events::append(&mut transaction, &new.event(&stored)).await?;
        }
        life::announce(&mut transaction, &cause, &port, &others).await?;
        self.database.commit(transaction).await?;
        Ok(if is_new { Stored::New(stored) } else { Stored::Known(stored) })
    }
}

async fn owner(connection: &mut AnyConnection, new: &NewVersion<'_>) -> Result<Option<String>, StoreError> {
    let row = sqlx::query("SELECT contract_id FROM ports WHERE domain = $1 AND port = $2")
        .bind(new.port.domain())
        .bind(new.port.port())
        .fetch_optional(connection)
        .await?;
    row.map(|row| text(&row, "contract_id")).transpose()
}

async fn one(connection: &mut AnyConnection, new: &NewVersion<'_>) -> Result<Option<AnyRow>, StoreError> {
    let query = sqlx::query(ONE).bind(new.port.domain()).bind(new.port.port()).bind(new.version.to_string());
    Ok(query.fetch_optional(connection).await?)
}

async fn stored(connection: &mut AnyConnection, new: &NewVersion<'_>) -> Result<Option<StoredVersion>, StoreError> {
    one(connection, new).await?.map(|row| read(&row)).transpose()
}

async fn insert(connection: &mut AnyConnection, new: &NewVersion<'_>) -> Result<(), StoreError> {
    let (domain, port) = (new.port.domain(), new.port.port());
    sqlx::query("INSERT INTO ports (domain, port, contract_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
        .bind(domain)
        .bind(port)
        .bind(new.contract_id)
        .execute(&mut *connection)
        .await?;
    sqlx::query(
        "INSERT INTO contract_versions (domain, port, version, major, hash, description, document, status, \
         needs_review, registered_by, registered_at_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(domain)
    .bind(port)
    .bind(new.version.to_string())
    .bind(major_key(new.version.major))
    .bind(new.hash)
    .bind(new.description)
    .bind(new.document)
    .bind(RegistrationStatus::Proposed.as_str())
    .bind(i64::from(new.needs_review))
    .bind(new.registered_by)
    .bind(new.registered_at.timestamp_micros())
    .execute(connection)
    .await?;
    Ok(())
}

impl NewVersion<'_> {
    fn standing(&self) -> Standing {
        Standing {
            version: self.version.clone(),
            status: RegistrationStatus::Proposed,
            needs_review: self.needs_review,
            proposer: self.registered_by.to_owned(),
            sunset: None,
        }
    }

    fn event(&self, stored: &StoredVersion) -> NewEvent<'_> {
        let summary = &stored.summary;
        NewEvent {
            kind: EventKind::ContractRegistered,
            at: self.registered_at,
            actor: self.registered_by,
            domain: self.port.domain(),
            port: Some(self.port.port()),
            rule: None,
            private_to: None,
            detail: json!({"version": summary.version.to_string(), "hash": summary.hash, "status": summary.status}),
        }
    }
}
