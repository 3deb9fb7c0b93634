//! Old snapshots: how long they stay readable, and the removal of what nobody needs.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::str::FromStr;

use chrono::{DateTime, TimeDelta, Utc};
use mesh_contract::PortVersion;
use mesh_engine::durable::Disk;
use mesh_engine::source::InputState;
use mesh_engine::table::{Keep, SnapshotInfo, Vacuumed};
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

/// Versions by port and major: `lending.loans_v1`.
type BuiltFrom = BTreeMap<String, BTreeSet<u64>>;

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
        let table = lake::table(data, &Disk::default(), &output.port)?;
        let mut versions = built_from.get(&output.port.to_string()).cloned().unwrap_or_default();
        versions.extend(seen(&built_from, output.port.name.domain(), &table.snapshots().await?));
        let vacuumed = table.vacuum(&Keep { since: now - retention, versions }, rehearsal).await?;
        done.push(PortVacuumed { port: output.port.clone(), vacuumed });
    }
    Ok(done)
}

/// Those of a table's `snapshots` that something was built from through a view, which has numbers of its own.
fn seen(built_from: &BuiltFrom, domain: &str, snapshots: &[SnapshotInfo]) -> BTreeSet<u64> {
    let is_needed = |info: &&SnapshotInfo| {
        info.views.iter().any(|(view, seen)| {
            built_from.get(&format!("{domain}.{view}")).is_some_and(|versions| versions.contains(&seen.version))
        })
    };
    snapshots.iter().filter(is_needed).map(|info| info.version).collect()
}

/// The snapshots that the newest snapshot of some port says it was made of, by port.
async fn built_from(data: &Path) -> Result<BuiltFrom, ProductError> {
    let mut needed = BuiltFrom::new();
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
