//! Answers that are not a success: one kind for each code, one shape for all.

use std::fmt;

use axum::Json;
use axum::http::{HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use mesh_api::{Diagnostic, Problem};
use mesh_contract::Code;

/// A code with its status and title.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Kind {
    pub(crate) code: Code,
    pub(crate) status: StatusCode,
    pub(crate) title: &'static str,
}

/// Declares the kinds and the list of them all, so that none can lack a page.
macro_rules! kinds {
    ($($name:ident = $code:literal, $status:ident, $title:literal;)*) => {
        $(pub(crate) const $name: Kind = Kind { code: Code($code), status: StatusCode::$status, title: $title };)*

        #[cfg(test)]
        pub(crate) const ALL: &[Kind] = &[$($name),*];
    };
}

kinds! {
    NOT_AUTHENTICATED = 4001, UNAUTHORIZED, "not authenticated";
    TOKEN_EXPIRED = 4002, UNAUTHORIZED, "the token expired";
    NOT_OWNER = 4003, FORBIDDEN, "not an owner of the domain";
    NOT_REGISTERED = 4004, NOT_FOUND, "not registered";
    NO_SUCH_PATH = 4005, NOT_FOUND, "no such path";
    METHOD_NOT_ALLOWED = 4006, METHOD_NOT_ALLOWED, "method not allowed";
    TOO_LARGE = 4007, PAYLOAD_TOO_LARGE, "the request is too large";
    NOT_JSON = 4008, UNSUPPORTED_MEDIA_TYPE, "the request is not of media type JSON";
    BAD_BODY = 4009, BAD_REQUEST, "the request cannot be read";
    BAD_QUERY = 4010, BAD_REQUEST, "bad query parameters";
    BAD_PATH = 4011, BAD_REQUEST, "bad path";
    TOO_SLOW = 4012, SERVICE_UNAVAILABLE, "the request took too long";
    OVERLOADED = 4013, SERVICE_UNAVAILABLE, "too many requests at once";
    DATABASE = 4014, SERVICE_UNAVAILABLE, "the registry's database does not answer";
    INTERNAL = 4015, INTERNAL_SERVER_ERROR, "a fault in governance";
    READ_ONLY = 4016, SERVICE_UNAVAILABLE, "the registry is read-only";
    CONTRACT_FAULTS = 4020, UNPROCESSABLE_ENTITY, "the contract has faults";
    VERSION_TAKEN = 4021, CONFLICT, "the version is taken by another document";
    NOT_ONE_PORT = 4022, UNPROCESSABLE_ENTITY, "not the contract of one port";
    OTHER_CONTRACT = 4023, CONFLICT, "the port belongs to another contract";
    MANIFEST_FAULTS = 4024, UNPROCESSABLE_ENTITY, "the manifest has faults";
    OUTPUTS_UNREGISTERED = 4025, UNPROCESSABLE_ENTITY, "outputs without a registered contract";
    BAD_ENDPOINT = 4026, UNPROCESSABLE_ENTITY, "not an address of Flight";
    NOT_ENTITLED = 4027, FORBIDDEN, "not entitled to decide";
    OWN_WORK = 4028, FORBIDDEN, "a second pair of eyes is needed";
    NO_TRANSITION = 4029, CONFLICT, "no such transition";
    OVERTAKEN = 4033, CONFLICT, "overtaken by a newer version";
    STILL_USED = 4034, CONFLICT, "consumers still rely on it";
    CHANGED = 4035, PRECONDITION_FAILED, "changed since it was read";
    UNCONDITIONAL = 4036, PRECONDITION_REQUIRED, "no entity tag";
    BAD_REASON = 4037, UNPROCESSABLE_ENTITY, "not a reason";
    BAD_SUNSET = 4038, UNPROCESSABLE_ENTITY, "not a sunset";
    NOTHING_TO_ACKNOWLEDGE = 4039, FORBIDDEN, "no agreement to acknowledge the end of";
    CROWDED = 4040, SERVICE_UNAVAILABLE, "too many versions of one port at once";
    FOR_GOVERNANCE = 4041, FORBIDDEN, "for governance only";
    NOT_PRUNABLE = 4042, UNPROCESSABLE_ENTITY, "nothing that may be pruned";
    NO_AGREEMENT = 4060, NOT_FOUND, "no such agreement";
    NOT_YOURS = 4061, FORBIDDEN, "not for the caller to decide";
    NO_SUCH_STEP = 4062, CONFLICT, "the agreement is past that step";
    KEY_TAKEN = 4063, CONFLICT, "the idempotency key is taken by another request";
    BAD_WISH = 4066, UNPROCESSABLE_ENTITY, "not a request that could be granted";
    TOO_MANY_WISHES = 4067, CONFLICT, "too many requests for access";
    RULES_REFUSE = 4068, FORBIDDEN, "a bank-wide rule refuses";
    RULES_FAULTY = 4069, UNPROCESSABLE_ENTITY, "not rules";
    NO_RULES = 4070, NOT_FOUND, "no such version of the rules";
    RULES_EARLY = 4071, CONFLICT, "the rules are not ready for that stage";
    NOT_GOVERNANCE = 4072, FORBIDDEN, "for governance only";
    BAD_EVENT = 4080, UNPROCESSABLE_ENTITY, "not an event of OpenLineage";
    NOT_TO_TELL = 4081, FORBIDDEN, "not the caller's lineage to tell";
    NOT_IN_GRAPH = 4082, NOT_FOUND, "not in the lineage graph";
    BAD_READ = 4083, UNPROCESSABLE_ENTITY, "not a read of a port";
    INDEXING = 4090, SERVICE_UNAVAILABLE, "the search index is being built";
    BAD_WEBHOOK = 4091, UNPROCESSABLE_ENTITY, "not an address for webhooks";
    TOO_MANY_SUBSCRIPTIONS = 4092, CONFLICT, "too many subscriptions";
    NO_SUBSCRIPTION = 4093, NOT_FOUND, "no such subscription";
    TOO_MANY_STREAMS = 4094, SERVICE_UNAVAILABLE, "too many streams of events";
    EVENTS_GONE = 4096, GONE, "events that are no longer kept";
}

