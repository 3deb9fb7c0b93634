//! A small port, published for real.

use std::path::Path;
use std::sync::Arc;

use chrono::{DateTime, Utc};
use datafusion::arrow::array::{Decimal128Array, Int64Array, RecordBatch, StringArray};
use datafusion::physical_plan::stream::RecordBatchStreamAdapter;
use mesh_contract::{Contract, PortVersion};
use mesh_engine::durable::{Disk, DurableStore};
use mesh_engine::function::Functions;
use mesh_engine::table::{CommitRequest, PortTable, SnapshotInfo};
use mesh_engine::{Ports, QueryLimits, ReadLog, Reader, ReaderSettings, ServedPort};
use mesh_policy::{Agreement, Agreements, Clock, Identity, Principal, Purpose};
use url::Url;

const CONTRACT: &str = r#"
apiVersion: v3.1.0
kind: DataContract
id: lending.notes
name: Notes
version: 1.0.0
status: active
domain: lending
description:
  purpose: Notes for tests.
schema:
  - name: notes
    physicalType: table
    properties:
      - name: id
        logicalType: integer
        physicalType: bigint
        required: true
        primaryKey: true
        primaryKeyPosition: 1
        description: Identity of the note.
        classification: internal
      - name: amount
        logicalType: number
        physicalType: decimal(18,2)
        description: Amount owed.
        classification: confidential
        customProperties:
          - property: unit
            value: USD
      - name: holder
        logicalType: string
        physicalType: varchar
"#;

pub(crate) fn contract() -> Arc<Contract> {
    Arc::new(Contract::parse("notes.odcs.yaml", CONTRACT).expect("a valid contract"))
}

pub(crate) fn now() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 0).expect("a time")
}

pub(crate) fn table(folder: &Path) -> PortTable {
    let url = Url::from_directory_path(folder.join("notes")).expect("a folder");
    PortTable::new("lending.notes", Arc::new(DurableStore::new(Disk::default())), &url).expect("a table")
}

/// Rows `1..=rows`, with amounts of `id.25` and one holder for all.
pub(crate) fn batch(contract: &Contract, rows: i64, holder: &str) -> RecordBatch {
    let schema = mesh_contract::arrow::schema(contract, &contract.objects[0]);
    let amounts = Decimal128Array::from_iter_values((1..=rows).map(|id| i128::from(id) * 100 + 25));
    let columns: Vec<Arc<dyn datafusion::arrow::array::Array>> = vec![
        Arc::new(Int64Array::from_iter_values(1..=rows)),
        Arc::new(amounts.with_precision_and_scale(18, 2).expect("a decimal")),
        Arc::new(StringArray::from_iter_values((0..rows).map(|_| holder))),
    ];
    RecordBatch::try_new(schema, columns).expect("a batch")
}

pub(crate) async fn publish(table: &PortTable, contract: &Contract, rows: i64, holder: &str) -> SnapshotInfo {
    let batch = batch(contract, rows, holder);
    let stream = RecordBatchStreamAdapter::new(batch.schema(), futures::stream::iter([Ok(batch.clone())]));
    let candidate = table.stage(batch.schema(), Box::pin(stream)).await.expect("staged");
    assert_eq!(candidate.rows(), u64::try_from(rows).expect("rows"));
    candidate
        .commit(CommitRequest { contract, run: "run-1", inputs: &[], model: "", views: &[] })
        .await
        .expect("committed")
}

pub(crate) fn reader(table: &PortTable) -> Reader {
    reader_within(table, QueryLimits::default())
}

pub(crate) fn reader_within(table: &PortTable, limits: QueryLimits) -> Reader {
    reader_under(table, limits, agreement(None))
}

/// Omar's, over all columns or over these.
pub(crate) fn agreement(columns: Option<&[&str]>) -> Agreement {
    Agreement {
        id: "a-1".into(),
        port: "lending.notes".parse().expect("a name"),
        major: 1,
        principal: "omar".into(),
        purposes: vec![Purpose("risk-reporting".into())],
        columns: columns.map(|names| names.iter().map(|name| (*name).to_owned()).collect()),
        starts: now(),
        expires: now() + chrono::TimeDelta::days(1),
    }
}

pub(crate) fn reader_under(table: &PortTable, limits: QueryLimits, agreement: Agreement) -> Reader {
    reader_telling(table, limits, agreement, ReadLog::default())
}

pub(crate) fn reader_telling(table: &PortTable, limits: QueryLimits, agreement: Agreement, reads: ReadLog) -> Reader {
    let ports = Ports::default();
    let contract = contract();
    let port = PortVersion { name: "lending.notes".parse().expect("a name"), major: 1 };
    ports.serve(ServedPort::new(port, Arc::clone(&contract), &contract.objects[0], table.clone()));
    Reader::new(ReaderSettings {
        ports,
        functions: Functions::new(),
        domain: "lending".into(),
        reads,
        agreements: Agreements::new(vec![agreement]),
        limits,
        clock: Clock::fixed(now()),
    })
    .expect("a reader")
}

pub(crate) fn identity(name: &str, purpose: Option<&str>) -> Identity {
    Identity {
        principal: Principal { name: name.into(), roles: vec!["analyst".into()] },
        purpose: purpose.map(|purpose| Purpose(purpose.into())),
        expires: now() + chrono::TimeDelta::hours(1),
    }
}
