//! Moving a version of the bank's rules to a stage.

use axum::Json;
use axum::extract::{Path, State};
use mesh_api::{Problem, RuleSetDetail, RuleStage, StageRules};

use super::refusals::{BodyRefusals, Refusals};
use super::rules_propose::governs;
use super::rules_read::{find, number};
use crate::extract::{Body, Caller};
use crate::failure::{self, Failure};
use crate::gate::reason::reason;
use crate::service::Service;
use crate::store::rules::{Staged, Staging};

/// Moves a version of the bank's rules: to `warn`, from there to `enforce`, and from either to nowhere.
///
/// At `warn`, what the rules refuse is logged, recorded with the request and goes through. One version is at each stage; the one
/// that was there before is at none. For governance.
#[utoipa::path(
    post,
    path = "/rules/{version}/stage",
    tag = "rules",
    request_body = StageRules,
    params(("version" = u64, Path, description = "Version of the rules", example = 1)),
    responses(
        (status = 200, description = "Moved", body = RuleSetDetail),
        (status = 403, description = "The caller is not of governance", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "No such version", body = Problem, content_type = "application/problem+json"),
        (status = 409, description = "Not ready for that stage", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "The reason cannot be kept", body = Problem, content_type = "application/problem+json"),
        BodyRefusals,
        Refusals,
    ),
)]
pub(crate) async fn stage_rules(
    State(service): State<Service>,
    Caller(identity): Caller,
    Path(version): Path<String>,
    Body(request): Body<StageRules>,
) -> Result<Json<RuleSetDetail>, Failure> {
    governs(&identity.principal)?;
    let (version, by) = (number(&version)?, &identity.principal.name);
    let reason = reason(&request.reason)?;
    let staging = Staging { version, stage: request.stage, reason, by, at: service.0.clock.now() };
    match service.0.store.stage_rules(&staging).await? {
        Staged::Done => {
            tracing::info!(version, stage = request.stage.map(RuleStage::as_str), "rules were moved to a stage");
            find(&service, version).await.map(Json)
        }
        Staged::Missing => Err(Failure::new(failure::NO_RULES, format!("there is no version {version} of the rules"))),
        Staged::Early => {
            let detail = "rules warn before they are enforced, and only what is at a stage is withdrawn";
            Err(Failure::new(failure::RULES_EARLY, detail))
        }
    }
}
