//! Everything that happens to every request, in order.

pub(crate) mod checkpoint;
pub(crate) mod limits;
pub(crate) mod measure;
pub(crate) mod panic;
pub(crate) mod path;
pub(crate) mod refused;
pub(crate) mod request_id;
pub(crate) mod security;
pub(crate) mod span;

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::http::Method;
use axum::middleware::{from_fn, from_fn_with_state};
use tower::ServiceBuilder;

use crate::service::Service;

/// Wraps the routes. The first layer is the outermost: it sees a request first and its answer last.
pub(crate) fn wrap(router: Router<Service>, service: &Service) -> Router<Service> {
    router.layer(
        ServiceBuilder::new()
            .layer(from_fn_with_state(service.clone(), request_id::assign))
            .layer(from_fn(span::enter))
            .layer(from_fn_with_state(service.clone(), measure::measure))
            .layer(from_fn(security::headers))
            .layer(from_fn(path::refuse_strange))
            .layer(from_fn_with_state(service.clone(), limits::slots))
            .layer(from_fn(limits::deadline))
            .layer(from_fn_with_state(service.clone(), checkpoint::tell))
            .layer(from_fn_with_state(service.clone(), refused::record))
            .layer(from_fn(panic::contain))
            .layer(DefaultBodyLimit::max(limits::BODY_BYTES_MAX)),
    )
}

/// Whether a request of this method asks to change nothing.
fn only_reads(method: &Method) -> bool {
    matches!(*method, Method::GET | Method::HEAD | Method::OPTIONS)
}
