//! `fince ports`

use chrono::{DateTime, Utc};
use clap::Args;
use mesh_api::{PageRequest, PortSummary, RegistrationStatus};
use serde::Serialize;

use crate::failure::Failure;
use crate::governance_client::{self, Listing, all_pages};
use crate::output::Paint;
use crate::setting::Setting;
use crate::table::{Lean, Table};

const EXAMPLES: &str = "\
Examples:
  fince ports --as omar
  fince ports --as omar -f json | jq -r '.[].port'
  fince describe lending.loans --as omar                what one of them holds";

/// List the output ports that governance knows
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Ports {
    #[command(flatten)]
    listing: Listing,
}

/// A port, as it is listed.
#[derive(Debug, Serialize)]
struct Listed {
    port: String,
    versions: Vec<ListedVersion>,
    description: Option<String>,
    owner: Option<String>,
}

#[derive(Debug, Serialize)]
struct ListedVersion {
    version: String,
    status: RegistrationStatus,
    registered_at: DateTime<Utc>,
}

impl Ports {
    /// Lists them.
    ///
    /// # Errors
    /// When governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let client = self.listing.client(setting)?;
        let ports = all_pages(async |page: PageRequest| client.ports(&page).await).await?;
        let mut listed = Vec::with_capacity(ports.len());
        for port in ports {
            let versions = all_pages(async |page: PageRequest| client.versions(&port.name, &page).await).await?;
            let versions = versions.into_iter().map(|found| ListedVersion {
                version: found.version.to_string(),
                status: found.status,
                registered_at: found.registered_at,
            });
            listed.push(entry(&port, versions.collect(), governance_client::owner(&client, &port).await?));
        }
        self.listing.print(setting, listed.as_slice(), table)
    }
}

fn entry(port: &PortSummary, versions: Vec<ListedVersion>, owner: Option<String>) -> Listed {
    Listed { port: port.name.to_string(), versions, description: port.description.clone(), owner }
}

fn table(listed: &[Listed], paint: Paint) -> String {
    if listed.is_empty() {
        return "no ports are registered yet".to_owned();
    }
    let mut table = Table::new(["port", "versions", "owner", "description"].map(|name| (name, Lean::Left))).open_end();
    for port in listed {
        let versions: Vec<String> =
            port.versions.iter().map(|version| format!("{} {}", version.version, version.status.as_str())).collect();
        let description = port.description.as_deref().unwrap_or_default();
        let description = description.split_whitespace().collect::<Vec<_>>().join(" ");
        table.row([&port.port, &versions.join(", "), port.owner.as_deref().unwrap_or_default(), &description]);
    }
    table.render(paint)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_listed_with_versions_and_owner() {
        let version = |version: &str, status| ListedVersion {
            version: version.into(),
            status,
            registered_at: DateTime::UNIX_EPOCH,
        };
        let listed = [Listed {
            port: "lending.loans".into(),
            versions: vec![
                version("1.1.0", RegistrationStatus::Active),
                version("1.0.0", RegistrationStatus::Deprecated),
            ],
            description: Some("Loans\n  granted".into()),
            owner: Some("lena".into()),
        }];
        insta::assert_snapshot!(table(&listed, Paint(false)), @r"
        port           versions                        owner  description
        ─────────────  ──────────────────────────────  ─────  ─────────────
        lending.loans  1.1.0 active, 1.0.0 deprecated  lena   Loans granted
        ");
        assert_eq!(table(&[], Paint(false)), "no ports are registered yet");
    }
}
