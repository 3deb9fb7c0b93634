//! Events of a port's run, and events of other producers.

use chrono::TimeDelta;
use mesh_lineage::event::{EventType, RunEvent, Statistics};
use mesh_lineage::{Ended, InputColumn, Kind, Sources};
use serde_json::{Value, json};

use crate::example::{lineage, port, rules, run, started_at};
use crate::schemas::{Schemas, folder, read};

fn committed() -> Ended {
    let written = Statistics { row_count: Some(10), size: Some(2048), file_count: Some(2) };
    Ended::Committed { version: 5, written, rules: rules() }
}

fn json(event: &RunEvent) -> Value {
    serde_json::to_value(event).unwrap()
}

fn every_event() -> Vec<RunEvent> {
    let (port, lineage) = (port(), lineage());
    let run = run(&port, Some(&lineage));
    let ended = [
        committed(),
        Ended::Failed { message: "FC-5021 a rule does not hold".into(), rules: rules() },
        Ended::Skipped { because: "`lending.book` has no new snapshot".into() },
    ];
    let at = started_at() + TimeDelta::seconds(9);
    std::iter::once(run.started()).chain(ended.iter().map(|ended| run.ended(at, ended))).collect()
}

#[test]
fn every_event_is_valid_by_the_published_schemas() {
    let schemas = Schemas::published();
    let mut facets = std::collections::BTreeSet::new();
    for event in every_event() {
        let event = json(&event);
        assert_eq!(schemas.faults(&event), Vec::<String>::new(), "{event:#}");
        facets.extend(Schemas::facets(&event).into_iter().map(str::to_owned));
    }
    let expected = [
        "columnLineage",
        "dataQualityAssertions",
        "errorMessage",
        "inputStatistics",
        "jobType",
        "nominalTime",
        "outputStatistics",
        "parent",
        "processing_engine",
        "schema",
        "sql",
        "version",
    ];
    assert_eq!(facets.into_iter().collect::<Vec<_>>(), expected);
}

#[test]
fn the_schemas_would_find_a_fault() {
    let schemas = Schemas::published();
    let event = json(&every_event()[1]);
    let broken = |change: fn(&mut Value)| {
        let mut event = event.clone();
        change(&mut event);
        schemas.faults(&event)
    };
    assert!(!broken(|event| event["eventType"] = json!("DONE")).is_empty());
    assert!(!broken(|event| event["run"]["runId"] = json!("run-1")).is_empty());
    assert!(!broken(|event| event["eventTime"] = json!("yesterday")).is_empty());
    let lineage = |event: &mut Value| event["outputs"][0]["facets"]["columnLineage"]["fields"] = json!([]);
    assert!(!broken(lineage).is_empty());
    let unknown = |event: &mut Value| event["run"]["facets"]["parent"]["Job"] = json!({});
    assert!(!broken(unknown).is_empty());
    let misplaced = |event: &mut Value| {
        event["job"]["facets"]["query"] = event["job"]["facets"]["sql"].take();
    };
    assert!(!broken(misplaced).is_empty());
}

#[test]
fn an_event_is_read_as_it_was_written() {
    for event in every_event() {
        let text = serde_json::to_string(&event).unwrap();
        assert_eq!(serde_json::from_str::<RunEvent>(&text).unwrap(), event);
    }
}

#[test]
fn a_complete_event_says_what_was_read_and_written() {
    let event = json(&every_event()[1]);
    assert_eq!(event["eventTime"], "2027-01-15T08:00:09.123456Z");
    assert_eq!(event["job"]["name"], "lending.loans_v1");
    let inputs: Vec<&Value> = event["inputs"].as_array().unwrap().iter().map(|input| &input["name"]).collect();
    assert_eq!(inputs, ["deposits.accounts_v1", "lending.input.book"]);
    assert_eq!(event["inputs"][0]["facets"]["version"]["datasetVersion"], "41");
    let output = &event["outputs"][0];
    assert_eq!(output["facets"]["version"]["datasetVersion"], "5");
    assert_eq!(output["facets"]["schema"]["fields"][1]["fields"][0]["name"], "city");
    assert_eq!(output["outputFacets"]["outputStatistics"]["rowCount"], 10);
    let lineage = &output["facets"]["columnLineage"];
    assert_eq!(
        lineage["fields"]["holder"]["inputFields"],
        json!([{
            "namespace": "mesh", "name": "deposits.accounts_v1", "field": "iban",
            "transformations": [
                { "type": "DIRECT", "subtype": "TRANSFORMATION", "description": "", "masking": true }
            ],
        }])
    );
    assert_eq!(
        lineage["dataset"],
        json!([{
            "namespace": "mesh", "name": "lending.input.book", "field": "id",
            "transformations": [{ "type": "INDIRECT", "subtype": "GROUP_BY", "description": "", "masking": false }],
        }])
    );
}

#[test]
fn a_run_that_writes_nothing_claims_no_columns() {
    let events = every_event();
    let types: Vec<_> = events.iter().filter_map(|event| event.event_type).collect();
    assert_eq!(types, [EventType::Start, EventType::Complete, EventType::Fail, EventType::Abort]);
    for (event, kind) in events.iter().zip(types) {
        let facets = &event.outputs[0].facets;
        assert_eq!(facets.version.is_some(), kind == EventType::Complete);
        assert_eq!(facets.column_lineage.is_some(), matches!(kind, EventType::Start | EventType::Complete));
        let told = event.outputs[0].output_facets.data_quality_assertions.is_some();
        assert_eq!(told, matches!(kind, EventType::Complete | EventType::Fail));
        assert_eq!(event.run.facets.error_message.is_some(), matches!(kind, EventType::Fail | EventType::Abort));
        assert_eq!(event.run.run_id, events[0].run.run_id);
    }
}

#[test]
fn a_run_without_a_plan_still_has_events() {
    let port = port();
    let failed = run(&port, None).ended(started_at(), &Ended::Failed { message: "no".into(), rules: Vec::new() });
    assert_eq!(Schemas::published().faults(&json(&failed)), Vec::<String>::new());
    assert!(failed.outputs[0].output_facets.data_quality_assertions.is_none());
}

#[test]
fn events_of_other_producers_are_read_without_loss() {
    let published = read(&folder().join("Event.example.json"));
    let event: RunEvent = serde_json::from_value(published.clone()).unwrap();
    assert_eq!(event.job.facets.sql.as_ref().unwrap().body.query, "SELECT 1");

    let columns = read(&folder().join("ColumnLineage.example.json"));
    let strange = json!({ "_producer": "x:y", "_schemaURL": "x:z", "anything": [1, { "a": null }] });
    let mut event = published;
    event["outputs"] = json!([{ "namespace": "s3://b", "name": "t", "facets": columns, "outputFacets": {} }]);
    event["run"]["facets"]["spark_version"] = strange.clone();
    let read: RunEvent = serde_json::from_value(event.clone()).unwrap();
    assert_eq!(read.run.facets.other["spark_version"], strange);
    let lineage = &read.outputs[0].facets.column_lineage.as_ref().unwrap().body;
    let id = &lineage.fields["id"].input_fields[0];
    let expected = Sources::column(InputColumn { dataset: id.column().dataset, field: "id".into() });
    assert_eq!(expected.of(&id.column()).unwrap().first().unwrap().kind, Kind::Identity);
    let again = json(&read);
    assert_eq!(again["outputs"][0]["facets"], event["outputs"][0]["facets"]);
    assert_eq!(again["run"], event["run"]);
}
