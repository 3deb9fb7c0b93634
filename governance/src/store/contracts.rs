//! Contract versions: stored once, never changed.

use chrono::{DateTime, Utc};
use mesh_api::{EventKind, RegistrationStatus, VersionSummary};
use mesh_contract::PortName;
use semver::Version;
use serde_json::json;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::audit::{self, Entry};
use super::events::{self, NewEvent};
use super::{Store, StoreError, status, text, time, version};

/// A contract version to store.
pub(crate) struct NewVersion<'a> {
    pub(crate) port: &'a PortName,
    pub(crate) contract_id: &'a str,
    pub(crate) version: &'a Version,
    pub(crate) hash: &'a str,
    pub(crate) description: Option<&'a str>,
    pub(crate) document: &'a str,
    pub(crate) registered_by: &'a str,
    pub(crate) registered_at: DateTime<Utc>,
}

/// A stored contract version, without its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredVersion {
    pub(crate) contract_id: String,
    pub(crate) summary: VersionSummary,
}

/// What storing a contract version came to.
#[derive(Debug)]
pub(crate) enum Stored {
    /// It was new.
    New(StoredVersion),
    /// The same content was there already.
    Known(StoredVersion),
    /// The version is there with other content.
    Taken {
        /// Hash of the content that is there.
        hash: String,
    },
    /// The port belongs to another contract.
    OtherContract(String),
}

/// A query for stored versions; the tail says which.
macro_rules! select {
    ($tail:literal) => {
        concat!(
            "SELECT p.contract_id, v.version, v.major, v.hash, v.status, v.registered_by, v.registered_at_us, v.document ",
            "FROM contract_versions v JOIN ports p ON p.domain = v.domain AND p.port = v.port ",
            $tail
        )
    };
}

const ONE: &str = select!("WHERE v.domain = $1 AND v.port = $2 AND v.version = $3");

impl Store {
    /// Stores a contract version, unless it is there. Of several that race for one version, one wins; the statements
    /// are in an order that makes the others wait and then see it.
    pub(crate) async fn store_contract(&self, new: &NewVersion<'_>) -> Result<Stored, StoreError> {
        let mut transaction = self.database.write().await?;
        let (domain, port, wanted) = (new.port.domain(), new.port.port(), new.version.to_string());
        audit::append(&mut transaction, &new.entry()).await?;
        sqlx::query("INSERT INTO ports (domain, port, contract_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING")
            .bind(domain)
            .bind(port)
            .bind(new.contract_id)
            .execute(&mut *transaction)
            .await?;
        let inserted = sqlx::query(
            "INSERT INTO contract_versions (domain, port, version, major, hash, description, document, status, \
             registered_by, registered_at_us) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING",
        )
        .bind(domain)
        .bind(port)
        .bind(&wanted)
        .bind(major(new.version))
        .bind(new.hash)
        .bind(new.description)
        .bind(new.document)
        .bind(RegistrationStatus::Active.as_str())
        .bind(new.registered_by)
        .bind(new.registered_at.timestamp_micros())
        .execute(&mut *transaction)
        .await?;
        let row = sqlx::query(ONE).bind(domain).bind(port).bind(&wanted).fetch_one(&mut *transaction).await?;
        let stored = read(&row)?;
        let outcome = if stored.contract_id != new.contract_id {
            Stored::OtherContract(stored.contract_id)
        } else if stored.summary.hash != new.hash {
            Stored::Taken { hash: stored.summary.hash }
        } else if inserted.rows_affected() == 0 {
            Stored::Known(stored)
        } else {
            events::append(&mut transaction, &new.event(&stored)).await?;
            self.database.commit(transaction).await?;
            return Ok(Stored::New(stored));
        };
        transaction.rollback().await?;
        Ok(outcome)
    }

    /// What storing the version would come to now; nothing is stored.
    pub(crate) async fn look_up(
        &self,
        port: &PortName,
        contract_id: &str,
        version: &Version,
        hash: &str,
    ) -> Result<Option<Stored>, StoreError> {
        let owner: Option<AnyRow> = sqlx::query("SELECT contract_id FROM ports WHERE domain = $1 AND port = $2")
            .bind(port.domain())
            .bind(port.port())
            .fetch_optional(self.database.reader())
            .await?;
        if let Some(owner) = owner.map(|row| text(&row, "contract_id")).transpose()?.filter(|id| id != contract_id) {
            return Ok(Some(Stored::OtherContract(owner)));
        }
        let stored = self.version(port, version).await?;
        Ok(stored.map(|(stored, _)| {
            if stored.summary.hash == hash {
                Stored::Known(stored)
            } else {
                Stored::Taken { hash: stored.summary.hash }
            }
        }))
    }

    /// A stored version and its document.
    pub(crate) async fn version(
        &self,
        port: &PortName,
        version: &Version,
    ) -> Result<Option<(StoredVersion, String)>, StoreError> {
        let row = sqlx::query(ONE)
            .bind(port.domain())
            .bind(port.port())
            .bind(version.to_string())
            .fetch_optional(self.database.reader())
            .await?;
        row.map(|row| Ok((read(&row)?, text(&row, "document")?))).transpose()
    }

    /// All versions of a port, newest first. They are few, and text does not order as versions do.
    pub(crate) async fn versions(&self, port: &PortName) -> Result<Vec<VersionSummary>, StoreError> {
        let rows = sqlx::query(
            "SELECT version, major, hash, status, registered_by, registered_at_us FROM contract_versions \
             WHERE domain = $1 AND port = $2",
        )
        .bind(port.domain())
        .bind(port.port())
        .fetch_all(self.database.reader())
        .await?;
        let mut versions = rows.iter().map(summary).collect::<Result<Vec<_>, _>>()?;
        versions.sort_by(|a, b| b.version.cmp(&a.version));
        Ok(versions)
    }
}

impl NewVersion<'_> {
    fn entry(&self) -> Entry<'_> {
        Entry {
            at: self.registered_at,
            actor: self.registered_by,
            action: "contract.register",
            subject: format!("{} {}", self.port, self.version),
            detail: json!({"contract": self.contract_id, "hash": self.hash}),
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

/// The database has no unsigned numbers. A major above the signed range is kept as the greatest of it; the version itself is text.
fn major(version: &Version) -> i64 {
    i64::try_from(version.major).unwrap_or(i64::MAX)
}

fn read(row: &AnyRow) -> Result<StoredVersion, StoreError> {
    Ok(StoredVersion { contract_id: text(row, "contract_id")?, summary: summary(row)? })
}

fn summary(row: &AnyRow) -> Result<VersionSummary, StoreError> {
    let version = version(row, "version")?;
    Ok(VersionSummary {
        major: version.major,
        version,
        hash: text(row, "hash")?,
        status: status(row)?,
        registered_at: time(row)?,
        registered_by: row.try_get("registered_by")?,
    })
}
