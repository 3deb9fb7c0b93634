//! A port's service levels, judged by what governance holds.

use chrono::{DateTime, TimeDelta, Utc};
use mesh_api::{RegistrationStatus, ServiceLevel};
use mesh_contract::model::SlaProperty;
use mesh_contract::{Contract, PortVersion};

use super::levels::{History, WINDOWS, breaks_at, judge};
use crate::failure::Failure;
use crate::store::Store;

/// What a port promises, and how it is kept.
pub(crate) struct Judged {
    /// Each level of the newest contract version of the major, under what tells it from the others.
    pub(crate) levels: Vec<(String, ServiceLevel)>,
    /// When time alone breaks the next one that is kept.
    pub(crate) breaks_at: Option<DateTime<Utc>>,
}

/// Judges the levels of a port at `now`.
pub(crate) async fn judged(store: &Store, port: &PortVersion, now: DateTime<Utc>) -> Result<Judged, Failure> {
    let Some(contract) = newest_contract(store, port).await? else {
        return Ok(Judged { levels: Vec::new(), breaks_at: None });
    };
    let days = |days: u32| now - TimeDelta::days(i64::from(days));
    let [short, long] = WINDOWS;
    let history = History {
        runs: store.runs(port, days(long)).await?,
        published_before: store.published_before(port, days(long)).await?,
        checks: [store.checks(port, days(short)).await?, store.checks(port, days(long)).await?],
    };
    let keys = contract.sla.iter().map(key);
    let levels = keys.zip(judge(&contract.sla, &history, now)).collect();
    Ok(Judged { levels, breaks_at: breaks_at(&contract.sla, &history, now) })
}

/// A property may be promised of several columns.
fn key(level: &SlaProperty) -> String {
    level.element.as_ref().map_or_else(|| level.property.clone(), |element| format!("{} of {element}", level.property))
}

/// The newest contract version of a port's major that is in force, or else of any; `None` when it cannot be read.
async fn newest_contract(store: &Store, port: &PortVersion) -> Result<Option<Contract>, Failure> {
    let versions = store.versions(&port.name).await?;
    let in_force = |status| matches!(status, RegistrationStatus::Active | RegistrationStatus::Deprecated);
    let of_major = || versions.iter().filter(|entry| entry.major == port.major);
    let Some(newest) = of_major().find(|entry| in_force(entry.status)).or_else(|| of_major().next()) else {
        return Ok(None);
    };
    let document = store.version(&port.name, &newest.version).await?.map(|(_, document)| document);
    // Megabytes of YAML take a while: not on a thread that answers others.
    let reading = tokio::task::spawn_blocking(move || Contract::parse("contract", &document.unwrap_or_default()).ok());
    reading.await.map_err(|error| Failure::internal(&error))
}
