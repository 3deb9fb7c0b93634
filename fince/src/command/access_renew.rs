//! `fince access renew`

use clap::Args;
use mesh_api::RenewAccess;

use super::access_shown::{Decision, Lasting, print};
use crate::failure::Failure;
use crate::governance_client;
use crate::service_errors;
use crate::setting::Setting;

const EXAMPLES: &str = "\
Examples:
  fince access renew agr-42 --days 180 --reason 'the report goes on' --as omar";

/// Ask for a longer access agreement, which stays in force as it is until that is decided
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Renew {
    #[command(flatten)]
    decision: Decision,

    #[command(flatten)]
    lasting: Lasting,
}

impl Renew {
    /// Asks.
    ///
    /// # Errors
    /// When governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let Decision { id, reason, format, asker } = &self.decision;
        let client = governance_client::open(setting, asker)?;
        let tag = client.agreement(id).await.map_err(service_errors::governance)?.summary.tag();
        let until = self.lasting.until(setting.environment.clock.now());
        let renewal = RenewAccess { until, reason: reason.clone() };
        let renewed = client.renew_access(id, &renewal, &tag).await.map_err(service_errors::governance)?;
        print(setting, *format, &renewed)
    }
}
