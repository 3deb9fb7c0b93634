//! Good documents, resolved.

use std::collections::BTreeMap;

use arrow_schema::{DataType as ArrowType, TimeUnit};
use mesh_contract::model::{Classification, DataType, Expectation, Measure, Status};
use mesh_contract::product::Manifest;
use mesh_contract::{Contract, arrow};

pub(crate) const LOANS: &str = r#"
apiVersion: v3.1.0
kind: DataContract
id: urn:bank:lending:loans
name: Loans
version: 1.2.0
status: active
domain: lending
dataProduct: lending
description: {purpose: Know the loans, usage: Join by loan_id}
tags: [loans]
schema:
  - name: loans
    physicalType: table
    description: One row a loan
    dataGranularityDescription: One row a loan
    properties:
      - name: loan_id
        logicalType: integer
        physicalType: bigint
        primaryKey: true
        description: The loan
        classification: internal
      - name: loan_amount
        logicalType: number
        physicalType: decimal(18,2)
        required: true
        description: Amount lent
        classification: confidential
        logicalTypeOptions: {minimum: 0, exclusiveMinimum: 0, maximum: 1000000}
        customProperties:
          - {property: unit, value: USD}
      - name: grade
        logicalType: string
        physicalType: varchar(1)
        description: Credit grade
        classification: internal
        quality:
          - metric: invalidValues
            arguments: {validValues: [A, B, C]}
            mustBe: 0
          - metric: nullValues
            mustBeLessThan: 5
            unit: percent
      - name: issued
        logicalType: date
        description: First day
        classification: internal
        logicalTypeOptions: {format: MMM-yyyy}
      - name: seen_at
        logicalType: timestamp
        description: When
        classification: public
      - name: local_time
        logicalType: timestamp
        physicalType: timestamp_ntz
        description: When, without a zone
        classification: public
      - name: address
        logicalType: object
        description: Where
        classification: restricted
        properties:
          - {name: city, logicalType: string, required: true, description: City, classification: restricted}
      - name: tags
        logicalType: array
        description: Labels
        classification: public
        items: {logicalType: string}
    quality:
      - metric: rowCount
        mustBeGreaterThan: 0
      - type: sql
        name: reconciles
        query: SELECT count(*) FROM {object} WHERE loan_amount < 0
        mustBe: 0
slaProperties:
  - {property: latency, value: 1, unit: d, element: loans.issued}
team:
  name: Lending data
  members:
    - {username: lena@bank.example, role: owner}
support:
  - {channel: lending, url: "https://chat.bank.example/lending", tool: slack}
roles:
  - {role: analyst, access: read}
servers:
  - server: sample
    type: local
    path: sample/loans.csv
    format: csv
    customProperties:
      - {property: nullValues, value: ["", "N/A"]}
"#;

#[test]
fn a_contract_is_resolved_in_full() {
    let (contract, report) = Contract::lint("loans.odcs.yaml", LOANS);
    assert!(report.is_empty(), "{report}");
    let contract = contract.expect("a contract");
    assert_eq!(contract.version.to_string(), "1.2.0");
    assert_eq!(contract.status, Status::Active);
    assert_eq!(contract.team[0].username, "lena@bank.example");
    assert_eq!(contract.servers[0].settings["path"], "sample/loans.csv");
    assert_eq!(contract.servers[0].settings["nullValues"], serde_json::json!(["", "N/A"]));
    let loans = &contract.objects[0];
    assert_eq!(loans.primary_key()[0].name, "loan_id");
    assert!(loans.property("loan_id").unwrap().required, "a key column is never null");
    let amount = loans.property("loan_amount").unwrap();
    assert_eq!(amount.data_type, DataType::Decimal { precision: 18, scale: 2 });
    assert_eq!(amount.unit.as_deref(), Some("USD"));
    assert_eq!(amount.classification, Some(Classification::Confidential));
    assert!(amount.constraints.minimum.as_ref().unwrap().exclusive, "the tighter bound holds");
    let grade = loans.property("grade").unwrap();
    assert_eq!(grade.constraints.enumeration, vec!["A", "B", "C"]);
    assert_eq!(grade.constraints.length_max, Some(1));
    assert_eq!(grade.quality[1].expectation, Some(Expectation::Less(5.0)));
    assert!(grade.quality[1].percent);
    assert_eq!(loans.quality[0].measure, Measure::RowCount);
    assert_eq!(
        loans.quality[1].measure,
        Measure::Sql("SELECT count(*) FROM ${object} WHERE loan_amount < 0".to_owned())
    );
}

