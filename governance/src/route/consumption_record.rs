//! Telling reads of ports.

use axum::Json;
use axum::extract::State;
use mesh_api::{Problem, ReadsRecorded, RecordReads};

use super::refusals::{BodyRefusals, Refusals};
use crate::extract::{Body, Caller};
use crate::failure::Failure;
use crate::gate::consumption::judge;
use crate::service::Service;

/// Counts reads of a domain's ports, as its data plane saw them; a read told again counts once.
///
/// Each new one is in the audit trail, with its reader as the actor.
#[utoipa::path(
    post,
    path = "/consumption",
    tag = "lineage",
    request_body = RecordReads,
    responses(
        (status = 200, description = "Counted, and durable", body = ReadsRecorded),
        (status = 403, description = "The caller is not the domain's service", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "A read cannot be one", body = Problem, content_type = "application/problem+json"),
        BodyRefusals,
        Refusals,
    ),
)]
pub(crate) async fn record_reads(
    State(service): State<Service>,
    Caller(identity): Caller,
    Body(request): Body<RecordReads>,
) -> Result<Json<ReadsRecorded>, Failure> {
    let now = service.0.clock.now();
    let Some(domain) = judge(&identity.principal, &request, now)? else {
        return Ok(Json(ReadsRecorded { new: 0, known: 0 }));
    };
    Ok(Json(service.0.store.record_reads(&identity.principal.name, domain, &request.reads, now).await?))
}
