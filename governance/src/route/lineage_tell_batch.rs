//! Telling many OpenLineage events.

use axum::Json;
use axum::extract::State;
use mesh_api::{BatchStatus, BatchSummary, BatchTaken, FailedEvent, Problem};
use serde_json::Value;

use super::lineage_tell::told_as;
use super::refusals::{BodyRefusals, Refusals};
use crate::extract::{Body, Caller};
use crate::failure::{self, Failure};
use crate::gate::lineage::{answered, judge, kind};
use crate::service::Service;

/// Most events in one batch.
const EVENTS_MAX: usize = 1_000;

/// Takes many OpenLineage events, each as if it came by itself.
#[utoipa::path(
    post,
    path = "/lineage/batch",
    tag = "lineage",
    request_body = Vec<Value>,
    responses(
        (status = 200, description = "What became of them; what was taken is durable", body = BatchTaken),
        (status = 422, description = "Too many events", body = Problem, content_type = "application/problem+json"),
        BodyRefusals,
        Refusals,
    ),
)]
pub(crate) async fn tell_lineage_batch(
    State(service): State<Service>,
    Caller(identity): Caller,
    Body(events): Body<Vec<Value>>,
) -> Result<Json<BatchTaken>, Failure> {
    let received = events.len();
    if received > EVENTS_MAX {
        let detail = format!("the batch has {received} events, and at most {EVENTS_MAX} are taken");
        return Err(Failure::new(failure::BAD_EVENT, detail));
    }
    let (mut heard, mut failed_events) = (Vec::new(), Vec::new());
    for (index, event) in events.iter().enumerate() {
        match judge(&identity.principal, event, service.0.clock.now()) {
            Ok(event) => heard.push((index, event)),
            Err(failure) => {
                service.0.metrics.told("none", "refused");
                failed_events.push(failed(index, &failure));
            }
        }
    }
    let (places, heard): (Vec<_>, Vec<_>) =
        heard.into_iter().map(|(index, event)| ((index, event.told.clone()), event)).unzip();
    let outcomes = service.0.lineage_queue.hear(heard).await?;
    for ((index, told), outcome) in places.into_iter().zip(outcomes) {
        let taken = answered(&told, outcome);
        service.0.metrics.told(kind(&told), told_as(&taken));
        failed_events.extend(taken.err().map(|failure| failed(index, &failure)));
    }
    failed_events.sort_by_key(|failed| failed.index);
    let failed = failed_events.len();
    let status = if failed == 0 { BatchStatus::Success } else { BatchStatus::PartialSuccess };
    // What could not be stored at all is a failure of the whole call; what is left was refused for good.
    let summary = BatchSummary { received, successful: received - failed, failed, retriable: 0, non_retriable: failed };
    Ok(Json(BatchTaken { status, summary, failed_events }))
}

fn failed(index: usize, failure: &Failure) -> FailedEvent {
    FailedEvent { index, reason: failure.to_string(), retriable: false }
}
