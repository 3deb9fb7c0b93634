//! Reading what is granted over a domain's ports.

use std::time::Duration;

use axum::Json;
use axum::extract::State;
use mesh_api::{Grants, GrantsQuery, Problem};

use super::refusals::Refusals;
use crate::agreement::feed;
use crate::extract::{Caller, Query};
use crate::failure::{self, Failure};
use crate::service::Service;

/// The agreements in force over the ports of a domain, for its product.
///
/// Answers at once when the revision is another than the caller's, else as soon as it is or when the wait is over. What was
/// told may be relied on for `lease_s` seconds, and each agreement no longer than it says.
#[utoipa::path(
    get,
    path = "/grants",
    tag = "access",
    params(GrantsQuery),
    responses(
        (status = 200, description = "All of them", body = Grants),
        (status = 403, description = "The caller does not own the domain", body = Problem, content_type = "application/problem+json"),
        Refusals,
    ),
)]
pub(crate) async fn read_grants(
    State(service): State<Service>,
    Caller(identity): Caller,
    Query(query): Query<GrantsQuery>,
) -> Result<Json<Grants>, Failure> {
    let (principal, GrantsQuery { domain, revision, wait }) = (&identity.principal, query);
    if !principal.owns(&domain) && !principal.governs() {
        let detail = format!("`{}` owns no such domain, and does not govern", principal.name);
        return Err(Failure::new(failure::NOT_OWNER, detail));
    }
    if domain.contains('\0') {
        return Err(Failure::new(failure::BAD_QUERY, "`domain` holds the character NUL"));
    }
    let wait_s = wait.unwrap_or_default();
    if wait_s > Grants::WAIT_S_MAX {
        let detail = format!("`wait` is `{wait_s}`: expected 0 to {}", Grants::WAIT_S_MAX);
        return Err(Failure::new(failure::BAD_QUERY, detail));
    }
    feed::next(&service, &domain, revision, Duration::from_secs(wait_s)).await.map(Json)
}
