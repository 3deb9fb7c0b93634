//! The command line: options that every command takes. Each command's own are in its file.

use std::path::PathBuf;

use clap::{Args, Parser};
use mesh_sdk::telemetry::LogFormat;

use crate::addresses::{Addresses, PORT_BASE_MAX};
use crate::command::Command;
use crate::output::ColorChoice;

const EXAMPLES: &str = "\
Examples:
  fince up                                              start the whole mesh on this machine
  fince sql --as omar 'SELECT count(*) FROM lending.loans'
  fince ports --as omar                                 what is there to query
  fince describe lending.loans --as omar                what its columns mean
  fince contract lint contracts/                        check contracts before they are proposed

Exit codes:
  0    done
  1    what was asked for failed: contracts with errors, failed checks, a refused query
  2    the command line cannot be understood
  3    a service cannot be reached
  4    the data directory, a file or an address of this machine cannot be used
  130  ended by Ctrl-C or SIGTERM (`up` ends with 0: that is how it is stopped)

Environment:
  RUST_LOG, NO_COLOR, and the OpenTelemetry variables OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_EXPORTER_OTLP_TRACES_ENDPOINT,
  OTEL_EXPORTER_OTLP_METRICS_ENDPOINT, OTEL_SERVICE_NAME, OTEL_RESOURCE_ATTRIBUTES and OTEL_SDK_DISABLED: traces and
  metrics are exported (OTLP over gRPC) when an endpoint is named, and cost nothing otherwise.
  FINCE_INPUT_<NAME>, for each input port that is a database: postgresql://user:password@host:5432/database?sslmode=require
  Other variables stand beside the option that they set.

Every error has a code FC-nnnn and a page in docs/errors/.";

/// A data mesh for a bank: contracts, governed SQL over Arrow Flight, and a catalog, in one binary.
#[derive(Debug, Parser)]
#[command(name = "fince", version, after_help = EXAMPLES, max_term_width = 120)]
pub(crate) struct Arguments {
    #[command(flatten)]
    pub(crate) global: Global,
    #[command(subcommand)]
    pub(crate) command: Command,
}

/// Options that every command takes.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Options of every command")]
pub(crate) struct Global {
    /// Data directory: database, tables, keys
    #[arg(
        long,
        global = true,
        value_name = "DIR",
        default_value = "./.fince",
        env = "FINCE_DATA",
        hide_env_values = true
    )]
    pub(crate) data: PathBuf,

    /// First port; governance listens there, the domains just above
    #[arg(
        long,
        global = true,
        value_name = "PORT",
        default_value_t = crate::addresses::PORT_BASE,
        value_parser = clap::value_parser!(u16).range(1..=i64::from(PORT_BASE_MAX)),
        env = "FINCE_PORT_BASE",
        hide_env_values = true
    )]
    pub(crate) port_base: u16,

    /// Folder that holds `contracts` and `domains` [default: the nearest one from here upwards]
    #[arg(long, global = true, value_name = "DIR", env = "FINCE_MESH", hide_env_values = true)]
    pub(crate) mesh: Option<PathBuf>,

    /// When to colour
    #[arg(long, global = true, value_name = "WHEN", value_enum, default_value_t)]
    pub(crate) color: ColorChoice,

    #[command(flatten)]
    pub(crate) logging: Logging,
}

/// What is logged to stderr.
#[derive(Args, Clone, Debug)]
pub(crate) struct Logging {
    /// What to log: `info`, or by module: `warn,mesh_engine=debug`
    #[arg(
        long = "log",
        global = true,
        value_name = "FILTER",
        default_value = "warn",
        env = "RUST_LOG",
        hide_env_values = true
    )]
    pub(crate) filter: String,

    /// How to log
    #[arg(
        id = "log_format",
        long = "log-format",
        global = true,
        value_name = "FORMAT",
        value_enum,
        default_value_t,
        env = "FINCE_LOG_FORMAT",
        hide_env_values = true
    )]
    pub(crate) format: LogFormat,
}

impl Global {
    /// Where the services of the mesh listen.
    pub(crate) fn addresses(&self) -> Addresses {
        Addresses::new(self.port_base)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory as _;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn options_stand_before_or_behind_the_command() {
        let before = Arguments::try_parse_from(["fince", "--port-base", "9000", "token", "omar"]).expect("parses");
        let behind = Arguments::try_parse_from(["fince", "token", "omar", "--port-base", "9000"]).expect("parses");
        assert_eq!((before.global.port_base, behind.global.port_base), (9000, 9000));
    }

    #[test]
    fn a_port_base_without_room_above_is_refused() {
        assert!(Arguments::try_parse_from(["fince", "--port-base", "65530", "token", "omar"]).is_err());
    }
}
