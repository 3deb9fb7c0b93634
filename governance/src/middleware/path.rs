//! Strange paths end here: what two parsers could read in two ways never reaches a handler.

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};

use crate::failure::{self, Failure};

pub(crate) async fn refuse_strange(request: Request, next: Next) -> Response {
    if is_plain(request.uri().path()) {
        next.run(request).await
    } else {
        let detail = "the path has an escape, an empty or dotted segment, or a character that no path here has";
        Failure::new(failure::BAD_PATH, detail).into_response()
    }
}

/// Whether each segment is made of the characters that names and versions have. Nothing here needs an escape, so
/// encoded slashes, `;`, backslashes and NUL are refused with the rest.
fn is_plain(path: &str) -> bool {
    let Some(path) = path.strip_prefix('/') else { return false };
    path.is_empty() || path.split('/').all(|segment| !segment.is_empty() && !is_dotted(segment) && is_name(segment))
}

fn is_dotted(segment: &str) -> bool {
    segment == "." || segment.contains("..")
}

fn is_name(segment: &str) -> bool {
    segment.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'+'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_and_versions_pass_and_tricks_do_not() {
        for path in ["/", "/api/v1/ports/lending/loans/versions/1.0.0-rc.1+build.5", "/api/openapi.json"] {
            assert!(is_plain(path), "{path}");
        }
        let tricks = [
            "",
            "*",
            "//",
            "/api/",
            "/api//v1",
            "/api/./v1",
            "/api/../v1",
            "/a%2Fb",
            "/a%2e%2e",
            "/a;b",
            "/a\\b",
            "/é",
            "/a..b",
            "/%00",
        ];
        for path in tricks {
            assert!(!is_plain(path), "{path}");
        }
    }
}
