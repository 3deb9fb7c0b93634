//! `fince policy list`

use clap::Args;
use mesh_api::{PageRequest, RuleSetSummary, RuleStage};

use crate::failure::Failure;
use crate::governance_client::{Listing, all_pages};
use crate::output::Paint;
use crate::setting::Setting;
use crate::table::{Lean, Table};

const EXAMPLES: &str = "\
Examples:
  fince policy list --as officer";

/// List the versions of the bank's rules, newest first
#[derive(Args, Debug)]
#[command(after_help = EXAMPLES)]
pub(crate) struct List {
    #[command(flatten)]
    listing: Listing,
}

impl List {
    /// Lists them.
    ///
    /// # Errors
    /// When governance does not answer, or refuses.
    pub(crate) async fn run(&self, setting: &Setting) -> Result<(), Failure> {
        let client = self.listing.client(setting)?;
        let listed = all_pages(async |page: PageRequest| client.rule_sets(&page).await).await?;
        self.listing.print(setting, listed.as_slice(), table)
    }
}

fn table(listed: &[RuleSetSummary], paint: Paint) -> String {
    if listed.is_empty() {
        return "no rules but those that ship".to_owned();
    }
    let names = ["version", "stage", "proposed", "by", "note"];
    let mut table = Table::new(names.map(|name| (name, Lean::Left))).open_end();
    for rules in listed {
        table.row([
            rules.version.to_string(),
            rules.stage.map_or("", RuleStage::as_str).to_owned(),
            rules.created_at.format("%Y-%m-%d %H:%M").to_string(),
            rules.created_by.clone(),
            rules.note.clone(),
        ]);
    }
    table.render(paint)
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;

    #[test]
    fn versions_are_listed_with_their_stage() {
        let rules = |version, stage| RuleSetSummary {
            version,
            note: "no marketing".into(),
            created_by: "officer".into(),
            created_at: DateTime::UNIX_EPOCH,
            stage,
        };
        insta::assert_snapshot!(table(&[rules(2, None), rules(1, Some(RuleStage::Enforce))], Paint(false)), @r"
        version  stage    proposed          by       note
        ───────  ───────  ────────────────  ───────  ────────────
        2                 1970-01-01 00:00  officer  no marketing
        1        enforce  1970-01-01 00:00  officer  no marketing
        ");
        assert_eq!(table(&[], Paint(false)), "no rules but those that ship");
    }
}
