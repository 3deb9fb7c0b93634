//! A port's service levels, judged by what governance holds.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use mesh_api::ServiceLevel;
use mesh_contract::model::SlaProperty;
use mesh_contract::{Contract, PortVersion};

use super::levels::{History, WINDOWS, breaks_at, judge};
use super::told::cut;
use crate::failure::Failure;
use crate::lifecycle::precedence;
use crate::store::Store;

/// What a port promises, and how it is kept.
pub(crate) struct Judged {
    /// Each level of the contract version that stands for the major, under what tells it from the others.
    pub(crate) levels: Vec<(String, ServiceLevel)>,
    /// When time alone breaks the next one that is kept.
    pub(crate) breaks_at: Option<DateTime<Utc>>,
}

/// Judges the levels of a port at `now`.
pub(crate) async fn judged(store: &Store, port: &PortVersion, now: DateTime<Utc>) -> Result<Judged, Failure> {
    let Some(contract) = standing_contract(store, port).await? else {
        return Ok(Judged { levels: Vec::new(), breaks_at: None });
    };
    let days = |days: u32| now - TimeDelta::days(i64::from(days));
    let [short, long] = WINDOWS;
    let history = History {
        runs: store.runs(port, days(long)).await?,
        published_before: store.published_before(port, days(long)).await?,
        checks: [store.checks(port, days(short)).await?, store.checks(port, days(long)).await?],
    };
    let levels = keys(&contract.sla).into_iter().zip(judge(&contract.sla, &history, now)).collect();
    Ok(Judged { levels, breaks_at: breaks_at(&contract.sla, &history, now) })
}

/// What tells each level from the others: its property and the column that it is promised of. Where that is not enough, what
/// drives it as well, and at last its place: what shares a key would take turns in one row, and each turn would be news.
fn keys(levels: &[SlaProperty]) -> Vec<String> {
    let plain = |level: &SlaProperty| match &level.element {
        Some(element) => format!("{} of {element}", level.property),
        None => level.property.clone(),
    };
    let mut seen = BTreeSet::new();
    let mut key = |level: &SlaProperty| {
        let is_alone = levels.iter().filter(|other| plain(other) == plain(level)).count() == 1;
        let driver = level.driver.as_ref().filter(|_| !is_alone);
        let name = cut(&driver.map_or_else(|| plain(level), |driver| format!("{} for {driver}", plain(level))));
        let (mut key, mut place) = (name.clone(), 1);
        while !seen.insert(key.clone()) {
            place += 1;
            key = format!("{name} #{place}");
        }
        key
    };
    levels.iter().map(&mut key).collect()
}

/// The contract version that stands for a port's major; `None` when it cannot be read.
async fn standing_contract(store: &Store, port: &PortVersion) -> Result<Option<Contract>, Failure> {
    let versions = store.versions(&port.name).await?;
    let of_major = versions.iter().filter(|entry| entry.major == port.major);
    let Some(standing) = of_major.max_by_key(|entry| precedence(&entry.version, entry.status)) else {
        return Ok(None);
    };
    let document = store.version(&port.name, &standing.version).await?.map(|(_, document)| document);
    // Megabytes of YAML take a while: not on a thread that answers others.
    let reading = tokio::task::spawn_blocking(move || Contract::parse("contract", &document.unwrap_or_default()).ok());
    reading.await.map_err(|error| Failure::internal(&error))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn level(property: &str, element: Option<&str>, driver: Option<&str>) -> SlaProperty {
        let text = |text: Option<&str>| text.map(str::to_owned);
        let (element, driver) = (text(element), text(driver));
        SlaProperty { property: property.into(), value: json!(99), unit: None, element, driver }
    }

    #[test]
    fn no_two_levels_share_a_key() {
        let levels = [
            level("latency", Some("loans.as_of"), Some("operational")),
            level("availability", None, Some("regulatory")),
            level("availability", None, Some("operational")),
            level("availability", None, Some("operational")),
            level("availability", None, None),
            level("availability", Some("loans"), None),
            level("availability for regulatory", None, None),
        ];
        let expected = [
            // What is alone is called as ever, so that what was told of it is not told again.
            "latency of loans.as_of",
            "availability for regulatory",
            "availability for operational",
            "availability for operational #2",
            "availability",
            "availability of loans",
            "availability for regulatory #2",
        ];
        assert_eq!(keys(&levels), expected);
        let long = "x".repeat(2_000);
        let keys = keys(&[level(&long, None, None), level(&long, None, None), level("a\0b", None, None)]);
        assert!(keys.iter().all(|key| key.len() < 510 && !key.contains('\0')), "{keys:?}");
        assert_ne!(keys.first(), keys.get(1));
    }
}
