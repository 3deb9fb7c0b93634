//! Pruning the audit trail.

use axum::Json;
use axum::extract::State;
use chrono::TimeDelta;
use mesh_api::{Problem, Prune, SealedCheckpoint};

use super::audit_list::for_governance;
use super::refusals::{BodyRefusals, Refusals};
use crate::extract::{Body, Caller};
use crate::failure::{self, Failure};
use crate::gate::reason::reason;
use crate::service::Service;
use crate::store::audit::Pruning;

/// How long a record is kept at least.
const RETENTION_MIN: TimeDelta = TimeDelta::days(5 * 366);

/// Prunes the beginning of the audit trail.
///
/// Records are kept for five years at least. What is left can still be verified: a checkpoint over the last record that went
/// stays, and a new record says who pruned, when and why.
#[utoipa::path(
    post,
    path = "/audit/prune",
    tag = "audit",
    request_body = Prune,
    responses(
        (status = 200, description = "Checkpoint over the last record that went", body = SealedCheckpoint),
        (status = 403, description = "The caller is not of governance", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Not long enough ago, nothing that old, or not a reason", body = Problem, content_type = "application/problem+json"),
        BodyRefusals,
        Refusals,
    ),
)]
pub(crate) async fn prune_audit(
    State(service): State<Service>,
    Caller(identity): Caller,
    Body(request): Body<Prune>,
) -> Result<Json<SealedCheckpoint>, Failure> {
    for_governance(&identity.principal)?;
    let reason = reason(&request.reason)?;
    let at = service.0.clock.now();
    if request.before > at - RETENTION_MIN {
        return Err(Failure::new(failure::NOT_PRUNABLE, "records are kept for five years at least"));
    }
    let pruning = Pruning { before: request.before, reason, actor: &identity.principal.name, at };
    let pruned = service.0.store.prune_audit(&pruning, |stated| stated.seal(&service.0.sealer)).await?;
    let pruned = pruned.ok_or_else(|| Failure::new(failure::NOT_PRUNABLE, "no record is that old"))?;
    pruned.map(Json).map_err(|error| Failure::internal(&error))
}
