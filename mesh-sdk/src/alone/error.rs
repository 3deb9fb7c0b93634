//! Why a product does not run by itself.

use std::error::Error;
use std::io;
use std::net::SocketAddr;
use std::path::PathBuf;

use mesh_api::ClientError;
use mesh_contract::Code;
use mesh_engine::source::DatabaseUrlError;
use mesh_policy::SealError;

use crate::data_directory::DataDirectoryError;
use crate::error::ProductError;
use crate::telemetry::TelemetryError;

/// Why a product does not run by itself.
#[derive(Debug, thiserror::Error)]
pub(super) enum AloneError {
    #[error("the process cannot start")]
    Runtime(#[source] io::Error),
    #[error(transparent)]
    Telemetry(#[from] TelemetryError),
    #[error(transparent)]
    DataDirectory(#[from] DataDirectoryError),
    #[error("{}", no_mesh_folder(.named.as_ref()))]
    NoMeshFolder { named: Option<PathBuf> },
    #[error(transparent)]
    Product(Box<ProductError>),
    #[error("cannot listen on `{address}`")]
    Listen { address: SocketAddr, source: io::Error },
    #[error("`{0}` is no address for consumers")]
    NoEndpoint(SocketAddr),
    #[error("a client of governance cannot be made")]
    Client(#[from] ClientError),
    #[error("governance was never reached, so nobody's keys are known")]
    NeverReached(#[source] ClientError),
    #[error("governance tells other keys than those in `{}`", path.display())]
    OtherKeys { path: PathBuf },
    #[error("`{}` cannot be used", path.display())]
    Trust { path: PathBuf, source: io::Error },
    #[error("a key cannot be made")]
    Key(#[source] SealError),
    #[error("`OPENLINEAGE_URL` and `OPENLINEAGE_ENDPOINT` hold no address: {0}")]
    Lineage(String),
    #[error("the variable `{variable}` holds no connection URL")]
    Database { variable: String, source: DatabaseUrlError },
}

impl From<ProductError> for AloneError {
    fn from(error: ProductError) -> Self {
        Self::Product(Box::new(error))
    }
}

fn no_mesh_folder(named: Option<&PathBuf>) -> String {
    match named {
        Some(named) => format!("`{}` holds no `contracts` and `domains`", named.display()),
        None => "no folder from here upwards holds `contracts` and `domains`".to_owned(),
    }
}

impl AloneError {
    fn code(&self) -> Code {
        match self {
            Self::Runtime(_) => Code(5015),
            Self::DataDirectory(error) => error.code(),
            Self::NoMeshFolder { .. } => Code(5006),
            Self::Product(error) => error.code(),
            Self::Listen { .. } | Self::NoEndpoint(_) => Code(5005),
            Self::Client(error) => error.code(),
            Self::NeverReached(_) => Code(5111),
            Self::OtherKeys { .. } => Code(5112),
            Self::Trust { .. } | Self::Key(_) => Code(5009),
            Self::Telemetry(_) | Self::Lineage(_) => Code(5014),
            Self::Database { .. } => Code(5022),
        }
    }

    fn help(&self) -> Option<String> {
        let text = match self {
            Self::DataDirectory(error) => error.help(),
            Self::NoMeshFolder { .. } => "name the folder that holds both: `--mesh DIR`",
            Self::Product(error) => return error.help(),
            Self::Telemetry(error) => return error.help().map(str::to_owned),
            Self::Listen { .. } | Self::NoEndpoint(_) => "name another address: `--listen 127.0.0.1:9461`",
            Self::NeverReached(_) => "start governance first, or name it: `--governance URL`",
            Self::OtherKeys { .. } => {
                "find out why: somebody else may answer in governance's place; when its keys were really exchanged, move the file \
                 away and the new ones are learned"
            }
            Self::Trust { .. } => "move the file away and the keys are learned from governance anew",
            Self::Lineage(_) => "write `OPENLINEAGE_URL=http://host:port`, or leave it out",
            Self::Database { source, .. } => return Some(source.to_string()),
            Self::Runtime(_) | Self::Client(_) | Self::Key(_) => return None,
        };
        Some(text.to_owned())
    }

    /// How the process ends.
    pub(super) fn exit(&self) -> u8 {
        match self {
            Self::NeverReached(_) | Self::Client(_) => 3,
            Self::Product(error) => match **error {
                ProductError::Data { .. } => 4,
                _ => 1,
            },
            Self::OtherKeys { .. } => 1,
            Self::Telemetry(TelemetryError::Filter { .. }) | Self::Lineage(_) | Self::Database { .. } => 2,
            _ => 4,
        }
    }

    /// The text for people: what is wrong, why, and what to do.
    pub(super) fn render(&self) -> String {
        let mut text = format!("error[{}]: {self}", self.code());
        let mut cause = self.source();
        while let Some(error) = cause {
            let own = error.to_string();
            // Many errors repeat their source in their own text.
            if !text.contains(&own) {
                text.push_str(&format!(": {own}"));
            }
            cause = error.source();
        }
        if let Some(help) = self.help() {
            text.push_str(&format!("\nhelp: {help}"));
        }
        text.push('\n');
        text
    }
}
