//! Contract versions: stored once, never changed but for where they are in their life.

mod history;
mod life;
mod register;
mod transit;

use chrono::{DateTime, Utc};
use mesh_api::VersionSummary;
use mesh_contract::PortName;
use semver::Version;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{Store, StoreError, number, status, text, time, time_or_none, version};

pub(crate) use transit::{NewTransition, Transited};

/// A contract version to store.
pub(crate) struct NewVersion<'a> {
    pub(crate) port: &'a PortName,
    pub(crate) contract_id: &'a str,
    pub(crate) version: &'a Version,
    pub(crate) hash: &'a str,
    pub(crate) description: Option<&'a str>,
    pub(crate) document: &'a str,
    /// Whether it takes a second pair of eyes.
    pub(crate) needs_review: bool,
    /// The version that it was judged beside; `None` when there was none.
    pub(crate) predecessor: Option<&'a Version>,
    pub(crate) registered_by: &'a str,
    pub(crate) registered_at: DateTime<Utc>,
}

/// A stored contract version, without its document.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct StoredVersion {
    pub(crate) contract_id: String,
    pub(crate) summary: VersionSummary,
    /// When it came into force.
    pub(crate) accepted_at: Option<DateTime<Utc>>,
}

/// What storing a contract version came to.
#[derive(Debug)]
pub(crate) enum Stored {
    /// It was new.
    New(StoredVersion),
    /// The same content was there already.
    Known(StoredVersion),
    /// Since it was judged, its port got another version that it has to succeed.
    Moved,
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
            "SELECT p.contract_id, v.version, v.major, v.hash, v.status, v.revision, v.sunset_us, \
             v.accepted_at_us, v.registered_by, v.registered_at_us, v.document ",
            "FROM contract_versions v JOIN ports p ON p.domain = v.domain AND p.port = v.port ",
            $tail
        )
    };
}

const ONE: &str = select!("WHERE v.domain = $1 AND v.port = $2 AND v.version = $3");

impl Store {
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
            "SELECT version, major, hash, status, revision, sunset_us, registered_by, registered_at_us \
             FROM contract_versions WHERE domain = $1 AND port = $2",
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

/// The database has no unsigned numbers. A major above the signed range is kept as the greatest of it; the version itself is text.
pub(super) fn major_key(major: u64) -> i64 {
    i64::try_from(major).unwrap_or(i64::MAX)
}

fn read(row: &AnyRow) -> Result<StoredVersion, StoreError> {
    Ok(StoredVersion {
        contract_id: text(row, "contract_id")?,
        summary: summary(row)?,
        accepted_at: time_or_none(row, "accepted_at_us")?,
    })
}

fn summary(row: &AnyRow) -> Result<VersionSummary, StoreError> {
    let version = version(row, "version")?;
    Ok(VersionSummary {
        major: version.major,
        version,
        hash: text(row, "hash")?,
        status: status(row)?,
        revision: number(row, "revision")?,
        sunset: time_or_none(row, "sunset_us")?,
        registered_at: time(row)?,
        registered_by: row.try_get("registered_by")?,
    })
}
