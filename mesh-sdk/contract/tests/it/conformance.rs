//! The shapes that the standards' own examples use, in documents of our own.

use mesh_contract::Contract;
use mesh_contract::diagnostic::Severity;
use mesh_contract::model::{Contract as Resolved, DataType, Measure};
use mesh_contract::product::Manifest;

fn resolved(rest: &str) -> Resolved {
    let text =
        format!("apiVersion: v3.2.0\nkind: DataContract\nid: c1\nversion: 1.0.0\nstatus: active\ndomain: shop\n{rest}");
    let (contract, report) = Contract::lint("c.yaml", &text);
    assert!(report.iter().all(|fault| fault.severity == Severity::Warning), "{report}");
    contract.expect("a contract without errors")
}

#[test]
fn every_logical_type_has_its_resolution() {
    let contract = resolved(
        "
schema:
  - name: all
    properties:
      - {name: account, logicalType: string, physicalType: string, logicalTypeOptions: {minLength: 11, maxLength: 11, pattern: 'ACC[0-9]{8}'}}
      - {name: day, logicalType: date, physicalType: date, logicalTypeOptions: {exclusiveMinimum: '2020-01-01', maximum: '2021-01-01', format: yyyy-MM-dd}}
      - {name: stamp, logicalType: timestamp, logicalTypeOptions: {minimum: '2020-01-01 00:00:00', format: 'yyyy-MM-dd HH:mm:ss', timezone: false}}
      - {name: zoned, logicalType: timestamp, logicalTypeOptions: {timezone: true, defaultTimezone: Australia/Sydney}}
      - {name: clock, logicalType: time, physicalType: time, logicalTypeOptions: {minimum: '00:00:00', maximum: '23:59:59'}}
      - {name: share, logicalType: number, logicalTypeOptions: {minimum: 0, format: f32}}
      - {name: age, logicalType: integer, logicalTypeOptions: {minimum: 18, exclusiveMaximum: 100, format: i32}}
      - {name: open, logicalType: boolean, physicalType: bool}
      - {name: last, logicalType: array, physicalType: list, logicalTypeOptions: {minItems: 0, maxItems: 3, uniqueItems: true}, items: {logicalType: integer}}
      - {name: extra, logicalType: object, physicalType: json}
      - {name: who, logicalType: object, logicalTypeOptions: {required: [name], maxProperties: 5}, properties: [{name: name, logicalType: string}]}
      - {name: wide, physicalType: 'numeric(38)'}
      - {name: raw, physicalType: bytea}
",
    );
    let types: Vec<String> = contract.objects[0]
        .properties
        .iter()
        .map(|property| match &property.data_type {
            DataType::Object(members) => format!("{}: object of {}", property.name, members.len()),
            DataType::Array(item) => format!("{}: array of {:?}", property.name, item.data_type),
            other => format!("{}: {other:?}", property.name),
        })
        .collect();
    insta::assert_snapshot!(types.join("\n"));
}

#[test]
fn rules_of_every_kind_are_kept() {
    let contract = resolved(
        "
schema:
  - name: orders
    properties:
      - name: email
        logicalType: string
        quality:
          - {metric: missingValues, arguments: {missingValues: [null, '', n/a]}, mustBeLessThan: 100, unit: rows}
          - {metric: duplicateValues, mustBeLessThan: 1, unit: percent}
          - {metric: invalidValues, arguments: {pattern: '^.+@.+$'}, mustBe: 0}
          - {type: text, description: Addresses are those people read}
          - {type: custom, engine: soda, implementation: 'duplicate_percent(email) < 1'}
          - {type: sql, query: 'SELECT count(*) > 0 FROM ${table} WHERE ${column} IS NULL', mustBe: false, severity: warning}
    quality:
      - {metric: rowCount, mustBeBetween: [100, 120], dimension: completeness, scheduler: cron, schedule: 0 20 * * *}
      - {metric: duplicateValues, arguments: {properties: [email]}, mustBe: 0}
",
    );
    let email = &contract.objects[0].properties[0];
    assert_eq!(email.quality.len(), 6);
    assert_eq!(
        email.quality[5].measure,
        Measure::Sql("SELECT count(*) > 0 FROM ${object} WHERE ${property} IS NULL".to_owned())
    );
    assert_eq!(contract.objects[0].quality[1].measure, Measure::DuplicateValues(vec!["email".to_owned()]));
}

#[test]
fn teams_relationships_and_servers_come_in_every_form() {
    let contract = resolved(
        "
team:
  - {username: ceastwood, role: Data Scientist, dateIn: '2022-08-02', dateOut: '2022-10-01', replacedByUsername: mhopper}
  - {username: mhopper}
schema:
  - name: orders
    relationships:
      - {from: [orders.customer_id, orders.region], to: [customers.id, customers.region]}
    properties:
      - name: customer_id
        logicalType: integer
        relationships: [{to: customers.id, customProperties: [{property: cardinality, value: many-to-one}]}]
      - {name: region, logicalType: string, synonyms: [{synonym: area, locale: en-GB}], semanticType: dimension}
  - name: customers
    properties:
      - {name: id, logicalType: integer, primaryKey: true, relationships: [{to: 'https://example.org/crm.yaml#/schema/people/properties/id'}]}
      - {name: region, logicalType: string}
servers:
  - {server: lake, type: s3, location: 's3://bucket/orders/*.parquet', format: parquet, environment: prod}
  - {server: db, type: postgres, host: db.example, port: 5432, database: shop, schema: public}
  - {server: other, type: custom, host: x, customProperties: [{property: flavour, value: 7}]}
price: {priceAmount: 9.95, priceCurrency: USD, priceUnit: megabyte}
context: {instructions: Count each order once, constraints: [{constraint: Never join on names}]}
slaProperties:
  - {property: generalAvailability, value: '2022-05-12T09:30:10-08:00'}
  - {property: latency, value: 4, unit: d, element: 'orders.customer_id, customers.id'}
",
    );
    assert_eq!(contract.team.len(), 2);
    assert_eq!(contract.objects[0].relationships[0].from, ["customer_id", "region"]);
    assert_eq!(contract.servers[1].settings["port"], 5432);
    assert_eq!(contract.servers[2].settings["flavour"], 7);
}

#[test]
fn servers_are_held_to_their_type() {
    let text = "apiVersion: v3.1.0\nkind: DataContract\nid: c\nversion: 1.0.0\nstatus: draft\ndomain: shop\nservers:
  - {server: a, type: local, pth: x.csv, format: csv}
  - {server: b, type: postgress, host: h}
  - {server: a, type: s3}
";
    let report = Contract::parse("c.yaml", text).expect_err("faults");
    insta::assert_snapshot!(report.to_string());
}

#[test]
fn manifests_with_every_kind_of_port_are_read() {
    let manifest = Manifest::parse(
        "p.yaml",
        "
apiVersion: v1.1.0
kind: DataProduct
id: p1
status: draft
domain: shop
inputPorts:
  - {name: payments, version: 1.0.0, contractId: a, customProperties: [{property: x, value: [1]}]}
outputPorts:
  - name: raw
    version: 2.0.0
    contractId: c
    sbom: [{type: external, url: 'https://example.org/sbom'}]
    inputContracts: [{id: a, version: 1.0.0}]
managementPorts:
  - {content: dictionary, type: topic, name: updates}
support:
  - {channel: mail, url: 'mailto:data@example.org'}
",
    )
    .unwrap_or_else(|report| panic!("{report}"));
    assert_eq!(manifest.version, None);
    assert_eq!(manifest.input_ports[0].custom["x"], serde_json::json!([1]));
}
