//! `fince policy stage`

use clap::{Args, ValueEnum};
use mesh_api::{RuleStage, StageRules};

use crate::asker::Asker;
use crate::failure::Failure;
use crate::governance_client;
use crate::service_errors;
use crate::setting::Setting;

const EXAMPLES: &str = "\
Examples:
  fince policy stage 3 warn --reason 'tried on the last month' --as officer
  fince policy stage 3 enforce --reason 'nobody was warned in vain' --as officer
  fince policy stage 3 none --reason 'the campaign is over' --as officer";

/// Move a version of the bank's rules to a stage: first warn, then enforce, and none to withdraw it
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Stage {
    /// The version
    version: u64,

    /// The stage
    #[arg(value_enum)]
    stage: To,

    /// Why, for audit
    #[arg(long, value_name = "TEXT")]
    reason: String,

    #[command(flatten)]
    asker: Asker,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum To {
    /// What they refuse is recorded and goes through
    Warn,
    /// What they refuse is refused
    Enforce,
    /// They do not count
    None,
}

impl Stage {
    /// Moves it.
    ///
    /// # Errors
    /// When governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let stage = match self.stage {
            To::Warn => Some(RuleStage::Warn),
            To::Enforce => Some(RuleStage::Enforce),
            To::None => None,
        };
        let request = StageRules { stage, reason: self.reason.clone() };
        let client = governance_client::open(setting, &self.asker)?;
        let moved = client.stage_rules(self.version, &request).await.map_err(service_errors::governance)?;
        let stage = moved.summary.stage.map_or("no stage", RuleStage::as_str);
        Ok(setting.output.result(&format!("version {} of the rules is at {stage}", moved.summary.version))?)
    }
}