#[test]
fn an_arrow_schema_explains_itself() {
    let contract = Contract::parse("loans.odcs.yaml", LOANS).expect("a contract");
    let schema = arrow::schema(&contract, &contract.objects[0]);
    let types: BTreeMap<&str, &ArrowType> =
        schema.fields().iter().map(|field| (field.name().as_str(), field.data_type())).collect();
    assert_eq!(types["loan_id"], &ArrowType::Int64);
    assert_eq!(types["loan_amount"], &ArrowType::Decimal128(18, 2));
    assert_eq!(types["issued"], &ArrowType::Date32);
    assert_eq!(types["seen_at"], &ArrowType::Timestamp(TimeUnit::Microsecond, Some("UTC".into())));
    assert_eq!(types["local_time"], &ArrowType::Timestamp(TimeUnit::Microsecond, None));
    let ArrowType::List(item) = types["tags"] else { panic!("{}", types["tags"]) };
    assert_eq!((item.name().as_str(), item.data_type()), ("element", &ArrowType::Utf8));
    let ArrowType::Struct(members) = types["address"] else { panic!("{}", types["address"]) };
    assert!(!members[0].is_nullable());
    assert_eq!(members[0].metadata()[arrow::CLASSIFICATION], "restricted");
    assert_eq!(schema.metadata()[arrow::PORT], "lending.loans");
    assert_eq!(schema.metadata()[arrow::CONTRACT_VERSION], "1.2.0");
    let amount = schema.field_with_name("loan_amount").unwrap();
    assert!(!amount.is_nullable());
    assert_eq!(amount.metadata()[arrow::UNIT], "USD");
    assert_eq!(amount.metadata()[arrow::CONTRACT_HASH], contract.hash.to_string());
}

#[test]
fn comments_blanks_and_order_do_not_change_the_hash() {
    let contract = Contract::parse("a", LOANS).unwrap();
    let moved = LOANS.replace("kind: DataContract\n", "").replace("roles:", "# note\nkind:   DataContract\nroles:");
    assert_eq!(contract.hash, Contract::parse("b", &moved).unwrap().hash);
    let changed = LOANS.replace("maximum: 1000000", "maximum: 1000001");
    assert_ne!(contract.hash, Contract::parse("c", &changed).unwrap().hash);
}

#[test]
fn the_newer_standard_brings_enumerations() {
    let newer = LOANS.replace("v3.1.0", "v3.2.0").replace(
        "        physicalType: varchar(1)\n",
        "        physicalType: varchar(1)\n        enum: [{value: A, label: best}, {value: B}]\n",
    );
    let contract = Contract::parse("newer", &newer).unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(contract.objects[0].property("grade").unwrap().constraints.enumeration, vec!["A", "B"]);
}

const PRODUCT: &str = r"
apiVersion: v1.0.0
kind: DataProduct
id: urn:bank:lending
name: Lending
version: 1.0.0
status: active
domain: lending
inputPorts:
  - {name: lending_club, version: 1.0.0, contractId: urn:bank:lending:input:lending_club}
outputPorts:
  - name: loans
    type: tables
    version: 1.0.0
    contractId: urn:bank:lending:loans
    description: One row a loan
  - {name: loans, version: 2.0.0, contractId: urn:bank:lending:loans}
team:
  members: [{username: lena}]
";

#[test]
fn a_manifest_is_resolved() {
    let manifest = Manifest::parse("product.odps.yaml", PRODUCT).unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(manifest.domain, "lending");
    assert_eq!(manifest.input_ports[0].name, "lending_club");
    assert_eq!(manifest.output_ports[1].version.major, 2);
    assert_eq!(manifest.team[0].username, "lena");
}

#[test]
fn ports_in_conflict_are_reported_together() {
    let bad = PRODUCT
        .replace("version: 2.0.0", "version: 1.1.0")
        .replace("name: lending_club", "name: Lending Club")
        .replace("contractId: urn:bank:lending:loans\n", "contractID: urn:bank:lending:loans\n");
    let report = Manifest::parse("product.odps.yaml", &bad).expect_err("faults");
    insta::assert_snapshot!(report.to_string());
}
