//! Making a checkpoint of the audit trail.

use axum::Json;
use axum::extract::State;
use mesh_api::{Problem, SealedCheckpoint};

use super::audit_list::for_governance;
use super::refusals::Refusals;
use crate::extract::Caller;
use crate::failure::Failure;
use crate::service::Service;

/// Makes and keeps a checkpoint over the newest record of the audit trail.
///
/// Keep it elsewhere too: who holds it notices when the trail is cut before it. Answers to requests that change something
/// carry one in the header `audit-checkpoint`.
#[utoipa::path(
    post,
    path = "/audit/checkpoints",
    tag = "audit",
    responses(
        (status = 200, description = "The checkpoint", body = SealedCheckpoint),
        (status = 403, description = "The caller is not of governance", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn make_checkpoint(
    State(service): State<Service>,
    Caller(identity): Caller,
) -> Result<Json<SealedCheckpoint>, Failure> {
    for_governance(&identity.principal)?;
    let head = service.0.store.audit_head(service.0.clock.now()).await?;
    let sealed = head.seal(&service.0.sealer).map_err(|error| Failure::internal(&error))?;
    service.0.store.keep_checkpoint(&head, &sealed).await?;
    Ok(Json(sealed))
}
