//! The registry on disk, one file for each aggregate. Everything acknowledged is durable.

pub(crate) mod agreements;
pub(crate) mod audit;
mod concerned;
pub(crate) mod consumption;
pub(crate) mod contracts;
pub(crate) mod database;
pub(crate) mod events;
pub(crate) mod lineage;
pub(crate) mod ports;
pub(crate) mod products;
pub(crate) mod quality;
pub(crate) mod reports;
mod rows;
pub(crate) mod rules;
pub(crate) mod subscriptions;

use chrono::{DateTime, Utc};
use mesh_api::RegistrationStatus;
use mesh_contract::PortName;
use semver::Version;
use sqlx::Row as _;
use sqlx::any::AnyRow;
use tokio::sync::watch;
use url::Url;

use crate::failure::{self, Failure};
use database::Database;

/// The registry.
pub(crate) struct Store {
    database: Database,
}

/// Why the registry could not be read or written.
#[derive(Debug, thiserror::Error)]
pub(crate) enum StoreError {
    #[error("the database does not answer")]
    Database(#[from] sqlx::Error),
    #[error("column `{column}` of the database holds `{value}`, which this program never writes")]
    Corrupt { column: &'static str, value: String },
    #[error("a sync to disk failed earlier")]
    ReadOnly,
}

impl Store {
    pub(crate) fn new(database: Database) -> Self {
        Self { database }
    }

    /// Whether the database answers.
    pub(crate) async fn ping(&self) -> Result<(), StoreError> {
        sqlx::query("SELECT 1").execute(self.database.reader()).await?;
        Ok(())
    }

    /// Told of each commit of this process.
    /// Wakes at each commit of this process.
    pub(crate) fn committed(&self) -> watch::Receiver<()> {
        self.database.committed()
    }

    pub(crate) async fn close(&self) {
        self.database.close().await;
    }
}

impl From<StoreError> for Failure {
    fn from(error: StoreError) -> Self {
        match &error {
            StoreError::Database(source) => {
                tracing::error!(error = source as &dyn std::error::Error, "the database does not answer");
                Self::new(failure::DATABASE, "the registry could not be read or written; try again")
            }
            StoreError::Corrupt { .. } => Self::internal(&error),
            StoreError::ReadOnly => Self::new(
                failure::READ_ONLY,
                "a sync to disk failed; nothing new is taken until governance is restarted",
            ),
        }
    }
}

fn text(row: &AnyRow, column: &'static str) -> Result<String, StoreError> {
    Ok(row.try_get(column)?)
}

fn version(row: &AnyRow, column: &'static str) -> Result<Version, StoreError> {
    let value = text(row, column)?;
    value.parse().map_err(|_| StoreError::Corrupt { column, value })
}

fn port_name(row: &AnyRow) -> Result<PortName, StoreError> {
    let (domain, port) = (text(row, "domain")?, text(row, "port")?);
    PortName::new(&domain, &port).map_err(|_| StoreError::Corrupt { column: "port", value: format!("{domain}.{port}") })
}

fn status(row: &AnyRow) -> Result<RegistrationStatus, StoreError> {
    let value = text(row, "status")?;
    RegistrationStatus::parse(&value).ok_or(StoreError::Corrupt { column: "status", value })
}

fn endpoint(row: &AnyRow) -> Result<Option<Url>, StoreError> {
    let value: Option<String> = row.try_get("endpoint")?;
    let parse = |value: String| value.parse().map_err(|_| StoreError::Corrupt { column: "endpoint", value });
    value.map(parse).transpose()
}

fn time(row: &AnyRow) -> Result<DateTime<Utc>, StoreError> {
    let value: i64 = row.try_get("registered_at_us")?;
    let corrupt = || StoreError::Corrupt { column: "registered_at_us", value: value.to_string() };
    DateTime::from_timestamp_micros(value).ok_or_else(corrupt)
}

fn time_or_none(row: &AnyRow, column: &'static str) -> Result<Option<DateTime<Utc>>, StoreError> {
    let value: Option<i64> = row.try_get(column)?;
    let corrupt = |value: i64| StoreError::Corrupt { column, value: value.to_string() };
    value.map(|value| DateTime::from_timestamp_micros(value).ok_or_else(|| corrupt(value))).transpose()
}

fn number(row: &AnyRow, column: &'static str) -> Result<u64, StoreError> {
    let value: i64 = row.try_get(column)?;
    u64::try_from(value).map_err(|_| StoreError::Corrupt { column, value: value.to_string() })
}
