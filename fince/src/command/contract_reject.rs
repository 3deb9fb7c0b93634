//! `fince contract reject`

use clap::Args;
use mesh_api::Transition;

use super::contract_life::{Decision, Subject};
use crate::failure::Failure;
use crate::setting::Setting;

const EXAMPLES: &str = "\
Examples:
  fince contract reject insurance.claims 1.1.0 --reason 'the tax number needs a mask' --as officer";

/// Reject a proposed or approved contract version, for good
///
/// As governance, or as an owner of its domain who withdraws it.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Reject {
    #[command(flatten)]
    decision: Decision,
}

impl Reject {
    /// Decides.
    ///
    /// # Errors
    /// When governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let Subject { client, port, seen } = self.decision.subject(setting).await?;
        let decided = client.decide(&port, &seen, Transition::Reject, &self.decision.reason).await;
        self.decision.print(setting, &port, decided)
    }
}
