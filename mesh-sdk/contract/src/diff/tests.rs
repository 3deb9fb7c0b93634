//! The table of changes, one edit at a time, and the promise that nothing goes by unseen.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use super::level::Group;
use super::*;
use crate::diff::class::Effect;

const CONTRACT: &str = r#"
apiVersion: v3.2.0
kind: DataContract
id: urn:bank:lending:loans
name: Loans
version: 1.4.2
status: active
domain: lending
dataProduct: urn:bank:lending
tenant: bank
tags: [lending]
description: {purpose: to know loans, usage: join by id, limitations: not for marketing}
schema:
  - name: loans
    physicalName: loans
    physicalType: table
    description: Loans
    dataGranularityDescription: one row a loan
    tags: [gold]
    customProperties:
      - {property: rowScope, value: region}
    properties:
      - name: id
        logicalType: integer
        physicalType: int
        required: true
        unique: true
        primaryKey: true
        primaryKeyPosition: 1
        description: Number of the loan
        classification: internal
        criticalDataElement: true
      - name: amount
        logicalType: number
        physicalType: decimal(18,2)
        description: Amount lent
        classification: confidential
        logicalTypeOptions: {minimum: 0, maximum: 1000000}
        customProperties:
          - {property: unit, value: EUR}
      - name: holder
        logicalType: string
        physicalType: varchar(80)
        description: Who borrowed
        classification: restricted
        tags: [pii]
        logicalTypeOptions: {minLength: 1, pattern: "^[A-Z].*$"}
        customProperties:
          - {property: mask, value: redact}
          - {property: gdprCategory, value: identity}
        authoritativeDefinitions:
          - {type: ontology, url: "https://example.org/person"}
      - name: state
        logicalType: string
        description: Where it stands
        enum: [{value: open}, {value: closed}]
        semanticType: dimension
        transformLogic: upper(state)
        examples: [open]
        quality:
          - {name: few_nulls, metric: nullValues, mustBeLessThan: 10, dimension: completeness}
      - name: opened
        logicalType: timestamp
        description: When it began
        partitioned: true
        partitionKeyPosition: 1
      - name: parts
        logicalType: array
        description: Parts
        logicalTypeOptions: {maxItems: 5}
        items:
          logicalType: object
          properties:
            - {name: number, logicalType: integer, physicalType: int, required: true, description: Number}
            - {name: note, logicalType: string, description: Words}
    relationships:
      - {type: foreignKey, from: loans.amount, to: limits.amount}
    quality:
      - {name: rows, metric: rowCount, mustBeGreaterThan: 0}
servers:
  - {server: lake, type: local, path: ./loans, format: delta}
slaProperties:
  - {property: freshness, value: 24, unit: h}
  - {property: retention, value: 10, unit: "y"}
  - {property: availability, value: 99.5, unit: "%"}
team:
  name: Lending
  members:
    - {username: lena, role: owner}
    - {username: sam, role: steward}
support:
  - {channel: lending, tool: email, url: "mailto:lending@bank.example"}
roles:
  - {role: reader, access: read, firstLevelApprovers: "lena, max"}
customProperties:
  - {property: containsPersonalData, value: true}
"#;

fn base() -> Value {
    resolved(CONTRACT).value().clone()
}

fn resolved(text: &str) -> Revision {
    Revision::parse("loans.odcs.yaml", text).unwrap_or_else(|report| panic!("{}", report))
}

/// The changes after an edit of the document.
fn after(edit: impl FnOnce(&mut Value)) -> Vec<Change> {
    let mut value = base();
    edit(&mut value);
    // JSON is YAML too.
    diff(&resolved(&base().to_string()), &resolved(&value.to_string()))
}

/// Sets what is under a pointer; `Null` takes it away.
fn set(pointer: &str, to: Value) -> Vec<Change> {
    after(|document| {
        let (parent, key) = pointer.rsplit_once('/').expect("a pointer");
        let parent = document.pointer_mut(parent).expect("the place is there");
        match parent {
            Value::Object(map) if to.is_null() => drop(map.shift_remove(key)),
            Value::Object(map) => drop(map.insert(key.to_owned(), to)),
            Value::Array(items) if key == "-" => items.push(to),
            Value::Array(items) if to.is_null() => drop(items.remove(key.parse::<usize>().expect("an index"))),
            Value::Array(items) => items[key.parse::<usize>().expect("an index")] = to,
            other => panic!("{other}"),
        }
    })
}

