//! Counting reads.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, TimeDelta, Utc};
use mesh_api::{PortRead, ReadsRecorded};
use mesh_contract::{PortName, PortVersion};
use serde_json::json;

use super::day_number;
use crate::store::audit::{self, Entry};
use crate::store::rows::{self, Value};
use crate::store::{Store, StoreError, text};

/// How long a read that is told again is known to have been told.
const READS_KEPT: TimeDelta = TimeDelta::days(30);
/// Most reads in one record of the audit trail.
const READS_PER_RECORD: usize = 100;
/// Most identities that are dropped with one call.
const DROPPED_MAX: i64 = 2_000;

/// Reads of one day that count together.
#[derive(Default)]
struct Sum {
    reads: i64,
    rows: i64,
}

impl Store {
    /// Counts and records the reads of a domain that were not told before. `told_by` tells them.
    pub(crate) async fn record_reads(
        &self,
        told_by: &str,
        domain: &str,
        reads: &[PortRead],
        now: DateTime<Utc>,
    ) -> Result<ReadsRecorded, StoreError> {
        let mut transaction = self.database.write().await?;
        audit::hold(&mut transaction).await?;
        let mut new: BTreeMap<&str, &PortRead> = reads.iter().rev().map(|read| (read.id.as_str(), read)).collect();
        let ids = new.keys().map(|id| [Value::from(domain), Value::from(*id), Value::Number(now.timestamp_micros())]);
        let head = "INSERT INTO consumption_reads (domain, id, heard_at_us)";
        let stored = rows::insert_new(&mut transaction, head, ids.collect(), "RETURNING id").await?;
        let stored = stored.iter().map(|row| text(row, "id")).collect::<Result<BTreeSet<_>, _>>()?;
        new.retain(|id, _| stored.contains(*id));
        audit::append_all(&mut transaction, &records(told_by, new.values().copied(), now)).await?;
        let head = "INSERT INTO consumption_days \
                    (domain, port, major, day, principal, purpose, reads, row_count)";
        let tail = "ON CONFLICT (domain, port, major, day, principal, purpose) DO UPDATE SET \
                    reads = consumption_days.reads + excluded.reads, \
                    row_count = consumption_days.row_count + excluded.row_count";
        rows::insert(&mut transaction, head, days(new.values().copied()), tail).await?;
        let head = "INSERT INTO consumption_columns \
                    (domain, port, major, principal, column_name, first_day, last_day)";
        let tail = "ON CONFLICT (domain, port, major, principal, column_name) DO UPDATE SET \
                    first_day = CASE WHEN excluded.first_day < consumption_columns.first_day \
                    THEN excluded.first_day ELSE consumption_columns.first_day END, \
                    last_day = CASE WHEN excluded.last_day > consumption_columns.last_day \
                    THEN excluded.last_day ELSE consumption_columns.last_day END";
        rows::insert(&mut transaction, head, columns(new.values().copied()), tail).await?;
        sqlx::query(
            "DELETE FROM consumption_reads WHERE (domain, id) IN \
             (SELECT domain, id FROM consumption_reads WHERE heard_at_us < $1 LIMIT $2)",
        )
        .bind((now - READS_KEPT).timestamp_micros())
        .bind(DROPPED_MAX)
        .execute(&mut *transaction)
        .await?;
        self.database.commit(transaction).await?;
        Ok(ReadsRecorded { new: new.len(), known: reads.len() - new.len() })
    }
}

/// Reads as records of the audit trail: those of one reader and port together, in the order of their identities.
fn records<'a>(told_by: &str, reads: impl Iterator<Item = &'a PortRead>, at: DateTime<Utc>) -> Vec<Entry<'a>> {
    let mut of: BTreeMap<_, Vec<serde_json::Value>> = BTreeMap::new();
    for read in reads {
        let PortRead { id, at, purpose, columns, rows, snapshot, .. } = read;
        let told = json!({
            "id": id, "at": at, "purpose": purpose, "columns": columns, "rows": rows, "snapshot": snapshot,
        });
        of.entry((read.principal.as_str(), &read.port, read.major)).or_default().push(told);
    }
    let records = of.into_iter().flat_map(|((actor, port, major), reads)| {
        let subject = PortVersion { name: port.clone(), major }.to_string();
        let record = move |reads: &[serde_json::Value]| {
            let (subject, detail) = (subject.clone(), json!({"told_by": told_by, "reads": reads}));
            Entry { at, actor, action: "port.read", subject, detail }
        };
        reads.chunks(READS_PER_RECORD).map(record).collect::<Vec<_>>()
    });
    records.collect()
}

fn days<'a>(reads: impl Iterator<Item = &'a PortRead>) -> Vec<[Value; 8]> {
    let mut sums: BTreeMap<_, Sum> = BTreeMap::new();
    for read in reads {
        let purpose = read.purpose.as_deref().unwrap_or_default();
        let key = (&read.port, read.major, day_number(read.at.date_naive()), read.principal.as_str(), purpose);
        let sum = sums.entry(key).or_default();
        sum.reads += 1;
        sum.rows = sum.rows.saturating_add(small(read.rows));
    }
    let row = |((port, major, day, principal, purpose), sum): ((&PortName, u64, i64, &str, &str), Sum)| {
        [
            Value::from(port.domain()),
            Value::from(port.port()),
            Value::Number(small(major)),
            Value::Number(day),
            Value::from(principal),
            Value::from(purpose),
            Value::Number(sum.reads),
            Value::Number(sum.rows),
        ]
    };
    sums.into_iter().map(row).collect()
}

fn columns<'a>(reads: impl Iterator<Item = &'a PortRead>) -> Vec<[Value; 7]> {
    let mut days: BTreeMap<_, (i64, i64)> = BTreeMap::new();
    for read in reads {
        let day = day_number(read.at.date_naive());
        // A read that does not say which columns is of the empty one.
        let unknown = read.columns.is_empty().then_some("");
        for column in read.columns.iter().map(String::as_str).chain(unknown) {
            let (first, last) =
                days.entry((&read.port, read.major, read.principal.as_str(), column)).or_insert((day, day));
            (*first, *last) = (day.min(*first), day.max(*last));
        }
    }
    let row = |((port, major, principal, column), (first, last)): ((&PortName, u64, &str, &str), (i64, i64))| {
        [
            Value::from(port.domain()),
            Value::from(port.port()),
            Value::Number(small(major)),
            Value::from(principal),
            Value::from(column),
            Value::Number(first),
            Value::Number(last),
        ]
    };
    days.into_iter().map(row).collect()
}

/// The gate took no greater number than the database has.
fn small(number: u64) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
