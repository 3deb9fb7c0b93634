//! Whether the process lives.

/// Whether the process answers at all.
#[utoipa::path(
    get,
    path = "/livez",
    tag = "service",
    security(()),
    responses((status = 200, description = "It does", body = str, content_type = "text/plain")),
)]
pub(crate) async fn livez() -> &'static str {
    "alive\n"
}
