//! Telling an OpenLineage event.

use axum::Json;
use axum::extract::State;
use mesh_api::{EventTaken, Problem};
use serde_json::Value;

use super::refusals::{BodyRefusals, Refusals};
use crate::extract::{Body, Caller};
use crate::failure::Failure;
use crate::gate::lineage::{answered, judge, kind};
use crate::service::Service;

/// Takes one OpenLineage event: a run's, a job's or a dataset's.
///
/// Events may come in any order and more than once. Those of one run add up; its last end by `eventTime` says how it ended.
/// A job's newest complete run, or newest job event, is what the job does now. Products tell of jobs in the namespace `mesh`
/// whose name begins with their domain; everybody else of jobs elsewhere, each of which belongs to who told of it first.
#[utoipa::path(
    post,
    path = "/lineage",
    tag = "lineage",
    request_body(content = Value, example = json!({
        "eventType": "COMPLETE",
        "eventTime": "2026-03-01T12:00:00Z",
        "run": {"runId": "0195511c-2a00-7000-8000-000000000001"},
        "job": {"namespace": "airflow", "name": "risk.daily"},
        "inputs": [{"namespace": "mesh", "name": "lending.loans_v1"}],
        "outputs": [{"namespace": "postgres://warehouse.bank.example:5432", "name": "risk.daily"}],
        "producer": "https://bank.example/risk",
        "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
    })),
    responses(
        (status = 200, description = "Taken, and durable", body = EventTaken),
        (status = 403, description = "Not the caller's to tell", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Not an event", body = Problem, content_type = "application/problem+json"),
        BodyRefusals,
        Refusals,
    ),
)]
pub(crate) async fn tell_lineage(
    State(service): State<Service>,
    Caller(identity): Caller,
    Body(event): Body<Value>,
) -> Result<Json<EventTaken>, Failure> {
    let metrics = &service.0.metrics;
    let heard =
        judge(&identity.principal, &event, service.0.clock.now()).inspect_err(|_| metrics.told("none", "refused"))?;
    let told = heard.told.clone();
    let outcome = service.0.lineage_queue.hear(vec![heard]).await?.pop();
    let taken = outcome.map_or(Ok(false), |outcome| answered(&told, outcome));
    metrics.told(kind(&told), told_as(&taken));
    taken.map(|new| Json(EventTaken { new }))
}

/// What became of an event, in a word.
pub(super) fn told_as(taken: &Result<bool, Failure>) -> &'static str {
    match taken {
        Ok(true) => "new",
        Ok(false) => "known",
        Err(_) => "refused",
    }
}
