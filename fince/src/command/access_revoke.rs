//! `fince access revoke`

use clap::Args;
use mesh_api::DecideAccess;

use super::access_shown::{Decision, print};
use crate::failure::Failure;
use crate::governance_client;
use crate::service_errors;
use crate::setting::Setting;

const EXAMPLES: &str = "\
Examples:
  fince access revoke agr-42 --reason 'the project ended' --as lena
  fince access revoke agr-42 --reason 'no longer needed' --as omar";

/// End an access agreement before its time, or take back a request of one's own
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Revoke {
    #[command(flatten)]
    decision: Decision,
}

impl Revoke {
    /// Revokes it.
    ///
    /// # Errors
    /// When governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let Decision { id, reason, format, asker } = &self.decision;
        let client = governance_client::open(setting, asker)?;
        // What is decided on is what is read here: whatever changes in between is refused.
        let tag = client.agreement(id).await.map_err(service_errors::governance)?.summary.tag();
        let decision = DecideAccess { reason: reason.clone() };
        let decided = client.revoke_access(id, &decision, &tag).await.map_err(service_errors::governance)?;
        print(setting, *format, &decided)
    }
}
