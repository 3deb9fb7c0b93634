//! Reads of ports: each counted once, rolled up by day.

mod record;
mod report;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, NaiveDate, TimeDelta};
use mesh_api::PortReader;
use mesh_contract::PortName;
use sqlx::Row as _;
use sqlx::any::AnyRow;

use super::{Store, StoreError, port_name, rows, text};

pub(crate) use report::UnusedAfter;

/// That somebody read a column of a port lately; an empty column stands for a read that did not say which.
pub(crate) struct ColumnRead {
    pub(crate) port: PortName,
    pub(crate) major: u64,
    pub(crate) principal: String,
    pub(crate) column: String,
    pub(crate) last_read: NaiveDate,
}

/// Ports in one statement.
pub(super) const PORTS_TOGETHER: usize = 200;

impl Store {
    /// Who read columns of these ports, from the day `since` on.
    pub(crate) async fn column_reads(
        &self,
        ports: &BTreeSet<PortName>,
        since: NaiveDate,
    ) -> Result<Vec<ColumnRead>, StoreError> {
        let ports: Vec<&PortName> = ports.iter().collect();
        let mut found = Vec::new();
        for ports in ports.chunks(PORTS_TOGETHER) {
            // A join and no list of pairs, for which SQLite would read all reads there are.
            let text = format!(
                "WITH wanted (domain, port) AS (VALUES {}) \
                 SELECT c.domain, c.port, c.major, c.principal, c.column_name, c.last_day FROM wanted w \
                 JOIN consumption_columns c ON c.domain = w.domain AND c.port = w.port WHERE c.last_day >= $1",
                rows::pairs(1, ports.len())
            );
            // Only numbers of places are put into the text.
            let mut statement = sqlx::query(sqlx::AssertSqlSafe(text)).bind(day_number(since));
            for port in ports {
                statement = statement.bind(port.domain()).bind(port.port());
            }
            for row in statement.fetch_all(self.database.reader()).await? {
                found.push(column_read(&row)?);
            }
        }
        Ok(found)
    }

    /// Who reads a port, from the day `since` on, by major version and principal.
    pub(crate) async fn readers(
        &self,
        port: &PortName,
        major: Option<u64>,
        since: NaiveDate,
    ) -> Result<Vec<PortReader>, StoreError> {
        let rows = sqlx::query(
            "SELECT major, principal, purpose, MIN(day) AS first_day, MAX(day) AS last_day, \
             CAST(SUM(reads) AS BIGINT) AS reads, CAST(SUM(row_count) AS BIGINT) AS row_count FROM consumption_days \
             WHERE domain = $1 AND port = $2 AND day >= $3 GROUP BY major, principal, purpose",
        )
        .bind(port.domain())
        .bind(port.port())
        .bind(day_number(since))
        .fetch_all(self.database.reader())
        .await?;
        let mut readers: BTreeMap<(u64, String), PortReader> = BTreeMap::new();
        for row in &rows {
            add(&mut readers, row)?;
        }
        for read in self.column_reads(&BTreeSet::from([port.clone()]), since).await? {
            let Some(reader) = readers.get_mut(&(read.major, read.principal)) else { continue };
            if read.column.is_empty() {
                reader.columns_unknown = true;
            } else {
                reader.columns.push(read.column);
            }
        }
        let is_asked = |reader: &PortReader| major.is_none_or(|major| reader.major == major);
        let mut readers: Vec<PortReader> = readers.into_values().filter(is_asked).collect();
        readers.iter_mut().for_each(|reader| reader.columns.sort_unstable());
        Ok(readers)
    }
}

/// Adds what somebody read for one purpose.
fn add(readers: &mut BTreeMap<(u64, String), PortReader>, row: &AnyRow) -> Result<(), StoreError> {
    let (major, principal, purpose) = (number(row, "major")?, text(row, "principal")?, text(row, "purpose")?);
    let (first_read, last_read) = (day(row, "first_day")?, day(row, "last_day")?);
    let reader = readers.entry((major, principal.clone())).or_insert_with(|| PortReader {
        principal,
        major,
        purposes: Vec::new(),
        columns: Vec::new(),
        columns_unknown: false,
        reads: 0,
        rows: 0,
        first_read,
        last_read,
    });
    reader.purposes.extend((!purpose.is_empty()).then_some(purpose));
    reader.reads = reader.reads.saturating_add(number(row, "reads")?);
    reader.rows = reader.rows.saturating_add(number(row, "row_count")?);
    reader.first_read = reader.first_read.min(first_read);
    reader.last_read = reader.last_read.max(last_read);
    Ok(())
}

fn column_read(row: &AnyRow) -> Result<ColumnRead, StoreError> {
    Ok(ColumnRead {
        port: port_name(row)?,
        major: number(row, "major")?,
        principal: text(row, "principal")?,
        column: text(row, "column_name")?,
        last_read: day(row, "last_day")?,
    })
}

fn number(row: &AnyRow, column: &'static str) -> Result<u64, StoreError> {
    let value: i64 = row.try_get(column)?;
    u64::try_from(value).map_err(|_| StoreError::Corrupt { column, value: value.to_string() })
}

pub(super) fn day(row: &AnyRow, column: &'static str) -> Result<NaiveDate, StoreError> {
    let value: i64 = row.try_get(column)?;
    let day = TimeDelta::try_days(value).and_then(|days| DateTime::UNIX_EPOCH.checked_add_signed(days));
    day.map(|day| day.date_naive()).ok_or_else(|| StoreError::Corrupt { column, value: value.to_string() })
}

/// Days since 1970.
pub(super) fn day_number(day: NaiveDate) -> i64 {
    day.signed_duration_since(DateTime::UNIX_EPOCH.date_naive()).num_days()
}
