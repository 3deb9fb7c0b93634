//! Why an operation did not succeed.

use mesh_contract::Code;
use url::Url;

use crate::problem::Problem;

/// Why an operation did not succeed: governance said no, or could not be asked.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// The HTTP client could not be made.
    #[error("the platform's TLS could not be set up")]
    Setup(#[source] reqwest::Error),
    /// Nobody answered, or the answer broke off.
    #[error("governance at `{url}` cannot be reached")]
    Unreachable {
        /// Where it was looked for.
        url: Url,
        /// What the transport said.
        source: reqwest::Error,
    },
    /// Governance answered, and the answer is no.
    #[error("{0}")]
    Refused(Box<Problem>),
    /// Somebody answered who is not governance, or is of another version.
    #[error("`{url}` answered with status {status} in words that governance does not use: {reason}")]
    Unexpected {
        /// Where it was asked.
        url: Url,
        /// HTTP status.
        status: u16,
        /// What was not understood.
        reason: String,
    },
}

impl ClientError {
    /// The problem that governance stated.
    #[must_use]
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Refused(problem) => Some(problem),
            Self::Setup(_) | Self::Unreachable { .. } | Self::Unexpected { .. } => None,
        }
    }

    /// Whether the same call may succeed later with nothing changed: nobody answered, or the one who did is not ready.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Setup(_) => false,
            Self::Unreachable { .. } => true,
            Self::Refused(problem) => is_not_ready(problem.status),
            Self::Unexpected { status, .. } => is_not_ready(*status),
        }
    }

    /// The stable code: governance's own when it refused.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::Setup(_) => Code(4052),
            Self::Unreachable { .. } => Code(4050),
            Self::Refused(problem) => {
                problem.code.strip_prefix("FC-").and_then(|digits| digits.parse().ok()).map_or(Code(4051), Code)
            }
            Self::Unexpected { .. } => Code(4051),
        }
    }
}

fn is_not_ready(status: u16) -> bool {
    matches!(status, 429 | 502..=504)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_keeps_governances_code_and_only_unreadiness_is_temporary() {
        let refused = |status| ClientError::Refused(Box::new(Problem::new(Code(4021), status, "t", "d")));
        assert_eq!(refused(409).code(), Code(4021));
        assert!(!refused(409).is_temporary());
        assert!(refused(503).is_temporary());
    }
}
