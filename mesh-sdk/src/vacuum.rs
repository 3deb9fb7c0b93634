//! Old snapshots: how long they stay readable, and the removal of what nobody needs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use mesh_contract::PortVersion;
use mesh_engine::durable::Disk;
use mesh_engine::source::InputState;
use mesh_engine::table::{Keep, Vacuumed};
use serde::Serialize;

use crate::error::ProductError;
use crate::lake;
use crate::product::Product;
use crate::schedule::duration;

/// How long a snapshot stays readable after it was in service last, an hour at least: whoever reads one now may finish.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Retention(TimeDelta);

impl Default for Retention {
    fn default() -> Self {
        Self(TimeDelta::days(30))
    }
}

impl FromStr for Retention {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        duration(text, (TimeDelta::hours(1), TimeDelta::days(36_525))).map(Self)
    }
}

/// What a vacuum removed from one port, or would remove.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct PortVacuumed {
    /// The port.
    pub port: PortVersion,
    /// What went.
    #[serde(flatten)]
    pub vacuumed: Vacuumed,
}

/// Removes the data files of a product's snapshots that are past `retention`, or past the port's own where that is longer,
/// unless the newest snapshot of any port below `data` was built from them; with `rehearsal`, only says which. The product
/// must not be published meanwhile. `data` is the data directory, absolute.
///
/// # Errors
/// [`ProductError::Engine`] when a table's log cannot be read or a file cannot be removed; [`ProductError::Read`] when the
/// data directory cannot be read.
pub async fn vacuum(
    data: &Path,
    product: &Product,
    retention: Retention,
    now: DateTime<Utc>,
    rehearsal: bool,
) -> Result<Vec<PortVacuumed>, ProductError> {
    let built_from = built_from(data).await?;
    let mut done = Vec::new();
    for output in &product.outputs {
        let Retention(retention) = retention.max(output.retention);
        let versions = built_from.get(&output.port.to_string()).cloned().unwrap_or_default();
        let table = lake::table(data, &Disk::default(), &output.port)?;
        let vacuumed = table.vacuum(&Keep { since: now - retention, versions }, rehearsal).await?;
        done.push(PortVacuumed { port: output.port.clone(), vacuumed });
    }
    Ok(done)
}

/// The snapshots that the newest snapshot of some port says it was made of, by port.
async fn built_from(data: &Path) -> Result<BTreeMap<String, BTreeSet<u64>>, ProductError> {
    let mut needed: BTreeMap<String, BTreeSet<u64>> = BTreeMap::new();
    for table in lake::tables(data)? {
        let Some(newest) = table.newest().await? else { continue };
        for read in &newest.info().inputs {
            if let InputState::Port { port, snapshot } = &read.state {
                needed.entry(port.clone()).or_default().insert(*snapshot);
            }
        }
    }
    Ok(needed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retention_is_an_hour_or_more() {
        let read = |text: &str| text.parse::<Retention>();
        assert_eq!(read("90d"), Ok(Retention(TimeDelta::days(90))));
        assert!(read("3650d").is_ok_and(|longer| longer > Retention::default()));
        for wrong in ["59m", "0d", "d", "forever", "9999999d"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
