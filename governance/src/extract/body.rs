//! JSON bodies.

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::IntoResponse as _;
use serde::de::DeserializeOwned;

use crate::failure::{self, Failure};
use crate::middleware::limits::BODY_BYTES_MAX;
use crate::service::Service;

/// A JSON body. Handlers take it last, after the [`Caller`](super::Caller): a stranger's body is not even read.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned> FromRequest<Service> for Body<T> {
    type Rejection = Failure;

    async fn from_request(request: Request, service: &Service) -> Result<Self, Failure> {
        if !is_json(request.headers()) {
            return Err(Failure::new(failure::NOT_JSON, "expected the header `content-type: application/json`"));
        }
        let bytes = Bytes::from_request(request, service).await.map_err(|rejection| {
            if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
                Failure::new(failure::TOO_LARGE, format!("a request has at most {BODY_BYTES_MAX} bytes"))
            } else {
                Failure::new(failure::BAD_BODY, "the body broke off")
            }
        })?;
        let value = serde_json::from_slice(&bytes);
        value.map(Self).map_err(|error| Failure::new(failure::BAD_BODY, error.to_string()))
    }
}

fn is_json(headers: &HeaderMap) -> bool {
    let Some(kind) = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()) else { return false };
    kind.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}
