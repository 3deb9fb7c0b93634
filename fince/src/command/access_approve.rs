//! `fince access approve`

use clap::Args;
use mesh_api::DecideAccess;

use super::access_shown::{Decision, print};
use crate::failure::Failure;
use crate::governance_client;
use crate::service_errors;
use crate::setting::Setting;

const EXAMPLES: &str = "\
Examples:
  fince access list --status requested --as lena
  fince access approve agr-42 --reason 'the report needs it' --as lena";

/// Approve a request for access, or its renewal
///
/// As an owner of the port's domain or as governance, never a request of one's own; where both are needed, two principals.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Approve {
    #[command(flatten)]
    decision: Decision,
}

impl Approve {
    /// Approves it.
    ///
    /// # Errors
    /// When governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let Decision { id, reason, format, asker } = &self.decision;
        let client = governance_client::open(setting, asker)?;
        // What is decided on is what is read here: whatever changes in between is refused.
        let tag = client.agreement(id).await.map_err(service_errors::governance)?.summary.tag();
        let decision = DecideAccess { reason: reason.clone() };
        let decided = client.approve_access(id, &decision, &tag).await.map_err(service_errors::governance)?;
        print(setting, *format, &decided)
    }
}
