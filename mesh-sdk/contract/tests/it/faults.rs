//! Everything that is wrong is reported at once.

use mesh_contract::Contract;

const MANY: &str = r"
apiVersion: v3.1.0
kind: DataContrakt
id: urn:bank:lending:loans
version: v1.0
status: live
domain: Lending
colour: blue
schema:
  - name: loans
    propertys: []
    properties:
      - {name: loan_id, logicalType: integer, physicalType: bigint, primaryKey: true, primaryKeyPosition: 1}
      - {name: line, logicalType: integer, primaryKey: true, primaryKeyPosition: 3}
      - {name: Loan_Id, logicalType: string}
      - {name: amount, logicalType: number, physicalType: 'decimal(40,2)'}
      - name: balance
        logicalType: number
        physicalType: double
        customProperties: [{property: unit, value: USD}]
      - {name: rate, logicalType: number, physicalType: varchar(10)}
      - {name: state, logicalType: strng}
      - name: code
        logicalType: string
        logicalTypeOptions: {pattern: '([A-Z', minLength: 9, maxLength: 3}
      - name: age
        logicalType: integer
        logicalTypeOptions: {minimum: 10, maximum: 2, minLength: 1}
        examples: [old]
      - {name: secret, logicalType: string, classification: secrett}
      - name: due
        logicalType: date
        logicalTypeOptions: {minimum: 31.12.2020}
        required: 'yes'
      - name: country
        logicalType: string
        enum: [{value: NO}]
        quality:
          - {metric: invalidValues, arguments: {validValues: [A]}, mustBe: 0, mustBeLessThan: 3}
          - {metric: nullvalues, mustBe: 0}
          - {metric: nullValues}
          - {metric: nullValues, mustBe: -1}
          - {metric: nullValues, mustBeLessThan: 101, unit: percent}
      - {logicalType: string}
      - {name: nothing}
    quality:
      - {type: sql, mustBe: 0}
      - {metric: duplicateValues, arguments: {properties: [loan_idd]}, mustBe: 0}
      - {metric: rowCount, mustBeBetween: [10, 1]}
    relationships:
      - {from: loans.cuontry, to: countries.code}
slaProperties:
  - {property: latency, value: 1, element: loans.duee}
team: lena
servers:
  - {server: sample}
contractCreatedTs: yesterday
";

#[test]
fn more_than_twenty_faults_are_reported_at_once() {
    let report = Contract::parse("contracts/lending/loans.v1.odcs.yaml", MANY).expect_err("many faults");
    assert!(report.iter().count() > 35, "{}", report.len());
    insta::assert_snapshot!(report.to_string());
}

#[test]
fn entries_for_rest_carry_code_place_and_help() {
    let report = Contract::parse("a.yaml", "kind: DataContract\nvresion: 1.0.0\n").expect_err("faults");
    insta::assert_snapshot!(report.entries().iter().map(|entry| format!("{entry:?}")).collect::<Vec<_>>().join("\n"));
}

#[test]
fn one_slip_is_one_fault() {
    let slips = [
        ("logicalType: binary\n        physicalType: bytea", "FC-0009"),
        ("logicalType: string\n        quality: [{type: unknown, mustBe: 0}]", "FC-0009"),
        ("logicalType: string\n        quality: [{metric: nullValues, mustBeBetween: [3]}]", "FC-0008"),
        ("logicalType: array\n        logicalTypeOptions: {minItems: 1}", "FC-0007"),
        ("logicalType: integer\n        primaryKey: 'yes'", "FC-0008"),
    ];
    for (slip, code) in slips {
        let text = format!(
            "apiVersion: v3.1.0\nkind: DataContract\nid: c\nversion: 1.0.0\nstatus: draft\ndomain: shop\nschema:
  - name: t
    description: d
    properties:
      - name: a
        description: d
        classification: public
        {slip}\n"
        );
        let report = Contract::parse("c.yaml", &text).expect_err("a fault");
        let codes: Vec<String> = report.iter().map(|fault| fault.code.to_string()).collect();
        assert_eq!(codes, [code], "{report}");
    }
}
