//! `fince audit list`

use clap::Args;
use mesh_api::AuditRecord;

use super::audit_records::Which;
use crate::asker::Asker;
use crate::failure::Failure;
use crate::governance_client::{self, ListFormat};
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

    /// How to print
    #[arg(short, long, value_enum, default_value_t)]
    format: ListFormat,

    #[command(flatten)]
    asker: Asker,
}

impl List {
    /// Lists them.
    ///
    /// # Errors
    /// When governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let records = self.which.read(&governance_client::open(setting, &self.asker)?).await?;
        let text = match self.format {
            ListFormat::Json => governance_client::json(&records)?,
            ListFormat::Table => table(&records, Paint(setting.output.colour_on_stdout())),
        };
        Ok(setting.output.result(&text)?)
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
