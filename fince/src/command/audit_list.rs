//! `fince audit list`

use clap::Args;
use mesh_api::AuditRecord;

use super::audit_records::Which;
use crate::failure::Failure;
use crate::governance_client::Listing;
use crate::output::Paint;
use crate::setting::Setting;
use crate::table::{Lean, Table};

const EXAMPLES: &str = "\
Examples:
  fince audit list --as officer
  fince audit list --action contract.approve --since 2026-01-01T00:00:00Z --as officer -f json";

/// List the records of the audit trail, oldest first
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct List {
    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    listing: Listing,
}

impl List {
    /// Lists them.
    ///
    /// # Errors
    /// When governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let records = self.which.read(&self.listing.client(setting)?).await?;
        self.listing.print(setting, records.as_slice(), table)
    }
}

fn table(records: &[AuditRecord], paint: Paint) -> String {
    let mut table = Table::new(["number", "time", "actor", "action", "subject"].map(|name| (name, Lean::Left)));
    for record in records {
        let time = record.at.format("%Y-%m-%d %H:%M:%S").to_string();
        table.row([&record.sequence.to_string(), &time, &record.actor, &record.action, &record.subject]);
    }
    table.render(paint)
}
