//! A run with everything that a run can have.

use std::collections::BTreeSet;

use chrono::{DateTime, TimeDelta, Utc};
use mesh_contract::{Contract, PortVersion};
use mesh_lineage::event::{Schema, Statistics, TestedRule};
use mesh_lineage::{Dataset, Input, InputColumn, Kind, Lineage, OutputColumn, PortRun, Sources, Transformation};

const CONTRACT: &str = "
apiVersion: v3.1.0
kind: DataContract
id: lending.loans
version: 1.2.0
status: active
domain: lending
schema:
  - name: loans
    logicalType: object
    properties:
      - name: loan_id
        logicalType: integer
        physicalType: bigint
        description: Identity of the loan.
      - name: holder
        logicalType: object
        properties:
          - name: city
            logicalType: string
      - name: total
        logicalType: number
        physicalType: decimal(18,2)
";

pub(crate) fn started_at() -> DateTime<Utc> {
    DateTime::from_timestamp(1_800_000_000, 123_456_000).expect("a time")
}

pub(crate) fn port() -> PortVersion {
    PortVersion { name: "lending.loans".parse().expect("a name"), major: 1 }
}

pub(crate) fn lineage() -> Lineage {
    let column = |name: &str, field: &str| {
        Sources::column(InputColumn { dataset: Dataset::new("mesh", name), field: field.into() })
    };
    let digest = Transformation::masking(Kind::Transformation);
    let columns = vec![
        ("loan_id", column("lending.input.book", "id")),
        ("holder", column("deposits.accounts_v1", "iban").through(digest)),
        ("total", column("lending.input.book", "paid").by(Kind::Aggregation)),
    ];
    let columns = columns.into_iter().map(|(name, sources)| OutputColumn { name: name.into(), sources });
    Lineage {
        columns: columns.collect(),
        rows: column("lending.input.book", "id").by(Kind::GroupBy),
        inputs: BTreeSet::from([
            Dataset::new("mesh", "lending.input.book"),
            Dataset::new("mesh", "deposits.accounts_v1"),
        ]),
    }
}

pub(crate) fn run<'a>(port: &'a PortVersion, lineage: Option<&'a Lineage>) -> PortRun<'a> {
    let contract = Contract::parse("loans.odcs.yaml", CONTRACT).expect("a contract");
    let schema = Schema::of(&contract.objects[0]);
    let accounts = Input {
        dataset: Dataset::new("mesh", "deposits.accounts_v1"),
        schema: Some(schema.clone()),
        version: Some("41".into()),
        read: Some(Statistics { row_count: Some(7), size: Some(4096), file_count: Some(1) }),
    };
    PortRun {
        namespace: "mesh",
        port,
        run: "run-1",
        started_at: started_at(),
        due_at: Some(started_at() - TimeDelta::seconds(3)),
        sql: Some("SELECT 1"),
        engine_version: Some("55.2.0"),
        schema,
        lineage,
        inputs: vec![accounts],
    }
}

pub(crate) fn rules() -> Vec<TestedRule> {
    vec![TestedRule {
        assertion: "not_null".into(),
        success: false,
        column: Some("loan_id".into()),
        severity: Some("error".into()),
        name: Some("required(loan_id)".into()),
        description: Some("loan_id has a value".into()),
        expected: Some("0".into()),
        actual: Some("3".into()),
    }]
}
