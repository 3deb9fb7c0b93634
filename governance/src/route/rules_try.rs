//! Trying rules on what was asked before.

use axum::Json;
use axum::extract::State;
use chrono::{DateTime, TimeDelta, Utc};
use mesh_api::{Problem, RuleQuestion, TriedRefusal, TriedRules, TryRules};
use mesh_contract::{Contract, PortName};
use mesh_policy::Principal;

use super::refusals::{BodyRefusals, Refusals};
use super::rules_propose::{governs, parse};
use crate::extract::{Body, Caller};
use crate::failure::{self, Failure};
use crate::rules::{RuleSet, Verdict, judge};
use crate::service::Service;

/// Longest time to look back.
const DAYS_MAX: i64 = 366;
/// Most requests and approvals that are held to the rules, the newest.
const ACCESS_MAX: i64 = 20_000;
/// Most registrations; their documents are read anew.
const REGISTRATIONS_MAX: i64 = 500;
/// Most refusals that are told.
const TOLD_MAX: usize = 100;

/// Says what rules would have refused of what went through since a time; nothing is kept.
///
/// Requests for access, renewals and approvals are held to the rules as they were asked then, registrations by their
/// documents: the newest 20,000 and 500. For governance.
#[utoipa::path(
    post,
    path = "/rules/try",
    tag = "rules",
    request_body = TryRules,
    responses(
        (status = 200, description = "What they would have refused", body = TriedRules),
        (status = 403, description = "The caller is not of governance", body = Problem, content_type = "application/problem+json"),
        (status = 422, description = "Not rules, or too far back", body = Problem, content_type = "application/problem+json"),
        BodyRefusals,
        Refusals,
    ),
)]
pub(crate) async fn try_rules(
    State(service): State<Service>,
    Caller(identity): Caller,
    Body(request): Body<TryRules>,
) -> Result<Json<TriedRules>, Failure> {
    governs(&identity.principal)?;
    let now = service.0.clock.now();
    if request.since < now - TimeDelta::days(DAYS_MAX) || request.since > now {
        let detail = format!("`since` is `{}`: expected a time within the last {DAYS_MAX} days", request.since);
        return Err(Failure::new(failure::RULES_FAULTY, detail));
    }
    let rules = parse(&request.rules).await?;
    let asked = service.0.store.asked_since(request.since, ACCESS_MAX).await?;
    let registered = service.0.store.registered_since(request.since, REGISTRATIONS_MAX).await?;
    // Thousands of questions and hundreds of documents take a while: not on a thread that answers others.
    let trying = tokio::task::spawn_blocking(move || {
        let registrations = registered.iter().filter_map(|(at, by, document)| question(*at, by, document));
        tried(&rules, asked.into_iter().chain(registrations))
    });
    trying.await.map(Json).map_err(|error| Failure::internal(&error))
}

fn tried(rules: &RuleSet, asked: impl Iterator<Item = (DateTime<Utc>, RuleQuestion)>) -> TriedRules {
    let (mut count, mut refusals) = (0, Vec::new());
    for (at, question) in asked {
        count += 1;
        if let Verdict::Refuse(rules) = rules.ask(&question) {
            refusals.push(TriedRefusal { at, question, rules: rules.into_iter().collect() });
        }
    }
    refusals.sort_by_key(|refusal| std::cmp::Reverse(refusal.at));
    let refused = refusals.len() as u64;
    refusals.truncate(TOLD_MAX);
    TriedRules { asked: count, refused, refusals }
}

/// The question that a registration was. Which roles its principal had then, nobody has written down.
fn question(at: DateTime<Utc>, by: &str, document: &str) -> Option<(DateTime<Utc>, RuleQuestion)> {
    let contract = Contract::parse("contract", document).ok()?;
    let port = PortName::new(&contract.domain, &contract.objects.first()?.name).ok()?;
    let principal = Principal { name: by.to_owned(), roles: vec![format!("owner:{}", contract.domain)] };
    Some((at, judge::of_registration(&principal, &port, &contract)?))
}
