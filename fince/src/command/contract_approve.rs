//! `fince contract approve`

use clap::Args;
use mesh_api::Transition;

use super::contract_life::{Decision, Subject};
use crate::failure::Failure;
use crate::setting::Setting;

const EXAMPLES: &str = "\
Examples:
  fince contract status insurance.claims --as officer
  fince contract approve insurance.claims 1.0.0 --reason 'masks reviewed' --as officer";

/// Approve a proposed contract version
///
/// As governance, never a version of one's own or of one's own domain. It comes into force when its product registers it again, or with `fince contract activate`.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Approve {
    #[command(flatten)]
    decision: Decision,
}

impl Approve {
    /// Decides.
    ///
    /// # Errors
    /// When governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let Subject { client, port, seen } = self.decision.subject(setting).await?;
        let decided = client.decide(&port, &seen, Transition::Approve, &self.decision.reason).await;
        self.decision.print(setting, &port, decided)
    }
}
