//! `fince audit export`

use clap::Args;
use mesh_api::AuditRecord;

use super::audit_records::Which;
use crate::asker::Asker;
use crate::failure::Failure;
use crate::governance_client;
use crate::setting::Setting;

const EXAMPLES: &str = "\
Examples:
  fince audit export --as officer > audit.jsonl
  fince audit export --since 2026-11-01T00:00:00Z --as officer | gzip > november.jsonl.gz";

/// Export the audit trail as OCSF events (class API Activity), one JSON document a line
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Export {
    #[command(flatten)]
    which: Which,

    #[command(flatten)]
    asker: Asker,
}

impl Export {
    /// Exports it.
    ///
    /// # Errors
    /// When governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let client = governance_client::open(setting, &self.asker)?;
        let print = |page: Vec<AuditRecord>| {
            let lines: Vec<_> = page.iter().map(|record| record.to_ocsf().to_string()).collect();
            if lines.is_empty() { Ok(()) } else { Ok(setting.output.result(&lines.join("\n"))?) }
        };
        self.which.read_by_page(&client, print).await
    }
}
