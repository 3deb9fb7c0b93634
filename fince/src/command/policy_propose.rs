//! `fince policy propose`

use std::path::PathBuf;

use clap::Args;
use mesh_api::ProposeRules;

use super::policy_test::read;
use crate::asker::Asker;
use crate::failure::Failure;
use crate::governance_client;
use crate::service_errors;
use crate::setting::Setting;

const EXAMPLES: &str = "\
Examples:
  fince policy test policies/marketing.cedar
  fince policy propose policies/marketing.cedar --note 'no marketing on personal data' --as officer";

/// Propose a version of the bank's rules; it counts once it is moved to a stage
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Propose {
    /// The rules, in Cedar
    file: PathBuf,

    /// What is new, and why
    #[arg(long, value_name = "TEXT")]
    note: String,

    #[command(flatten)]
    asker: Asker,
}

impl Propose {
    /// Proposes them.
    ///
    /// # Errors
    /// When the file cannot be read, or governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let request = ProposeRules { rules: read(&self.file)?, note: self.note.clone() };
        let client = governance_client::open(setting, &self.asker)?;
        let kept = client.propose_rules(&request).await.map_err(service_errors::governance)?;
        Ok(setting.output.result(&format!("the rules are version {}, at no stage yet", kept.summary.version))?)
    }
}
