//! What can be wrong with a product, each with a stable code.

use std::path::PathBuf;

use mesh_contract::Code;
use mesh_contract::diagnostic::Report;
use mesh_engine::EngineError;
use semver::Version;

/// Why a product cannot be opened, started or published.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ProductError {
    /// There is no such product.
    #[error("there is no product `{domain}`: `{}` does not exist", file.display())]
    NoProduct {
        /// The domain asked for.
        domain: String,
        /// Where its manifest should be.
        file: PathBuf,
    },
    /// A file cannot be read.
    #[error("`{}` cannot be read", file.display())]
    Read {
        /// Which file.
        file: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Documents with errors.
    #[error("{}", reports.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"))]
    Invalid {
        /// One report a document.
        reports: Vec<Report>,
    },
    /// The manifest is of another domain than its folder.
    #[error("`{}` is of domain `{domain}` and lies in the folder of `{folder}`", file.display())]
    OtherDomain {
        /// The manifest.
        file: PathBuf,
        /// The domain it states.
        domain: String,
        /// The folder's domain.
        folder: String,
    },
    /// The manifest names a contract that is not there.
    #[error("no contract `{id}` of version {version} in `{}`", folder.display())]
    NoContract {
        /// Contract id.
        id: String,
        /// Version.
        version: Version,
        /// Where it was looked for.
        folder: PathBuf,
    },
    /// A contract does not fit the port that names it.
    #[error("`{}` is not a contract for the port `{port}`: {reason}", file.display())]
    PortMismatch {
        /// The contract's file.
        file: PathBuf,
        /// The port.
        port: String,
        /// Why not.
        reason: String,
    },
    /// A setting of an output port that cannot be.
    #[error("`{}`: `{key}` of the output port `{port}`: {what}", file.display())]
    Setting {
        /// The manifest.
        file: PathBuf,
        /// The port.
        port: String,
        /// The custom property.
        key: &'static str,
        /// What is wrong with it.
        what: String,
    },
    /// A port was asked for that the product does not have.
    #[error("`{domain}` has no port `{port}`")]
    NoPort {
        /// The product.
        domain: String,
        /// The port asked for.
        port: String,
    },
    /// The data directory cannot be used.
    #[error("`{}` cannot be written", path.display())]
    Data {
        /// Where.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// The access agreements over the product's ports are not known.
    #[error("governance does not tell the access agreements")]
    Grants(#[source] mesh_api::ClientError),
    /// Lineage cannot be told to anyone.
    #[error("lineage cannot be sent")]
    Lineage(#[from] mesh_api::ClientError),
    /// The Flight server ended.
    #[error("a Flight server ended")]
    Serve(#[source] mesh_flight::FlightError),
    /// A part of the product broke off.
    #[error("a part of the product ended")]
    Broken(#[source] tokio::task::JoinError),
    /// The engine failed.
    #[error(transparent)]
    Engine(#[from] EngineError),
}

impl ProductError {
    /// Its stable code.
    #[must_use]
    pub fn code(&self) -> Code {
        match self {
            Self::NoProduct { .. } => Code(5101),
            Self::Read { .. } => Code(5102),
            Self::Invalid { reports } => {
                reports.first().and_then(|report| report.iter().next()).map_or(Code(5103), |first| first.code)
            }
            Self::OtherDomain { .. } => Code(5104),
            Self::NoContract { .. } => Code(5105),
            Self::PortMismatch { .. } => Code(5106),
            Self::NoPort { .. } => Code(5107),
            Self::Data { .. } => Code(5109),
            Self::Setting { .. } => Code(5110),
            Self::Lineage(error) | Self::Grants(error) => error.code(),
            Self::Serve(_) => Code(3013),
            Self::Broken(_) => Code(5015),
            Self::Engine(error) => error.code(),
        }
    }

    /// What to do about it.
    #[must_use]
    pub fn help(&self) -> Option<String> {
        let text = match self {
            Self::NoProduct { .. } => "a product is a folder `domains/<domain>/` with a `product.odps.yaml`",
            Self::NoContract { .. } => "the manifest's contract id and version must be those of a file in that folder",
            Self::PortMismatch { .. } => {
                "a port's contract has the product's domain and one schema object, named as the port"
            }
            Self::NoPort { .. } => "the manifest lists the ports under `outputPorts`",
            Self::Setting { .. } => {
                "`materialization` is full, append, merge or view; `schedule` is `every 15m`, a cron text, or `never`; \
                 `snapshotRetention` is a time such as `90d`"
            }
            Self::OtherDomain { .. } => "rename the folder, or the manifest's `domain`",
            Self::Data { .. } => "check the rights on the data directory, and that its disk has room",
            Self::Engine(error) => return error.help(),
            Self::Read { .. } | Self::Invalid { .. } | Self::Lineage(_) | Self::Grants(_) => return None,
            Self::Serve(_) | Self::Broken(_) => return None,
        };
        Some(text.to_owned())
    }
}
