//! What can go wrong in a call, as a gRPC status for whoever made it.

use arrow::error::ArrowError;
use mesh_contract::Code;
use mesh_engine::{EngineError, ErrorKind};
use tonic::Status;
use tonic::metadata::MetadataValue;

use crate::error::CODE_KEY;

/// gRPC peers refuse headers beyond 8 KiB, and a message is a header.
const MESSAGE_BYTES_MAX: usize = 3 * 1024;

/// Why a call was refused or failed, inside the service.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Refusal {
    #[error("the call carries no valid bearer token")]
    Unauthenticated,
    #[error("unknown user or wrong password")]
    Login,
    #[error("too many failed logins from this address")]
    LoginThrottled,
    #[error("`{0}` is refused: ports are read-only; data is published by their product")]
    ReadOnly(&'static str),
    #[error("`{0}` is not supported by this server")]
    Unsupported(String),
    #[error("the ticket or statement handle does not hold")]
    Ticket,
    #[error("malformed request: {0}")]
    Malformed(String),
    #[error("the parameters cannot be read: {0}")]
    Parameters(String),
    #[error("the server has no place for another call")]
    Busy,
    #[error("the call took longer than its deadline")]
    Deadline,
    #[error("the call was cancelled")]
    Cancelled,
    #[error("the answer could not be encoded")]
    Encoding(#[source] ArrowError),
    #[error("the answer could not be sealed")]
    Seal(#[from] mesh_policy::SealError),
    #[error("the call ended without an answer")]
    Abandoned,
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl Refusal {
    pub(crate) fn code(&self) -> Code {
        Code(match self {
            Self::Unauthenticated => 3001,
            Self::Login => 3002,
            Self::LoginThrottled => 3003,
            Self::ReadOnly(_) => 3004,
            Self::Unsupported(_) => 3005,
            Self::Ticket => 3006,
            Self::Malformed(_) => 3007,
            Self::Parameters(_) => 3008,
            Self::Busy => 3009,
            Self::Deadline => 3010,
            Self::Cancelled => 3011,
            Self::Encoding(_) | Self::Seal(_) | Self::Abandoned => 3012,
            Self::Engine(error) => return error.code(),
        })
    }

    fn grpc(&self) -> tonic::Code {
        match self {
            Self::Unauthenticated | Self::Login => tonic::Code::Unauthenticated,
            Self::LoginThrottled | Self::Busy => tonic::Code::ResourceExhausted,
            Self::ReadOnly(_) | Self::Unsupported(_) => tonic::Code::Unimplemented,
            Self::Ticket | Self::Malformed(_) | Self::Parameters(_) => tonic::Code::InvalidArgument,
            Self::Deadline => tonic::Code::DeadlineExceeded,
            Self::Cancelled => tonic::Code::Cancelled,
            Self::Encoding(_) | Self::Seal(_) | Self::Abandoned => tonic::Code::Internal,
            Self::Engine(error) => match error.kind() {
                ErrorKind::Invalid => tonic::Code::InvalidArgument,
                ErrorKind::NotFound => tonic::Code::NotFound,
                ErrorKind::Denied => tonic::Code::PermissionDenied,
                ErrorKind::Exhausted => tonic::Code::ResourceExhausted,
                ErrorKind::Deadline => tonic::Code::DeadlineExceeded,
                ErrorKind::Cancelled => tonic::Code::Cancelled,
                ErrorKind::Unavailable => tonic::Code::Unavailable,
                ErrorKind::Internal => tonic::Code::Internal,
            },
        }
    }

    fn help(&self) -> Option<String> {
        let help = match self {
            Self::Unauthenticated => "log in, or send `authorization: Bearer TOKEN` with a token that has not expired",
            Self::LoginThrottled => "wait a minute and try again",
            Self::Ticket => "ask for a new one with GetFlightInfo or by preparing the statement again",
            Self::Busy => "try again in a moment",
            Self::Engine(error) => return error.help(),
            _ => return None,
        };
        Some(help.to_owned())
    }
}

impl From<Refusal> for Status {
    fn from(refusal: Refusal) -> Self {
        let code = refusal.code();
        let mut message = match refusal.help() {
            Some(help) => format!("{code}: {refusal} (help: {help})"),
            None => format!("{code}: {refusal}"),
        };
        message.truncate(message.floor_char_boundary(MESSAGE_BYTES_MAX));
        let mut status = Self::new(refusal.grpc(), message);
        if let Ok(value) = MetadataValue::try_from(code.to_string()) {
            status.metadata_mut().insert(CODE_KEY, value);
        }
        status
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::FlightError;

    #[test]
    fn a_refusal_reaches_the_client_with_its_code_once() {
        let status = Status::from(Refusal::Ticket);
        assert_eq!(status.code(), tonic::Code::InvalidArgument);
        assert!(status.message().starts_with("FC-3006: the ticket"), "{}", status.message());
        let error = FlightError::from(status);
        assert_eq!(error.code(), "FC-3006");
        assert!(error.to_string().starts_with("the ticket"), "{error}");
    }

    #[test]
    fn a_long_message_fits_into_a_header() {
        let status = Status::from(Refusal::Malformed("ä".repeat(10_000)));
        assert!(status.message().len() <= MESSAGE_BYTES_MAX);
    }
}
