//! Listing agreements.

use axum::Json;
use axum::extract::State;
use mesh_api::{AgreementQuery, AgreementSummary, Page, PageRequest};
use mesh_contract::PortName;

use super::refusals::Refusals;
use crate::cursor::Window;
use crate::extract::{Caller, Query};
use crate::failure::{self, Failure};
use crate::service::Service;
use crate::store::agreements::{Listing, Sight, number};

/// Lists agreements, newest first.
///
/// A caller sees its own, and those over the ports of the domains that it owns; governance sees all.
#[utoipa::path(
    get,
    path = "/agreements",
    tag = "access",
    params(AgreementQuery),
    responses((status = 200, description = "One page", body = Page<AgreementSummary>), Refusals),
)]
pub(crate) async fn list_agreements(
    State(service): State<Service>,
    Caller(identity): Caller,
    Query(query): Query<AgreementQuery>,
) -> Result<Json<Page<AgreementSummary>>, Failure> {
    let AgreementQuery { port, domain, principal, status, cursor, limit } = query;
    let window = Window::read(&PageRequest { cursor, limit }, number)?;
    let (mut domain, principal) = (domain.unwrap_or_default(), principal.unwrap_or_default());
    let mut name = String::new();
    if let Some(text) = port {
        let port: PortName =
            text.parse().map_err(|error: mesh_contract::name::PortNameError| bad(error.to_string()))?;
        if !domain.is_empty() && domain != port.domain() {
            return Err(bad(format!("`{port}` is no port of the domain `{domain}`")));
        }
        (domain, name) = (port.domain().to_owned(), port.port().to_owned());
    }
    if [&domain, &principal].iter().any(|text| text.contains('\0')) {
        return Err(bad("a parameter holds the character NUL"));
    }
    let listing = Listing { domain, port: name, principal, status, before: window.after, limit: window.fetch() };
    let sight = Sight::of(&identity.principal);
    let found = service.0.store.agreements(&listing, &sight, service.0.clock.now()).await?;
    Ok(Json(window.page(found, |agreement| agreement.id.clone())))
}

fn bad(detail: impl Into<String>) -> Failure {
    Failure::new(failure::BAD_QUERY, detail)
}
