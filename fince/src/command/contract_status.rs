//! `fince contract status`

use clap::Args;
use mesh_api::{PageRequest, VersionEvent, VersionSummary};
use serde::Serialize;

use super::describe;
use crate::failure::Failure;
use crate::governance_client::{Listing, all_pages};
use crate::output::Paint;
use crate::setting::Setting;
use crate::table::{Lean, Table};

const EXAMPLES: &str = "\
Examples:
  fince contract status lending.loans --as lena
  fince contract status lending.loans --as lena -f json | jq '.[0].events'";

/// Show where the versions of a port's contract are in their life, and how they came there
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Status {
    /// The port: domain.port
    #[arg(value_name = "PORT")]
    port: String,

    #[command(flatten)]
    listing: Listing,
}

/// A version and what happened to it.
#[derive(Debug, Serialize)]
struct Shown {
    #[serde(flatten)]
    summary: VersionSummary,
    events: Vec<VersionEvent>,
}

impl Status {
    /// Shows them.
    ///
    /// # Errors
    /// When there is no such port, or governance does not answer.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let port = describe::parse(&self.port)?;
        let client = self.listing.client(setting)?;
        let mut shown = Vec::new();
        for summary in all_pages(async |page: PageRequest| client.versions(&port, &page).await).await? {
            let version = &summary.version;
            let events = all_pages(async |page: PageRequest| client.events(&port, version, &page).await).await?;
            shown.push(Shown { summary, events });
        }
        self.listing.print(setting, shown.as_slice(), table)
    }
}

fn table(shown: &[Shown], paint: Paint) -> String {
    let names = ["version", "status", "since", "by", "reason", "sunset"];
    let mut table = Table::new(names.map(|name| (name, Lean::Left)));
    for Shown { summary, events } in shown {
        let last = events.last();
        let day = |time: chrono::DateTime<chrono::Utc>| time.format("%Y-%m-%d %H:%M").to_string();
        table.row([
            summary.version.to_string().as_str(),
            summary.status.as_str(),
            &day(last.map_or(summary.registered_at, |event| event.at)),
            last.map_or(summary.registered_by.as_str(), |event| &event.actor),
            last.map_or("", |event| &event.reason),
            &summary.sunset.map(day).unwrap_or_default(),
        ]);
    }
    table.render(paint)
}
