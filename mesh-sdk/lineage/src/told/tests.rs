use serde_json::json;

use super::*;
use crate::transformation::Kind;

#[expect(clippy::needless_pass_by_value, reason = "calls read better so")]
fn run(event: Value) -> Value {
    let mut whole = json!({
        "eventTime": "2026-03-01T12:00:00.1234567+01:00",
        "eventType": "COMPLETE",
        "run": {"runId": "0190A9B0-0000-7000-8000-000000000001"},
        "job": {"namespace": "airflow", "name": "risk.daily"},
        "producer": "urn:test",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    });
    for (key, value) in event.as_object().cloned().unwrap_or_default() {
        whole[key] = value;
    }
    whole
}

#[expect(clippy::needless_pass_by_value, reason = "calls read better so")]
fn refused(event: Value) -> String {
    Told::read(&event).expect_err("refused").to_string()
}

#[test]
fn a_run_tells_job_state_and_datasets() {
    let told = Told::read(&run(json!({
        "inputs": [{"namespace": "mesh", "name": "lending.loans_v1", "facets": {"version": {"datasetVersion": "7"}}}],
        "outputs": [{"namespace": "dwh", "name": "t", "facets": {
            "schema": {"fields": [{"name": "total", "type": "int"}]},
            "columnLineage": {
                "fields": {"total": {"inputFields": [
                    {"namespace": "mesh", "name": "lending.loans_v1", "field": "amount",
                     "transformations": [{"type": "DIRECT", "subtype": "AGGREGATION", "masking": true}, {"subtype": "MAGIC"}]},
                    {"namespace": "mesh", "name": "lending.loans_v1"},
                ]}},
                "dataset": [{"namespace": "mesh", "name": "lending.loans_v1", "field": "state"}],
            },
        }}],
    })))
    .expect("an event");
    assert_eq!(told.at.to_rfc3339(), "2026-03-01T11:00:00.123456+00:00");
    let Subject::Run { run, state, .. } = &told.subject else { panic!("a run") };
    assert_eq!((run.as_str(), *state), ("0190a9b0-0000-7000-8000-000000000001", EventType::Complete));
    assert_eq!(told.inputs[0].version, Some(Some("7".into())));
    let output = &told.outputs[0];
    let dependencies: Vec<_> = output.dependencies.iter().flatten().flatten().collect();
    let told: Vec<_> = dependencies.iter().map(|found| (found.column.as_str(), found.field.as_str())).collect();
    assert_eq!(told, [("", "state"), ("total", "amount")]);
    assert_eq!(dependencies[1].ways, BTreeSet::from([Transformation::masking(Kind::Aggregation)]));
}

#[test]
fn the_three_kinds_of_event_are_told_apart() {
    let mut event = run(json!({"dataset": {"namespace": "x", "name": "y"}}));
    assert!(matches!(Told::read(&event).expect("a run").subject, Subject::Run { .. }));
    event.as_object_mut().expect("an object").remove("run");
    assert!(matches!(Told::read(&event).expect("a job").subject, Subject::Job(_)));
    event.as_object_mut().expect("an object").remove("job");
    let told = Told::read(&event).expect("a dataset");
    assert_eq!(told.job(), JobName { namespace: "x".into(), name: "y".into() });
}

#[test]
fn facets_that_are_not_in_form_are_passed_over_and_those_taken_back_are_gone() {
    let facets = json!({"schema": "text", "columnLineage": {"_deleted": true}, "version": {"datasetVersion": 1}});
    let told =
        Told::read(&run(json!({"outputs": [{"namespace": "n", "name": "t", "facets": facets}]}))).expect("an event");
    let ToldDataset { dependencies, version, .. } = &told.outputs[0];
    assert_eq!((dependencies, version), (&Some(None), &None));
    let kept = json!({"columnLineage": {"_deleted": null, "fields": {}}, "version": []});
    let told =
        Told::read(&run(json!({"outputs": [{"namespace": "n", "name": "t", "facets": kept}]}))).expect("an event");
    assert_eq!(told.outputs[0].dependencies, Some(Some(BTreeSet::new())));
}

#[test]
fn what_names_and_times_must_be() {
    let dataset = |name: Value| run(json!({"inputs": [{"namespace": "n", "name": name}]}));
    for (event, fault) in [
        (json!([]), "`event` is not an object"),
        (json!({}), "`eventTime` is missing"),
        (run(json!({"eventTime": "2026-03-01T12:00:00"})), "`eventTime` is not a time with an offset from UTC"),
        (run(json!({"eventType": "DONE"})), "`eventType` is not a state of OpenLineage"),
        (run(json!({"run": {"runId": "1; DROP TABLE runs"}})), "`run.runId` is not a UUID"),
        (run(json!({"run": 1})), "`run` is not an object"),
        (run(json!({"job": {"namespace": "n"}})), "`job.name` is missing"),
        (run(json!({"inputs": {}})), "`inputs` is not a list"),
        (run(json!({"inputs": [1]})), "`inputs[0]` is not an object"),
        (dataset(json!("")), "`inputs[0].name` is empty"),
        (dataset(json!(7)), "`inputs[0].name` is not a text"),
        (dataset(json!("a\u{0}b")), "`inputs[0].name` holds a control character"),
        (dataset(json!("a\u{202e}b")), "`inputs[0].name` holds a control character"),
        (dataset(json!("x".repeat(2_049))), "`inputs[0].name` has more than 2048 characters"),
    ] {
        assert_eq!(refused(event), fault);
    }
    assert!(Told::read(&dataset(json!("'; DROP TABLE lineage_runs; --"))).is_ok(), "a name is data");
}

#[test]
fn no_event_is_endless() {
    let inputs: Vec<Value> = (0..=DATASETS_MAX).map(|n| json!({"namespace": "n", "name": n.to_string()})).collect();
    assert!(refused(run(json!({ "inputs": inputs }))).contains("at most 2000 are taken"));
    let fields: serde_json::Map<_, _> =
        (0..=COLUMNS_MAX).map(|n| (n.to_string(), json!({"inputFields": []}))).collect();
    let output = json!({"namespace": "n", "name": "t", "facets": {"columnLineage": {"fields": fields}}});
    assert!(refused(run(json!({ "outputs": [output] }))).contains("10001 columns"));
    let column = |n: usize| {
        let field = |m: usize| json!({"namespace": "n", "name": "s", "field": format!("{n}_{m}")});
        (n.to_string(), json!({"inputFields": (0..60).map(field).collect::<Vec<_>>()}))
    };
    let fields: serde_json::Map<_, _> = (0..1_000).map(column).collect();
    let output = json!({"namespace": "n", "name": "t", "facets": {"columnLineage": {"fields": fields}}});
    assert!(refused(run(json!({ "outputs": [output] }))).contains("dependencies of columns"));
}
