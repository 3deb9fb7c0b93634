//! What services and their clients say, as failures of the command line.

use mesh_api::ClientError;
use mesh_contract::Code;
use mesh_flight::FlightError;

use crate::failure::{Failure, codes};

const NOT_RUNNING: &str = "is the mesh running? `fince up` starts it; `--url` or `--port-base` name another";

/// A governance call that failed.
pub(crate) fn governance(error: ClientError) -> Failure {
    match error {
        ClientError::Refused(problem) => with_help(parse_code(&problem.code), &problem.to_string()),
        ClientError::Unreachable { .. } => {
            Failure::unreachable(codes::UNREACHABLE, "").because(&error).help(NOT_RUNNING)
        }
        ClientError::Setup(_) | ClientError::Unexpected { .. } => {
            let code = error.code();
            Failure::unreachable(code, "").because(&error)
        }
    }
}

/// A Flight call that failed.
pub(crate) fn flight(error: FlightError) -> Failure {
    let code = parse_code(&error.code());
    match error {
        FlightError::Refused { message, .. } => with_help(code, &message),
        error @ FlightError::Connect { .. } => Failure::unreachable(code, "").because(&error).help(NOT_RUNNING),
        error => Failure::unreachable(code, "").because(&error),
    }
}

/// A service puts its help behind its message, in brackets; here it has a line of its own.
fn with_help(code: Code, text: &str) -> Failure {
    let parts = text.strip_suffix(')').and_then(|text| text.rsplit_once(" (help: "));
    match parts {
        Some((message, help)) => Failure::failed(code, message).help(help),
        None => Failure::failed(code, text),
    }
}

fn parse_code(text: &str) -> Code {
    text.strip_prefix("FC-").and_then(|digits| digits.parse().ok()).map_or(codes::UNREACHABLE, Code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_services_help_gets_its_own_line() {
        let failure = with_help(Code(2003), "there is no table `lending.loan` (help: did you mean `lending.loans`?)");
        insta::assert_snapshot!(failure.render(false).expect("text"), @r"
        error[FC-2003]: there is no table `lending.loan`
        help: did you mean `lending.loans`?
        see docs/errors/FC-2003.md
        ");
    }

    #[test]
    fn codes_are_read_back() {
        assert_eq!(parse_code("FC-3002"), Code(3002));
        assert_eq!(parse_code("nonsense"), codes::UNREACHABLE);
    }
}
