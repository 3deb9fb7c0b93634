//! Reading a version of the bank's rules.

use axum::Json;
use axum::extract::{Path, State};
use mesh_api::{Problem, RuleSetDetail};

use super::refusals::Refusals;
use crate::extract::Caller;
use crate::failure::{self, Failure};
use crate::middleware::span::Clean;
use crate::rules::RuleSet;
use crate::service::Service;

/// One version of the bank's rules, with its text. Whoever is held to rules may read them.
#[utoipa::path(
    get,
    path = "/rules/{version}",
    tag = "rules",
    params(("version" = u64, Path, description = "Version of the rules", example = 1)),
    responses(
        (status = 200, description = "The rules", body = RuleSetDetail),
        (status = 404, description = "No such version", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn read_rules(
    State(service): State<Service>,
    _: Caller,
    Path(version): Path<String>,
) -> Result<Json<RuleSetDetail>, Failure> {
    find(&service, number(&version)?).await.map(Json)
}

/// The version that a path segment names.
pub(super) fn number(text: &str) -> Result<u64, Failure> {
    text.parse().map_err(|_| Failure::new(failure::NO_RULES, format!("`{}` is no version of the rules", Clean(text))))
}

pub(super) async fn find(service: &Service, version: u64) -> Result<RuleSetDetail, Failure> {
    let found = service.0.store.rules(version).await?;
    let missing = || Failure::new(failure::NO_RULES, format!("there is no version {version} of the rules"));
    let (summary, rules) = found.ok_or_else(missing)?;
    Ok(RuleSetDetail { summary, rules, defaults: RuleSet::default_text().to_owned() })
}
