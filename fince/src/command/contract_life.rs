//! What the commands on the life of a contract version share: which version, why, and what became of it.

use clap::Args;
use mesh_api::{Client, PageRequest, VersionSummary};
use mesh_contract::PortName;

use super::describe;
use crate::asker::Asker;
use crate::failure::{Failure, codes};
use crate::governance_client::{self, ListFormat, all_pages};
use crate::service_errors;
use crate::setting::Setting;

/// A decision on a version.
#[derive(Args, Debug)]
pub(super) struct Decision {
    /// The port: domain.port
    #[arg(value_name = "PORT")]
    port: String,

    /// The version, as `fince contract status` shows it
    #[arg(value_name = "VERSION")]
    version: String,

    /// Why, for the record
    #[arg(long, value_name = "TEXT")]
    pub(super) reason: String,

    /// How to print what became of it
    #[arg(short, long, value_enum, default_value_t)]
    format: ListFormat,

    #[command(flatten)]
    asker: Asker,
}

/// A version that is decided on, as it was read.
pub(super) struct Subject {
    pub(super) client: Client,
    pub(super) port: PortName,
    /// What is decided on is what was read here: whatever changes in between is refused.
    pub(super) seen: VersionSummary,
}

impl Decision {
    /// Reads the version.
    ///
    /// # Errors
    /// When there is none, or governance does not answer.
    pub(super) async fn subject(&self, setting: &Setting) -> Result<Subject, Failure> {
        let port = describe::parse(&self.port)?;
        let client = governance_client::open(setting, &self.asker)?;
        let versions = all_pages(async |page: PageRequest| client.versions(&port, &page).await).await?;
        let seen = versions.into_iter().find(|found| found.version.to_string() == self.version).ok_or_else(|| {
            Failure::failed(codes::VERSION, format!("`{port}` has no registered version `{}`", self.version))
                .help(format!("`fince contract status {port}` shows those there are"))
        })?;
        Ok(Subject { client, port, seen })
    }

    /// Prints what became of the version.
    ///
    /// # Errors
    /// When governance refused, or the output cannot be written.
    pub(super) fn print(
        &self,
        setting: &Setting,
        port: &PortName,
        decided: Result<VersionSummary, mesh_api::ClientError>,
    ) -> Result<(), Failure> {
        let version = decided.map_err(service_errors::governance)?;
        let text = match self.format {
            ListFormat::Json => governance_client::json(&version)?,
            ListFormat::Table => sentence(port, &version),
        };
        Ok(setting.output.result(&text)?)
    }
}

fn sentence(port: &PortName, version: &VersionSummary) -> String {
    let until = version.sunset.map(|sunset| format!(", until {}", sunset.format("%Y-%m-%d %H:%M")));
    format!("{port} {} is {}{}", version.version, version.status.as_str(), until.unwrap_or_default())
}
