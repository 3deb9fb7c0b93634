//! Problem details (RFC 9457): the body of every answer that is not a success.

use std::fmt;

use mesh_contract::Code;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What went wrong, for people (`title`, `detail`) and for programs (`code`, `status`).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Problem {
    /// Path of the page that explains the code.
    #[serde(rename = "type")]
    #[schema(example = "/docs/errors/FC-4001")]
    pub kind: String,
    /// The same for every problem of this code.
    #[schema(example = "not authenticated")]
    pub title: String,
    /// HTTP status.
    #[schema(example = 401)]
    pub status: u16,
    /// What happened this time.
    pub detail: String,
    /// Stable code.
    #[schema(example = "FC-4001")]
    pub code: String,
    /// Everything that is wrong with a submitted document, each with its place in the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub diagnostics: Vec<Diagnostic>,
    /// Identity of the request, as in governance's log.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub request_id: Option<String>,
}

/// One fault in a submitted document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
pub struct Diagnostic {
    /// Stable code.
    #[schema(example = "FC-0001")]
    pub code: String,
    /// How bad it is.
    pub severity: Severity,
    /// What is wrong.
    pub message: String,
    /// File name as the sender gave it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file: Option<String>,
    /// 1-based line.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<u32>,
    /// 1-based column, in characters.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub column: Option<u32>,
    /// What to do about it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub help: Option<String>,
}

/// How bad a fault is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// The document is refused.
    Error,
    /// The document is accepted, and leaves its readers guessing.
    Warning,
}

impl Problem {
    /// A problem without diagnostics.
    #[must_use]
    pub fn new(code: Code, status: u16, title: &str, detail: impl Into<String>) -> Self {
        Self {
            kind: format!("/docs/errors/{code}"),
            title: title.to_owned(),
            status,
            detail: detail.into(),
            code: code.to_string(),
            diagnostics: Vec::new(),
            request_id: None,
        }
    }

    /// Media type of a problem.
    pub const MEDIA_TYPE: &str = "application/problem+json";
}

impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.detail)?;
        self.diagnostics.iter().try_for_each(|diagnostic| write!(f, "\n{diagnostic}"))
    }
}

impl fmt::Display for Diagnostic {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(file) = &self.file {
            write!(f, "{file}:")?;
        }
        if let Some(line) = self.line {
            write!(f, "{line}:{}: ", self.column.unwrap_or(1))?;
        }
        write!(f, "{} {}", self.code, self.message)?;
        self.help.as_ref().map_or(Ok(()), |help| write!(f, " (help: {help})"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_problem_reads_as_a_list_of_places() {
        let mut problem = Problem::new(Code(4020), 422, "the contract has faults", "the contract has 1 fault");
        problem.diagnostics.push(Diagnostic {
            code: "FC-0003".into(),
            severity: Severity::Error,
            message: "unknown logical type `strin`".into(),
            file: Some("loans.v1.odcs.yaml".into()),
            line: Some(12),
            column: Some(9),
            help: Some("did you mean `string`?".into()),
        });
        let expected = "the contract has 1 fault\nloans.v1.odcs.yaml:12:9: FC-0003 unknown logical type `strin` \
                        (help: did you mean `string`?)";
        assert_eq!(problem.to_string(), expected);
        assert_eq!(problem.kind, "/docs/errors/FC-4020");
    }
}
