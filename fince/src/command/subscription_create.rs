//! `fince subscription create`

use clap::Args;
use mesh_api::{EventKind, Subscribe};
use mesh_contract::PortName;
use url::Url;

use crate::asker::Asker;
use crate::failure::Failure;
use crate::governance_client::{self, ListFormat};
use crate::service_errors;
use crate::setting::Setting;

const EXAMPLES: &str = "\
Examples:
  fince subscription create https://hooks.bank.example/mesh --domain lending --as lena
  fince subscription create https://hooks.bank.example/mesh --port lending.loans --type service_level.changed --as omar";

/// Subscribe a webhook to what happens from now on, for 90 days
///
/// Prints the secret that messages are signed with, in the form of Standard Webhooks. It is not told again.
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Create {
    /// Where events are sent
    #[arg(value_name = "URL")]
    url: Url,

    /// Only events of this domain
    #[arg(long, value_name = "DOMAIN")]
    domain: Option<String>,

    /// Only events of this port
    #[arg(long, value_name = "DOMAIN.PORT")]
    port: Option<PortName>,

    /// Only events of this quality rule
    #[arg(long, value_name = "RULE")]
    rule: Option<String>,

    /// Only events of this sort, such as agreement.changed
    #[arg(long = "type", value_name = "TYPE", value_parser = kind)]
    kind: Option<EventKind>,

    /// How to print
    #[arg(short, long, value_enum, default_value_t)]
    format: ListFormat,

    #[command(flatten)]
    asker: Asker,
}

impl Create {
    /// Makes it.
    ///
    /// # Errors
    /// When governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let client = governance_client::open(setting, &self.asker)?;
        let request = Subscribe {
            url: self.url.clone(),
            domain: self.domain.clone(),
            port: self.port.clone(),
            rule: self.rule.clone(),
            kind: self.kind,
        };
        let made = client.subscribe(&request, None).await.map_err(service_errors::governance)?;
        let text = match self.format {
            ListFormat::Json => governance_client::json(&made)?,
            ListFormat::Table => {
                let (id, end) = (&made.subscription.id, made.subscription.expires_at.format("%Y-%m-%d %H:%M"));
                format!("{id} lasts until {end}\nsecret: {}", made.secret)
            }
        };
        Ok(setting.output.result(&text)?)
    }
}

fn kind(text: &str) -> Result<EventKind, String> {
    EventKind::parse(text).ok_or_else(|| {
        let words: Vec<_> = EventKind::ALL.iter().map(|kind| kind.as_str()).collect();
        format!("expected one of {}", words.join(", "))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sort_is_one_of_those_there_are() {
        assert_eq!(kind("quality.failed"), Ok(EventKind::QualityFailed));
        assert!(kind("everything").is_err_and(|words| words.contains("service_level.changed")));
    }
}