/// An answer that is not a success.
#[derive(Debug)]
pub(crate) struct Failure(Box<Problem>);

impl Failure {
    pub(crate) fn new(kind: Kind, detail: impl Into<String>) -> Self {
        Self(Box::new(Problem::new(kind.code, kind.status.as_u16(), kind.title, detail)))
    }

    pub(crate) fn with_diagnostics(mut self, diagnostics: Vec<Diagnostic>) -> Self {
        self.0.diagnostics = diagnostics;
        self
    }

    /// Something that must not happen did: the log says what, the answer does not.
    pub(crate) fn internal(error: &(dyn std::error::Error + 'static)) -> Self {
        tracing::error!(error, "a fault in governance");
        Self::new(INTERNAL, "the request could not be answered; the log says why")
    }
}

/// For those who are told of several at once.
impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.0.code, self.0.detail)
    }
}

impl IntoResponse for Failure {
    fn into_response(self) -> Response {
        // The outermost layer writes the body, when it knows the request's identity.
        let mut response =
            StatusCode::from_u16(self.0.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR).into_response();
        response.extensions_mut().insert(self.0);
        response
    }
}

/// Writes the body of a failure that passes by.
pub(crate) fn write_body(mut response: Response, request_id: &str) -> Response {
    let Some(mut problem) = response.extensions_mut().remove::<Box<Problem>>() else { return response };
    problem.request_id = Some(request_id.to_owned());
    let (mut parts, _) = response.into_parts();
    let (written, body) = Json(problem).into_response().into_parts();
    parts.headers.extend(written.headers);
    parts.headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(Problem::MEDIA_TYPE));
    if parts.status == StatusCode::UNAUTHORIZED {
        parts.headers.insert(header::WWW_AUTHENTICATE, HeaderValue::from_static("Bearer"));
    }
    if parts.status == StatusCode::SERVICE_UNAVAILABLE {
        parts.headers.insert(header::RETRY_AFTER, HeaderValue::from_static("1"));
    }
    parts.headers.remove(header::CONTENT_LENGTH);
    Response::from_parts(parts, body)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn every_code_has_a_page_with_its_title() {
        let pages = Path::new(env!("CARGO_MANIFEST_DIR")).join("../docs/errors");
        for kind in ALL {
            let page = std::fs::read_to_string(pages.join(format!("{}.md", kind.code))).expect("a page");
            assert_eq!(page.lines().next(), Some(format!("# {}: {}", kind.code, kind.title).as_str()));
        }
    }

    #[test]
    fn no_code_stands_for_two_things() {
        let mut codes: Vec<Code> = ALL.iter().map(|kind| kind.code).collect();
        codes.dedup();
        assert!(codes.is_sorted() && codes.len() == ALL.len());
    }
}
