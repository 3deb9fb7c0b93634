//! In whose name a command asks.

use clap::Args;

use crate::failure::{Failure, codes};

/// The two ways to say who asks.
#[derive(Args, Clone, Debug)]
#[command(next_help_heading = "Who asks")]
pub(crate) struct Asker {
    /// A development principal: officer, lena, omar or ana; wins over a token
    #[arg(long = "as", value_name = "NAME")]
    name: Option<String>,

    /// A bearer token
    #[arg(long, value_name = "TOKEN", env = "FINCE_TOKEN", hide_env_values = true)]
    token: Option<String>,
}

/// Who asks.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Credential {
    /// A development principal.
    Name(String),
    /// Whoever the bearer token names.
    Token(String),
}

impl Asker {
    /// Who asks.
    ///
    /// # Errors
    /// When nobody is named.
    pub(crate) fn credential(&self) -> Result<Credential, Failure> {
        match (&self.name, &self.token) {
            (Some(name), _) => Ok(Credential::Name(name.clone())),
            (None, Some(token)) if !token.trim().is_empty() => Ok(Credential::Token(token.trim().to_owned())),
            (None, _) => Err(Failure::usage(codes::NOBODY_ASKS, "nobody is named who asks")
                .help("add `--as omar` (development), or put a bearer token into FINCE_TOKEN")),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asker(name: Option<&str>, token: Option<&str>) -> Asker {
        Asker { name: name.map(str::to_owned), token: token.map(str::to_owned) }
    }

    #[test]
    fn a_name_wins_over_a_token_and_nobody_is_refused() {
        assert!(asker(Some("ana"), Some("t")).credential().expect("ana") == Credential::Name("ana".into()));
        assert!(asker(None, Some(" t\n")).credential().expect("a token") == Credential::Token("t".into()));
        for nobody in [asker(None, None), asker(None, Some(" "))] {
            assert!(nobody.credential().is_err());
        }
    }
}
