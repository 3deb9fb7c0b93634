//! `fince access request`

use clap::Args;
use mesh_api::RequestAccess;

use super::access_shown::{Lasting, print};
use super::snapshots;
use crate::asker::Asker;
use crate::failure::Failure;
use crate::governance_client::{self, ListFormat};
use crate::service_errors;
use crate::setting::Setting;

const EXAMPLES: &str = "\
Examples:
  fince access request lending.loans --purpose risk-reporting --reason 'the monthly report' --as ana
  fince access request lending.loans_v2 --column loan_id --column state --purpose audit --days 30 --reason review --as ana";

/// Ask for access to a port
///
/// An owner of the port's domain decides, and governance as well where a column asked for is confidential or restricted.
/// What the port's contract approves in advance is granted at once.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Request {
    /// The port, with its major (`lending.loans_v2`) or for major 1 without
    port: String,

    /// What the data is wanted for; may be given several times
    #[arg(long = "purpose", value_name = "PURPOSE", required = true)]
    purposes: Vec<String>,

    /// A column that is wanted, all of them without; may be given several times
    #[arg(long = "column", value_name = "NAME")]
    columns: Vec<String>,

    #[command(flatten)]
    lasting: Lasting,

    /// Why, for whoever decides
    #[arg(long, value_name = "TEXT")]
    reason: String,

    /// Any text: the same request under the same key is made once
    #[arg(long, value_name = "KEY")]
    key: Option<String>,

    /// How to print what became of it
    #[arg(short, long, value_enum, default_value_t)]
    format: ListFormat,

    #[command(flatten)]
    asker: Asker,
}

impl Request {
    /// Asks.
    ///
    /// # Errors
    /// When governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let port = snapshots::parse(&self.port)?;
        let client = governance_client::open(setting, &self.asker)?;
        let request = RequestAccess {
            port: port.name,
            major: port.major,
            purposes: self.purposes.iter().cloned().collect(),
            columns: (!self.columns.is_empty()).then(|| self.columns.iter().cloned().collect()),
            until: self.lasting.until(setting.environment.clock.now()),
            reason: self.reason.clone(),
        };
        let asked = client.request_access(&request, self.key.as_deref()).await.map_err(service_errors::governance)?;
        print(setting, self.format, &asked)
    }
}
