//! Answers that any operation may give instead of its own, for the OpenAPI document.

use std::collections::BTreeMap;

use mesh_api::Problem;
use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

/// What any operation behind a token may answer.
pub(crate) struct Refusals;

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        [
            ("400", "The path, a parameter or the body cannot be read"),
            ("401", "The token is missing, broken or expired"),
            ("500", "A fault in governance"),
            ("503", "Governance or its database is not ready; try again"),
        ]
        .into_iter()
        .map(|(status, description)| (status.to_owned(), RefOr::T(problem(description))))
        .collect()
    }
}

fn problem(description: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(description).content(Problem::MEDIA_TYPE, content).build()
}
