//! `fince contract activate`

use clap::Args;
use mesh_api::Transition;

use super::contract_life::{Decision, Subject};
use crate::failure::Failure;
use crate::setting::Setting;

const EXAMPLES: &str = "\
Examples:
  fince contract activate lending.mortgages 1.0.0 --reason 'the quarter begins' --as lena";

/// Bring an approved contract version into force
///
/// As an owner of its domain or as governance. The version of its major that was active until then is deprecated.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Activate {
    #[command(flatten)]
    decision: Decision,
}

impl Activate {
    /// Decides.
    ///
    /// # Errors
    /// When governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let Subject { client, port, seen } = self.decision.subject(setting).await?;
        let decided = client.decide(&port, &seen, Transition::Activate, &self.decision.reason).await;
        self.decision.print(setting, &port, decided)
    }
}
