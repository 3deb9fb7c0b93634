//! Who asks: the bearer token, opened.

use axum::extract::FromRequestParts;
use axum::http::header;
use axum::http::request::Parts;
use mesh_policy::{AUDIENCE, Identity, SealError};

use crate::failure::{self, Failure};
use crate::middleware::refused::Known;
use crate::middleware::span::Clean;
use crate::service::Service;

/// An authenticated caller. A handler that takes one cannot be reached without a good token.
pub(crate) struct Caller(pub(crate) Identity);

impl FromRequestParts<Service> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, service: &Service) -> Result<Self, Failure> {
        let token = bearer(parts).ok_or_else(|| {
            Failure::new(failure::NOT_AUTHENTICATED, "expected the header `authorization: Bearer` and a token")
        })?;
        let identity = Identity::open(&service.0.unsealer, AUDIENCE, token, service.0.clock.now());
        let identity = identity.map_err(|error| match error {
            SealError::Expired(at) => Failure::new(failure::TOKEN_EXPIRED, format!("the token expired at {at}")),
            // Which check failed helps nobody but a forger.
            SealError::Broken(_) | SealError::Key => {
                Failure::new(failure::NOT_AUTHENTICATED, "the token is not one of this mesh")
            }
        })?;
        tracing::Span::current().record("principal", tracing::field::display(Clean(&identity.principal.name)));
        if let Some(known) = parts.extensions.get::<Known>() {
            known.tell(&identity.principal.name);
        }
        Ok(Self(identity))
    }
}

fn bearer(parts: &Parts) -> Option<&str> {
    let mut values = parts.headers.get_all(header::AUTHORIZATION).into_iter();
    // Two headers could be read in two ways, so they are none.
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    let (scheme, token) = value.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}
