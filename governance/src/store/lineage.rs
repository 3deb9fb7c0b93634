//! The lineage graph on disk: what events say of runs, and the graphs that jobs have over time.

mod declared;
mod graphs;
mod heard;
mod load;
mod names;
mod retention;
mod revisions;
mod runs;

use chrono::{DateTime, Utc};
use sqlx::any::AnyRow;
use sqlx::{AnyConnection, Row as _};

use super::StoreError;

pub(crate) use heard::{Heard, Outcome};
pub(crate) use names::Known;

/// Counts a transaction that writes lineage, and makes writers queue: whatever is read after it in the transaction was not
/// changed by anybody since.
async fn count(connection: &mut AnyConnection) -> Result<i64, StoreError> {
    let row = sqlx::query("UPDATE lineage_changes SET count = count + 1 WHERE graph = 1 RETURNING count")
        .fetch_one(connection)
        .await?;
    Ok(row.try_get("count")?)
}

/// A time, in microseconds since 1970.
fn moment(row: &AnyRow, column: &'static str) -> Result<DateTime<Utc>, StoreError> {
    let value: i64 = row.try_get(column)?;
    DateTime::from_timestamp_micros(value).ok_or_else(|| StoreError::Corrupt { column, value: value.to_string() })
}
