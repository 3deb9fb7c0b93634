//! Contracts drafted from tables and queries, and read again under what was drafted.

use std::sync::Arc;

use insta::assert_snapshot;
use mesh_contract::Contract;
use mesh_contract::infer::{Draft, Origin, draft};
use mesh_engine::profile::{Wanted, profile_database};
use mesh_engine::source::Input;
use url::Url;

use super::ground::Ground;
use crate::support::read;

const TABLE: &str = "
    CREATE TYPE state AS ENUM ('open', 'closed');
    CREATE TABLE accounts (account_id bigint, opened date NOT NULL, iban varchar(34) UNIQUE, balance numeric(18,2) NOT NULL,
        rate numeric, state state, part int NOT NULL, seen timestamptz, PRIMARY KEY (account_id, part));
    COMMENT ON TABLE accounts IS 'Accounts as the core system holds them';
    COMMENT ON COLUMN accounts.opened IS 'Day of the first booking';
    INSERT INTO accounts SELECT i, date '2026-01-01' + i::int, 'X' || i, i * 1.25, i * 0.0005, 'open', 1, now()
    FROM generate_series(1, 30) AS i;";

async fn drafted(ground: &Ground, wanted: &Wanted) -> (String, usize) {
    let url = ground.url("");
    let seen = profile_database(&url, wanted).await.expect("a table");
    let what = Draft {
        domain: "deposits",
        name: "accounts",
        origin: "a test",
        input: Some(Origin::Database(seen.origin())),
        currency: Some("EUR"),
    };
    let text = draft(&seen.profile, &what).expect("a draft");
    let (contract, report) = Contract::lint("accounts.odcs.yaml", &text);
    assert!(report.is_empty(), "{report}");
    let contract = Arc::new(contract.expect("a contract"));
    let input = Input::new("accounts", contract, Url::parse("file:///nowhere/").expect("a url")).with_database(url);
    let rows = read(&input).await.expect("what was drafted is read").iter().map(|batch| batch.num_rows()).sum();
    let port = ground.ask("SHOW port").await.expect("a port");
    (text.replace(&ground.schema, "bank").replace(&port, "5432"), rows)
}

#[tokio::test]
#[expect(clippy::too_many_lines, reason = "they are the draft's")]
async fn what_the_catalog_states_is_drafted_and_can_be_read() {
    let Some(ground) = Ground::new().await else { return };
    ground.run(TABLE).await;
    let (text, rows) = drafted(&ground, &Wanted::Table(format!("{}.accounts", ground.schema))).await;
    assert_eq!(rows, 30);
    assert_snapshot!(text, @r#"
    # Drafted from a test (30 rows). Types, nulls, keys and lists of values are what the data shows;
    # what it means, whose it is and what it is for is marked `to be written`.
    apiVersion: v3.1.0
    kind: DataContract
    id: "urn:fince:deposits:input:accounts"
    name: accounts
    version: 0.1.0
    status: draft
    domain: deposits

    description:
      purpose: "To be written: what the data is for"
      limitations: "To be written: what it must not be used for"

    servers:
      - server: source
        type: postgres
        host: "127.0.0.1"
        port: 5432
        database: postgres
        schema: bank

    schema:
      - name: accounts
        physicalName: accounts
        physicalType: table
        description: Accounts as the core system holds them
        dataGranularityDescription: one row for each account_id and part
        properties:
          - name: account_id
            description: "To be written. 30 values, 1 to 30"
            logicalType: integer
            physicalType: bigint
            primaryKey: true
            primaryKeyPosition: 1
            required: true
            classification: internal
            logicalTypeOptions: {minimum: 0}
          - name: opened
            description: Day of the first booking
            logicalType: date
            physicalType: date
            required: true
            classification: internal
          - name: iban
            description: To be written. 30 values
            logicalType: string
            physicalType: varchar(34)
            unique: true
            classification: restricted
            customProperties:
              - {property: gdprCategory, value: financial}
          - name: balance
            description: "To be written. 30 values, 1.25 to 37.5"
            logicalType: number
            physicalType: "decimal(18,2)"
            required: true
            classification: internal
            logicalTypeOptions: {minimum: 0}
            customProperties:
              - {property: unit, value: EUR}
          - name: rate
            description: "To be written. 30 values, 0.0005 to 0.015"
            logicalType: number
            physicalType: "decimal(18,4)"
            classification: internal
            logicalTypeOptions: {minimum: 0}
            customProperties:
              - {property: unit, value: percent/year}
          - name: state
            description: To be written. 1 value
            logicalType: string
            physicalType: string
            classification: internal
            quality:
              - {metric: invalidValues, dimension: conformity, arguments: {validValues: [open, closed]}, mustBe: 0}
          - name: part
            description: "To be written. 1 value, 1 to 1"
            logicalType: integer
            physicalType: int
            primaryKey: true
            primaryKeyPosition: 2
            required: true
            classification: internal
            logicalTypeOptions: {minimum: 0}
          - name: seen
            description: To be written. 1 value
            logicalType: timestamp
            physicalType: timestamp_tz
            classification: internal
        quality:
          - {metric: rowCount, mustBeGreaterThan: 0}
    "#);
}

#[tokio::test]
async fn a_query_is_drafted_with_its_text() {
    let Some(ground) = Ground::new().await else { return };
    ground.run(TABLE).await;
    let query = format!("SELECT opened, sum(balance) AS balance FROM {}.accounts GROUP BY opened;", ground.schema);
    let (text, rows) = drafted(&ground, &Wanted::Query(query)).await;
    assert_eq!(rows, 30);
    assert_snapshot!(text, @r#"
    # Drafted from a test (30 rows). Types, nulls, keys and lists of values are what the data shows;
    # what it means, whose it is and what it is for is marked `to be written`.
    apiVersion: v3.1.0
    kind: DataContract
    id: "urn:fince:deposits:input:accounts"
    name: accounts
    version: 0.1.0
    status: draft
    domain: deposits

    description:
      purpose: "To be written: what the data is for"
      limitations: "To be written: what it must not be used for"

    servers:
      - server: source
        type: postgres
        host: "127.0.0.1"
        port: 5432
        database: postgres
        schema: public

    schema:
      - name: accounts
        physicalName: accounts
        physicalType: table
        description: To be written. Drafted from 30 rows
        dataGranularityDescription: one row for each opened
        properties:
          - name: opened
            description: "To be written. 30 values, 2026-01-02 to 2026-01-31"
            logicalType: date
            physicalType: date
            primaryKey: true
            primaryKeyPosition: 1
            required: true
            unique: true
            classification: internal
          - name: balance
            description: "To be written. 30 values, 1.25 to 37.5"
            logicalType: number
            physicalType: "decimal(18,2)"
            required: true
            classification: internal
            logicalTypeOptions: {minimum: 0}
            customProperties:
              - {property: unit, value: EUR}
        quality:
          - {metric: rowCount, mustBeGreaterThan: 0}

    customProperties:
      - {property: query, value: "SELECT opened, sum(balance) AS balance FROM bank.accounts GROUP BY opened;"}
    "#);
}
