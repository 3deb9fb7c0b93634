//! What can go wrong for whoever runs a server or a client.

use mesh_contract::Code;
use tonic::Status;

/// Metadata key under which a status carries its code.
pub(crate) const CODE_KEY: &str = "fc-code";

/// Why a server could not serve, or a client got no answer.
#[derive(Debug, thiserror::Error)]
pub enum FlightError {
    /// The server stopped for a reason of its transport.
    #[error("the Flight server cannot serve")]
    Serve(#[source] tonic::transport::Error),
    /// The listener has no address.
    #[error("the Flight server has no address to listen on")]
    Listen(#[source] std::io::Error),
    /// Not an address of a Flight server.
    #[error("`{0}` is not the address of a Flight server")]
    Address(String),
    /// No connection.
    #[error("no connection to `{address}`")]
    Connect {
        /// Where to.
        address: String,
        /// Why not.
        #[source]
        source: tonic::transport::Error,
    },
    /// The server refused, or failed, and said why.
    #[error("{message}")]
    Refused {
        /// `FC-nnnn`, when the server is one of ours.
        code: Option<String>,
        /// The gRPC code.
        status: tonic::Code,
        /// What the server said.
        message: String,
    },
    /// The server's answer breaks the protocol.
    #[error("the server's answer cannot be understood: {0}")]
    Answer(String),
}

impl FlightError {
    /// The error's stable code, `FC-nnnn`: the server's own where it gave one.
    #[must_use]
    pub fn code(&self) -> String {
        match self {
            Self::Refused { code: Some(code), .. } => code.clone(),
            Self::Serve(_) | Self::Listen(_) => Code(3013).to_string(),
            Self::Address(_) => Code(3014).to_string(),
            Self::Connect { .. } => Code(3015).to_string(),
            Self::Refused { .. } | Self::Answer(_) => Code(3016).to_string(),
        }
    }
}

impl FlightError {
    /// Whether the same call may succeed later with nothing changed.
    #[must_use]
    pub fn is_temporary(&self) -> bool {
        match self {
            Self::Connect { .. } => true,
            Self::Refused { status, .. } => matches!(
                status,
                tonic::Code::Unavailable
                    | tonic::Code::Cancelled
                    | tonic::Code::ResourceExhausted
                    | tonic::Code::Unknown
            ),
            Self::Serve(_) | Self::Listen(_) | Self::Address(_) | Self::Answer(_) => false,
        }
    }
}

impl From<Status> for FlightError {
    fn from(status: Status) -> Self {
        let code = status.metadata().get(CODE_KEY).and_then(|value| value.to_str().ok()).map(str::to_owned);
        // A status that carries a code also starts with it; whoever shows the error shows the code apart.
        let prefix = code.as_ref().map(|code| format!("{code}: ")).unwrap_or_default();
        let message = status.message();
        let message = message.strip_prefix(&prefix).unwrap_or(message).to_owned();
        let message = if message.is_empty() { status.code().to_string() } else { message };
        Self::Refused { code, status: status.code(), message }
    }
}

impl From<arrow_flight::error::FlightError> for FlightError {
    fn from(error: arrow_flight::error::FlightError) -> Self {
        match error {
            arrow_flight::error::FlightError::Tonic(status) => Self::from(*status),
            other => Self::Answer(other.to_string()),
        }
    }
}
