//! The one file that reads the process's environment and the wall clock. Everything else takes values.
//!
//! Variables that stand for an option are read by the argument parser and named in `--help`.

use std::collections::BTreeMap;
use std::path::PathBuf;

use mesh_api::lineage::Endpoint;
use mesh_policy::Clock;
use mesh_sdk::telemetry::TelemetrySettings;
use mesh_sdk::{DatabaseUrl, DatabaseUrlError, database_url_variable, database_urls, openlineage_endpoint};

use crate::failure::{Failure, codes};

/// What the process was started with, beside its arguments.
#[derive(Clone, Debug)]
pub(crate) struct Environment {
    /// The wall clock.
    pub(crate) clock: Clock,
    /// `NO_COLOR` is set and not empty.
    pub(crate) colour_refused: bool,
    /// The standard `OTEL_…` variables that decide whether anything is exported.
    pub(crate) telemetry: TelemetrySettings,
    /// The standard `OPENLINEAGE_…` variables; kept as read.
    lineage: Option<Result<Endpoint, String>>,
    /// Where the process was started; `None` when that folder is gone.
    pub(crate) current_folder: Option<PathBuf>,
    /// `FINCE_INPUT_<NAME>`, by the input's name; kept as read, so that no password can be shown.
    databases: BTreeMap<String, Result<DatabaseUrl, DatabaseUrlError>>,
}

impl Environment {
    /// Reads it, once.
    pub(crate) fn read() -> Self {
        Self {
            clock: wall_clock(),
            colour_refused: variable("NO_COLOR").is_some(),
            telemetry: TelemetrySettings::from_variables(variable),
            lineage: openlineage_endpoint(variable),
            current_folder: std::env::current_dir().ok(),
            databases: database_urls(std::env::vars_os()),
        }
    }

    /// The connection URLs of inputs, by the input's name.
    ///
    /// # Errors
    /// When a variable holds no connection URL.
    pub(crate) fn databases(&self) -> Result<BTreeMap<String, DatabaseUrl>, Failure> {
        let read = self.databases.iter().map(|(name, url)| match url {
            Ok(url) => Ok((name.clone(), url.clone())),
            Err(error) => {
                let variable = database_url_variable(name);
                Err(Failure::usage(codes::DATABASE_URL, format!("the variable `{variable}` holds no connection URL"))
                    .help(error.to_string()))
            }
        });
        read.collect()
    }

    /// Who else is told of each run's lineage.
    ///
    /// # Errors
    /// When the variables hold no address.
    pub(crate) fn lineage(&self) -> Result<Option<Endpoint>, Failure> {
        self.lineage.clone().transpose().map_err(|what| {
            let text = format!("`OPENLINEAGE_URL` and `OPENLINEAGE_ENDPOINT` hold no address: {what}");
            Failure::usage(codes::TELEMETRY, text).help("write `OPENLINEAGE_URL=http://host:port`, or leave it out")
        })
    }
}

#[expect(clippy::disallowed_methods, reason = "the composition root hands the wall clock to everything else")]
fn wall_clock() -> Clock {
    Clock::new(chrono::Utc::now)
}

#[expect(clippy::disallowed_methods, reason = "the one place that reads the environment")]
fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
