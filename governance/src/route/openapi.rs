//! The description of the interface, made from its code.

use std::sync::LazyLock;

use axum::http::header;
use axum::response::IntoResponse;
use mesh_api::Problem;
use utoipa::openapi::security::{HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::{Modify, OpenApi};

#[derive(OpenApi)]
#[openapi(
    info(
        title = "FinCe governance",
        description = "Registry and catalog of the mesh: contracts, ports and data products. Every answer that is not a \
                       success is a problem document (RFC 9457) with a stable code.",
    ),
    components(schemas(Problem)),
    modifiers(&Bearer),
    security(("bearer" = [])),
    tags(
        (name = "access", description = "Access agreements, and what is granted"),
        (name = "contracts", description = "Registering contract versions"),
        (name = "lifecycle", description = "Moving contract versions through their life"),
        (name = "products", description = "Data products"),
        (name = "ports", description = "Ports and the versions of their contracts"),
        (name = "lineage", description = "Where data comes from and goes, and who reads it"),
        (name = "events", description = "What happens: the stream of events, and webhooks"),
        (name = "quality", description = "What runs found, and how service levels are kept"),
        (name = "search", description = "Finding products, ports and columns"),
        (name = "rules", description = "Bank-wide rules"),
        (name = "audit", description = "Who decided what, and that nobody changed it since"),
        (name = "service", description = "Keys, health, metrics and this description"),
    ),
)]
pub(crate) struct Document;

struct Bearer;

impl Modify for Bearer {
    fn modify(&self, document: &mut utoipa::openapi::OpenApi) {
        let scheme = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).bearer_format("JWT").build();
        document.components.get_or_insert_default().add_security_scheme("bearer", SecurityScheme::Http(scheme));
    }
}

static JSON: LazyLock<String> = LazyLock::new(|| {
    let document = super::routes().into_openapi();
    // Names and numbers only: there is nothing in the document that JSON cannot say.
    let mut text = document.to_pretty_json().unwrap_or_default();
    text.push('\n');
    text
});

/// The OpenAPI document (JSON, indented): the same bytes for the same code.
#[must_use]
pub fn openapi_json() -> &'static str {
    &JSON
}

/// The description of this interface.
#[utoipa::path(
    get,
    path = "/api/openapi.json",
    tag = "service",
    security(()),
    responses((status = 200, description = "OpenAPI 3.1", content_type = "application/json", body = serde_json::Value)),
)]
pub(crate) async fn read_openapi() -> impl IntoResponse {
    ([(header::CONTENT_TYPE, "application/json")], openapi_json())
}