fn classes(changes: &[Change]) -> Vec<&'static str> {
    changes.iter().map(|change| change.class.name).collect()
}

#[test]
fn the_same_contract_has_no_changes_and_another_version_alone_is_none() {
    assert_eq!(after(|_| {}), []);
    assert_eq!(set("/version", json!("1.5.0")), []);
}

#[test]
#[expect(clippy::too_many_lines, reason = "a table, a line for each class")]
fn each_edit_has_its_class() {
    let column = |index: usize, key: &str| format!("/schema/0/properties/{index}/{key}");
    let table: Vec<(String, Value, &[&str])> = vec![
        ("/id".into(), json!("urn:bank:lending:other"), &["id-changed"]),
        ("/domain".into(), json!("deposits"), &["domain-changed"]),
        ("/tenant".into(), Value::Null, &["tenant-changed"]),
        ("/dataProduct".into(), json!("urn:bank:other"), &["product-changed"]),
        ("/name".into(), json!("Credits"), &["name-changed"]),
        ("/status".into(), json!("deprecated"), &["status-deprecated"]),
        ("/status".into(), json!("retired"), &["status-retired"]),
        ("/status".into(), json!("draft"), &["status-reverted"]),
        ("/description/purpose".into(), json!("to sell loans"), &["purpose-changed"]),
        ("/description/limitations".into(), Value::Null, &["limitations-changed"]),
        ("/description/usage".into(), json!("any"), &["usage-changed"]),
        ("/tags".into(), json!(["lending", "pii"]), &["personal-data-declared"]),
        ("/tags".into(), json!(["loans"]), &["tags-changed"]),
        ("/schema/0/physicalName".into(), json!("t_loans"), &["object-physical-name-changed"]),
        ("/schema/0/physicalName".into(), Value::Null, &["rewritten"]),
        ("/schema/0/physicalType".into(), json!("view"), &["object-kind-changed"]),
        ("/schema/0/dataGranularityDescription".into(), json!("one row a day"), &["granularity-changed"]),
        ("/schema/0/customProperties".into(), json!([]), &["row-scope-removed"]),
        ("/schema/0/customProperties/0/value".into(), json!("branch"), &["row-scope-changed"]),
        ("/schema/0/relationships".into(), Value::Null, &["relationship-removed"]),
        ("/schema/0/quality".into(), Value::Null, &["quality-rule-removed"]),
        ("/schema/0/quality/0/mustBeGreaterThan".into(), json!(5), &["quality-rule-tightened"]),
        ("/schema/0/properties/2".into(), Value::Null, &["property-removed"]),
        ("/schema/0/properties/-".into(), json!({"name": "x", "logicalType": "string"}), &["property-added"]),
        (
            "/schema/0/properties/-".into(),
            json!({"name": "x", "logicalType": "string", "required": true}),
            &["property-added-required"],
        ),
        (column(0, "name"), json!("loan_id"), &["property-renamed"]),
        (column(0, "physicalType"), json!("bigint"), &["type-widened"]),
        (column(0, "physicalType"), json!("smallint"), &["type-narrowed"]),
        (column(0, "physicalType"), json!("integer"), &["rewritten"]),
        (column(1, "physicalType"), json!("decimal(20,2)"), &["type-widened"]),
        (column(1, "physicalType"), json!("decimal(18,4)"), &["type-changed"]),
        (column(2, "physicalType"), json!("varchar(60)"), &["length-tightened"]),
        (column(2, "physicalType"), json!("varchar(90)"), &["length-loosened"]),
        (column(4, "physicalType"), json!("timestamp_ntz"), &["timezone-changed"]),
        // A key is required, whatever is written.
        (column(0, "required"), json!(false), &["rewritten"]),
        (column(1, "required"), json!(true), &["required-added"]),
        (column(1, "required"), json!(false), &["rewritten"]),
        (column(0, "unique"), Value::Null, &["unique-dropped"]),
        (column(1, "unique"), json!(true), &["unique-added"]),
        (column(0, "classification"), json!("public"), &["classification-lowered"]),
        (column(0, "classification"), json!("restricted"), &["classification-raised"]),
        (column(0, "classification"), Value::Null, &["classification-lowered"]),
        (column(0, "criticalDataElement"), Value::Null, &["critical-element-dropped"]),
        (column(1, "criticalDataElement"), json!(true), &["critical-element-added"]),
        (column(0, "encryptedName"), json!("id_enc"), &["encryption-changed"]),
        (column(1, "logicalTypeOptions/minimum"), json!(-5), &["bound-loosened"]),
        (column(1, "logicalTypeOptions/minimum"), json!(5), &["bound-tightened"]),
        (column(1, "logicalTypeOptions/maximum"), Value::Null, &["bound-loosened"]),
        (column(1, "logicalTypeOptions"), json!({"exclusiveMinimum": 0, "maximum": 1_000_000}), &["bound-tightened"]),
        (column(1, "logicalTypeOptions/multipleOf"), json!(0.01), &["multiple-of-changed"]),
        (column(1, "customProperties/0/value"), json!("USD"), &["unit-changed"]),
        (column(1, "customProperties"), Value::Null, &["unit-dropped"]),
        (column(2, "logicalTypeOptions/pattern"), json!("^[A-Z]+$"), &["pattern-changed"]),
        (column(2, "logicalTypeOptions/pattern"), Value::Null, &["pattern-removed"]),
        (column(2, "logicalTypeOptions/minLength"), json!(2), &["length-tightened"]),
        (column(2, "logicalTypeOptions/format"), json!("email"), &["format-changed"]),
        (column(2, "tags"), json!([]), &["personal-data-dropped"]),
        (column(2, "customProperties/0"), Value::Null, &["mask-removed"]),
        (column(2, "customProperties/0/value"), json!("hash"), &["mask-changed"]),
        (column(1, "customProperties/-"), json!({"property": "mask", "value": "redact"}), &["mask-added"]),
        (column(2, "customProperties/1"), Value::Null, &["personal-data-dropped"]),
        (column(2, "authoritativeDefinitions/0/url"), json!("https://example.org/agent"), &["definition-changed"]),
        (column(2, "authoritativeDefinitions"), Value::Null, &["definition-removed"]),
        (column(3, "enum/-"), json!({"value": "lost"}), &["enum-value-added"]),
        (column(3, "enum/0"), Value::Null, &["enum-value-removed"]),
        (column(3, "enum"), Value::Null, &["enum-dropped"]),
        (column(3, "semanticType"), json!("column"), &["semantic-type-changed"]),
        (column(3, "transformLogic"), json!("lower(state)"), &["transform-changed"]),
        (column(3, "examples"), json!(["closed"]), &["examples-changed"]),
        (column(3, "quality/0/mustBeLessThan"), json!(20), &["quality-rule-loosened"]),
        (column(3, "quality/0/severity"), json!("warning"), &["quality-severity-lowered"]),
        (column(3, "quality/0/dimension"), json!("accuracy"), &["quality-dimension-changed"]),
        (
            column(3, "quality/-"),
            json!({"name": "no_gaps", "metric": "missingValues", "arguments": {"missingValues": [""]}, "mustBe": 0}),
            &["quality-rule-added"],
        ),
        (
            column(3, "quality/-"),
            json!({"name": "n", "metric": "duplicateValues", "mustBe": 0, "severity": "warning"}),
            &["quality-warning-added"],
        ),
        (
            "/schema/0/properties/4".into(),
            json!({"name": "opened", "logicalType": "timestamp", "description": "When it began"}),
            &["partitioning-changed", "partitioning-changed"],
        ),
        (column(5, "logicalTypeOptions/maxItems"), json!(4), &["items-tightened"]),
        (column(5, "items/properties/1"), Value::Null, &["property-removed"]),
        (column(5, "items/properties/0/physicalType"), json!("bigint"), &["type-widened"]),
        (column(5, "items/properties/0/required"), json!(false), &["required-dropped"]),
        ("/servers/0/path".into(), json!("./credits"), &["server-changed"]),
        (
            "/servers/0".into(),
            json!({"server": "lake", "type": "s3", "location": "s3://bucket/loans", "format": "delta"}),
            &["server-changed", "server-type-changed", "server-changed"],
        ),
        ("/servers".into(), Value::Null, &["server-removed"]),
        ("/slaProperties/0/value".into(), json!(48), &["service-level-weakened"]),
        ("/slaProperties/0".into(), json!({"property": "freshness", "value": 1, "unit": "d"}), &["rewritten"]),
        (
            "/slaProperties/0".into(),
            json!({"property": "freshness", "value": 30, "unit": "m"}),
            &["service-level-strengthened"],
        ),
        ("/slaProperties/1/value".into(), json!(7), &["service-level-weakened"]),
        ("/slaProperties/1/value".into(), json!(12), &["service-level-strengthened"]),
        ("/slaProperties/2/value".into(), json!(99.9), &["service-level-strengthened"]),
        ("/slaProperties/2".into(), Value::Null, &["service-level-removed"]),
        ("/team/members/0/username".into(), json!("omar"), &["owner-changed"]),
        ("/team/members/1".into(), Value::Null, &["team-changed"]),
        ("/support/0/url".into(), json!("mailto:x@bank.example"), &["support-changed"]),
        ("/support".into(), Value::Null, &["support-removed"]),
        ("/roles/0/firstLevelApprovers".into(), json!("lena"), &["approver-removed"]),
        ("/roles/0/firstLevelApprovers".into(), json!("max, lena, eva"), &["approver-changed"]),
        ("/roles/0/access".into(), json!("write"), &["role-changed"]),
        ("/roles".into(), Value::Null, &["role-removed"]),
        ("/customProperties/0/value".into(), json!(false), &["personal-data-dropped"]),
        ("/customProperties/-".into(), json!({"property": "ours", "value": 1}), &["extension-changed"]),
        ("/price".into(), json!({"priceAmount": 5.0}), &["price-changed"]),
        ("/contractCreatedTs".into(), json!("2026-01-31T09:30:00Z"), &["description-changed"]),
    ];
    let mut wrong = Vec::new();
    for (pointer, to, expected) in table {
        let found = set(&pointer, to.clone());
        if classes(&found) != expected {
            wrong.push(format!("{pointer} := {to}\n  {:?}, expected {expected:?}", classes(&found)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn a_key_as_a_whole_is_told_from_a_key_that_changes() {
    let (id, amount) = ("/schema/0/properties/0", "/schema/0/properties/1");
    let key = |document: &mut Value, column: &str, position: Option<u32>| {
        let column = document.pointer_mut(column).and_then(Value::as_object_mut).expect("a column");
        column.shift_remove("primaryKey");
        column.shift_remove("primaryKeyPosition");
        if let Some(position) = position {
            column.insert("primaryKey".into(), json!(true));
            column.insert("primaryKeyPosition".into(), json!(position));
        }
    };
    assert_eq!(classes(&after(|document| key(document, id, None))), ["primary-key-removed"]);
    assert_eq!(classes(&after(|document| key(document, amount, Some(2)))), ["primary-key-changed"]);
    let swapped = after(|document| {
        key(document, id, Some(2));
        key(document, amount, Some(1));
    });
    assert_eq!(classes(&swapped), ["primary-key-order-changed", "primary-key-changed"]);
}

#[test]
fn a_change_says_where_it_is_in_both_documents() {
    let new = CONTRACT.replace("physicalType: decimal(18,2)", "physicalType: decimal(16,2)");
    let changes = diff(&resolved(CONTRACT), &resolved(&new));
    let [change] = changes.as_slice() else { panic!("{changes:?}") };
    insta::assert_snapshot!(serde_json::to_string_pretty(change).expect("JSON"), @r#"
    {
      "class": "type-narrowed",
      "consumers": "risky",
      "producers": "breaking",
      "path": "schema.loans.properties.amount.physicalType",
      "message": "`decimal(18,2)` was narrowed to `decimal(16,2)`",
      "old": {
        "value": "decimal(18,2)",
        "pointer": "/schema/0/properties/1/physicalType",
        "start": 862,
        "len": 13,
        "line": 35,
        "column": 23
      },
      "new": {
        "value": "decimal(16,2)",
        "pointer": "/schema/0/properties/1/physicalType",
        "start": 862,
        "len": 13,
        "line": 35,
        "column": 23
      },
      "at": {
        "start": 862,
        "len": 13,
        "line": 35,
        "column": 23
      },
      "object": "loans",
      "column": "amount"
    }
    "#);
}

#[test]
fn what_is_gone_is_shown_where_it_was_and_where_to_look_now() {
    let mut lines: Vec<&str> = CONTRACT.lines().collect();
    let from = lines.iter().position(|line| line.contains("name: holder")).expect("a column");
    let to = lines.iter().position(|line| line.contains("name: state")).expect("a column");
    lines.drain(from..to);
    let new = lines.join("\n");
    let changes = diff(&resolved(CONTRACT), &resolved(&new));
    let gone = changes.iter().find(|change| change.class == &class::PROPERTY_REMOVED).expect("a removal");
    assert_eq!(gone.path, "schema.loans.properties.holder");
    assert_eq!((gone.object.as_deref(), gone.column.as_deref()), (Some("loans"), Some("holder")));
    assert_eq!(gone.old.as_ref().map(|place| place.span.line), Some(from + 1));
    assert_eq!(gone.new, None);
    assert!(gone.at.line > 1, "the columns are the nearest place");
}

#[test]
fn readers_settle_what_a_removal_is() {
    let removed = || set("/schema/0/properties/2", Value::Null);
    let readers = |json: Value| Readers::parse(&json.to_string()).expect("readers");
    let judged = |readers: &Readers| {
        let mut changes = removed();
        readers.judge(&mut changes);
        let change = changes.into_iter().next().expect("a change");
        (change.consumers, change.readers.unwrap_or_default().into_iter().collect::<Vec<_>>().join(","))
    };
    let of = |readings: Value| readers(json!({ "readings": readings }));
    let others = of(json!([{"principal": "omar", "object": "loans", "columns": ["id", "amount"]}]));
    assert_eq!(judged(&others), (Effect::Risky, String::new()));
    let reads = of(json!([{"principal": "omar", "object": "loans", "columns": ["holder"]}]));
    assert_eq!(judged(&reads), (Effect::Breaking, "omar".to_owned()));
    let unknown = of(json!([{"principal": "omar"}, {"principal": "ana", "object": "other"}]));
    assert_eq!(judged(&unknown), (Effect::Breaking, "omar".to_owned()));
    assert_eq!(removed()[0].consumers, Effect::Breaking, "nobody said who reads");
    assert!(Readers::parse(r#"{"readings": [{"principal": "a", "colums": []}]}"#).is_err());
}

#[test]
fn the_version_must_announce_the_changes() {
    let changes = set("/schema/0/properties/2", Value::Null);
    let version = |text: &str| semver::Version::parse(text).expect("a version");
    let check = |declared: &str, changes: &[Change]| {
        VersionRules::default().check(&version("1.4.2"), &version(declared), changes)
    };
    assert_eq!(check("1.5.0", &changes).suggested, version("2.0.0"));
    assert!(check("1.5.0", &changes).is_too_low());
    assert!(!check("2.0.0", &changes).is_too_low());
    assert!(!check("2.1.0", &changes).is_too_low());
    assert!(!check("2.0.0-rc.1", &changes).is_too_low(), "a pre-release announces what it leads to");
    assert!(check("1.5.0-rc.1", &changes).is_too_low());
    let next = VersionRules::default().check(&version("2.0.0-rc.1"), &version("2.0.0-rc.2"), &changes);
    assert!(!next.is_too_low() && !next.goes_backwards());
    assert!(check("1.4.2", &set("/name", json!("Other"))).is_too_low(), "a version is published once");
    assert!(check("1.4.1", &[]).goes_backwards());
    assert!(!check("1.4.2", &[]).is_too_low());
}

/// Every key of the standard that a comparison must claim, by the schema that contracts are read with.
#[test]
fn no_key_of_the_standard_is_without_a_class() {
    let schema = crate::schema::odcs_json_schema();
    let keys = |definition: &Value| -> BTreeSet<String> {
        definition["properties"].as_object().expect("properties").keys().cloned().collect()
    };
    fn claimed<T>(groups: &[Group<T>]) -> BTreeSet<String> {
        groups.iter().flat_map(|Group(keys, _)| keys.iter().map(|key| (*key).to_owned())).collect()
    }
    assert_eq!(claimed(contract::GROUPS), keys(&schema));
    assert_eq!(claimed(object::GROUPS), keys(&schema["$defs"]["SchemaObject"]));
    assert_eq!(claimed(property::GROUPS), keys(&schema["$defs"]["Property"]));
    assert_eq!(claimed(quality::GROUPS), keys(&schema["$defs"]["Quality"]));
}
