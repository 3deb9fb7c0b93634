//! Answers that any operation may give instead of its own, for the OpenAPI document.

use std::collections::BTreeMap;

use mesh_api::Problem;
use utoipa::IntoResponses;
use utoipa::openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder};

/// What any operation behind a token may answer.
pub(crate) struct Refusals;

/// What any operation that takes a body may answer besides.
pub(crate) struct BodyRefusals;

/// What any step in the life of a contract version or an agreement may answer besides.
pub(crate) struct StepRefusals;

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            ("400", "The path, a parameter or the body cannot be read"),
            ("401", "The token is missing, broken or expired"),
            ("500", "A fault in governance"),
            ("503", "Governance or its database is not ready; try again"),
        ])
    }
}

impl IntoResponses for BodyRefusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[("413", "Too large"), ("415", "Not JSON")])
    }
}

impl IntoResponses for StepRefusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        problems(&[
            ("403", "Not for the caller to decide, or a bank-wide rule refuses"),
            ("404", "None that the caller may see"),
            ("409", "Where it is in its life, or who relies on it, does not allow the step"),
            ("412", "It has changed since it was read"),
            ("422", "What is asked for cannot be: the reason, a time, or a column by now"),
            ("428", "The header `if-match` names no entity tag"),
        ])
    }
}

fn problems(told: &[(&str, &str)]) -> BTreeMap<String, RefOr<Response>> {
    told.iter().map(|(status, description)| ((*status).to_owned(), RefOr::T(problem(description)))).collect()
}

fn problem(description: &str) -> Response {
    let content = ContentBuilder::new().schema(Some(Ref::from_schema_name("Problem"))).build();
    ResponseBuilder::new().description(description).content(Problem::MEDIA_TYPE, content).build()
}
