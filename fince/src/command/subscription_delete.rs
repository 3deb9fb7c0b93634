//! `fince subscription delete`

use clap::Args;

use crate::asker::Asker;
use crate::failure::Failure;
use crate::governance_client;
use crate::service_errors;
use crate::setting::Setting;

const EXAMPLES: &str = "\
Examples:
  fince subscription delete sub-7 --as omar";

/// End the subscription of a webhook
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Delete {
    /// The subscription, as `fince subscription list` shows it
    #[arg(value_name = "ID")]
    id: String,

    #[command(flatten)]
    asker: Asker,
}

impl Delete {
    /// Ends it.
    ///
    /// # Errors
    /// When governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let client = governance_client::open(setting, &self.asker)?;
        client.unsubscribe(&self.id).await.map_err(service_errors::governance)?;
        Ok(setting.output.result(&format!("{} is no more", self.id))?)
    }
}
