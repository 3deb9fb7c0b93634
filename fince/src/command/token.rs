//! `fince token NAME`

use clap::Args;

use crate::data_directory::DataDirectory;
use crate::dev::{DevelopmentIdentity, Keys};
use crate::failure::Failure;
use crate::setting::Setting;

const EXAMPLES: &str = "\
Principals: officer (governance), lena (owns lending), omar (analyst, purpose risk-reporting), ana (analyst, no agreements),
and product:<domain>, a data product that runs by itself (good for a year)

Examples:
  fince token omar
  FINCE_TOKEN=$(fince token product:lending) lending      the product of lending in a process of its own
  export FINCE_TOKEN=$(fince token omar)
  curl -H \"Authorization: Bearer $(fince token officer)\" http://127.0.0.1:8460/api/v1/ports";

/// Print a bearer token of a development principal, good for 12 hours, or of a data product
///
/// The token is sealed with the key in the data directory and opens both Flight SQL and REST of the mesh that runs
/// there. Flight clients may also log in with user NAME and password NAME.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Token {
    /// The principal
    name: String,
}

impl Token {
    /// Prints the token.
    ///
    /// # Errors
    /// When the principal does not exist, or no mesh was ever started in the data directory.
    pub(crate) fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let token = development_token(setting, &self.name)?;
        Ok(setting.output.result(&token)?)
    }
}

/// A token of a development principal, sealed with the key in the data directory.
///
/// # Errors
/// As [`Token::run`].
pub(crate) fn development_token(setting: &Setting, name: &str) -> Result<String, Failure> {
    let data = DataDirectory::open(&setting.global.data)?;
    let issuer = DevelopmentIdentity::new(Keys::open(&data)?.issuer)?;
    let now = setting.environment.clock.now();
    issuer.token(&issuer.identity(name, now)?, now)
}
