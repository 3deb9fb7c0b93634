//! What a product that runs by itself is told.

use std::net::SocketAddr;
use std::path::PathBuf;

use clap::Parser;
use url::Url;

use super::error::AloneError;
use crate::mesh_folder::{find_mesh_folder, is_mesh_folder};
use crate::telemetry::LogFormat;

const NOTES: &str = "\
The token is the product's own: its principal needs the role `service:<domain>`. On a development mesh, `fince token
product:<domain>` prints one. The keys that bearer tokens and receipts are opened with are learned from governance at the first
start and kept in the data directory (`trust.json`).

Environment: FINCE_INPUT_<NAME>, for each input port that is a database: postgresql://user:password@host:5432/database;
OPENLINEAGE_URL, OPENLINEAGE_ENDPOINT and OPENLINEAGE_API_KEY: who else is told of each run's lineage; OTEL_EXPORTER_OTLP_ENDPOINT and
the other OpenTelemetry variables: traces and metrics are exported (OTLP over gRPC) when an endpoint is named";

/// Options and environment; the name and the first line of the help are the domain's.
#[derive(Debug, Parser)]
#[command(version, after_help = NOTES, max_term_width = 120)]
pub(super) struct Settings {
    /// Folder that holds `contracts` and `domains` [default: the nearest one from here upwards]
    #[arg(long, value_name = "DIR", env = "FINCE_MESH", hide_env_values = true)]
    mesh: Option<PathBuf>,

    /// Data directory: tables, receipts, run records, one of its own for each process [default: ./.fince-<domain>]
    #[arg(long, value_name = "DIR", env = "FINCE_DATA", hide_env_values = true)]
    data: Option<PathBuf>,

    /// Governance
    #[arg(
        long,
        value_name = "URL",
        default_value = "http://127.0.0.1:8460",
        env = "FINCE_GOVERNANCE",
        hide_env_values = true
    )]
    pub(super) governance: Url,

    /// The product's bearer token
    #[arg(long, value_name = "TOKEN", env = "FINCE_TOKEN", hide_env_values = true)]
    pub(super) token: String,

    /// Where to answer Flight SQL
    #[arg(
        long,
        value_name = "ADDRESS",
        default_value = "127.0.0.1:8461",
        env = "FINCE_LISTEN",
        hide_env_values = true
    )]
    pub(super) listen: SocketAddr,

    /// Where consumers reach it, for the catalog [default: the address it listens on]
    #[arg(long, value_name = "URL", env = "FINCE_ENDPOINT", hide_env_values = true)]
    endpoint: Option<Url>,

    /// What to log to stderr: `info`, or by module: `warn,mesh_engine=debug`
    #[arg(
        long,
        value_name = "FILTER",
        default_value = "warn,mesh_sdk::alone=info",
        env = "RUST_LOG",
        hide_env_values = true
    )]
    pub(super) log: String,

    /// How to log
    #[arg(long, value_name = "FORMAT", value_enum, default_value_t, env = "FINCE_LOG_FORMAT", hide_env_values = true)]
    pub(super) log_format: LogFormat,
}

impl Settings {
    pub(super) fn data(&self, domain: &str) -> PathBuf {
        self.data.clone().unwrap_or_else(|| PathBuf::from(format!(".fince-{domain}")))
    }

    pub(super) fn mesh_folder(&self) -> Result<PathBuf, AloneError> {
        let found = match &self.mesh {
            Some(named) => is_mesh_folder(named).then(|| named.clone()),
            None => std::env::current_dir().ok().and_then(|start| find_mesh_folder(&start)),
        };
        found.ok_or_else(|| AloneError::NoMeshFolder { named: self.mesh.clone() })
    }

    /// Where consumers reach it when it listens at `address`.
    pub(super) fn endpoint(&self, address: SocketAddr) -> Result<Url, AloneError> {
        let told = || Url::parse(&format!("grpc://{address}")).map_err(|_| AloneError::NoEndpoint(address));
        self.endpoint.clone().map_or_else(told, Ok)
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory as _;

    use super::*;

    #[test]
    fn the_command_line_is_consistent_and_the_endpoint_is_the_address() {
        Settings::command().debug_assert();
        let settings =
            Settings::try_parse_from(["lending", "--token", "t", "--listen", "127.0.0.1:9000"]).expect("parses");
        assert_eq!(settings.endpoint(settings.listen).expect("a url").as_str(), "grpc://127.0.0.1:9000");
        assert_eq!(settings.data("lending"), PathBuf::from(".fince-lending"));
    }
}
