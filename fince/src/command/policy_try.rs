//! `fince policy try`

use std::path::PathBuf;

use chrono::{DateTime, TimeDelta, Utc};
use clap::Args;
use mesh_api::{TriedRules, TryRules};

use super::policy_test::read;
use crate::asker::Asker;
use crate::failure::Failure;
use crate::governance_client::{self, ListFormat};
use crate::output::Paint;
use crate::service_errors;
use crate::setting::Setting;
use crate::table::{Lean, Table};

/// How far is looked back when it is not said.
const DAYS: i64 = 30;

const EXAMPLES: &str = "\
Examples:
  fince policy try policies/marketing.cedar --as officer
  fince policy try policies/marketing.cedar --since 2026-01-01T00:00:00Z --as officer -f json";

/// Try rules on history: what they would have refused of what went through
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct Try {
    /// The rules, in Cedar
    file: PathBuf,

    /// From then on, a time with its offset; the last 30 days when it is not said
    #[arg(long, value_name = "TIME")]
    since: Option<DateTime<Utc>>,

    /// How to print
    #[arg(short, long, value_enum, default_value_t)]
    format: ListFormat,

    #[command(flatten)]
    asker: Asker,
}

impl Try {
    /// Tries them.
    ///
    /// # Errors
    /// When the file cannot be read, or governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let since = self.since.unwrap_or_else(|| setting.environment.clock.now() - TimeDelta::days(DAYS));
        let request = TryRules { rules: read(&self.file)?, since };
        let client = governance_client::open(setting, &self.asker)?;
        let tried = client.try_rules(&request).await.map_err(service_errors::governance)?;
        let text = match self.format {
            ListFormat::Json => governance_client::json(&tried)?,
            ListFormat::Table => shown(&tried, Paint(setting.output.colour_on_stdout())),
        };
        Ok(setting.output.result(&text)?)
    }
}

fn shown(tried: &TriedRules, paint: Paint) -> String {
    let sum = format!("{} of {} would have been refused", tried.refused, tried.asked);
    if tried.refusals.is_empty() {
        return sum;
    }
    let names = ["time", "action", "principal", "port", "rules"];
    let mut table = Table::new(names.map(|name| (name, Lean::Left))).open_end();
    for refusal in &tried.refusals {
        let question = &refusal.question;
        table.row([
            refusal.at.format("%Y-%m-%d %H:%M").to_string(),
            question.action.as_str().to_owned(),
            question.principal.name.clone(),
            question.port.name.to_string(),
            refusal.rules.join(", "),
        ]);
    }
    format!("{}\n\n{sum}", table.render(paint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_would_have_been_refused_is_listed_and_counted() {
        let tried = serde_json::json!({"asked": 9, "refused": 1, "refusals": [{
            "at": "2026-03-01T12:00:00Z", "rules": ["no-marketing"],
            "question": {"action": "request", "principal": {"name": "omar"},
                         "port": {"name": "lending.loans", "classification": "internal"}},
        }]});
        let tried = serde_json::from_value(tried).expect("an answer");
        insta::assert_snapshot!(shown(&tried, Paint(false)), @r"
        time              action   principal  port           rules
        ────────────────  ───────  ─────────  ─────────────  ────────────
        2026-03-01 12:00  request  omar       lending.loans  no-marketing

        1 of 9 would have been refused
        ");
        let none = TriedRules { asked: 3, refused: 0, refusals: vec![] };
        assert_eq!(shown(&none, Paint(false)), "0 of 3 would have been refused");
    }
}
