//! `fince contract retire`

use clap::Args;
use mesh_api::Transition;

use super::contract_life::{Decision, Subject};
use crate::failure::Failure;
use crate::setting::Setting;

const EXAMPLES: &str = "\
Examples:
  fince contract retire lending.loans 1.0.0 --reason 'everybody reads major 2' --as lena";

/// Retire a deprecated contract version, for good
///
/// As an owner of its domain or as governance. Refused while its major ends with it and consumers have neither moved on nor acknowledged that.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Retire {
    #[command(flatten)]
    decision: Decision,
}

impl Retire {
    /// Decides.
    ///
    /// # Errors
    /// When governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let Subject { client, port, seen } = self.decision.subject(setting).await?;
        let decided = client.decide(&port, &seen, Transition::Retire, &self.decision.reason).await;
        self.decision.print(setting, &port, decided)
    }
}
